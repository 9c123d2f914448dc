#include "storage/list_codec.hpp"

#include "storage/error.hpp"

#include <charconv>

namespace jishi::storage {

void PartWriter::operator()(std::string_view part) {
    text_.append(std::to_string(part.size())).append(":").append(part).append(",");
}

void PartWriter::operator()(const std::optional<market::Date>& part) {
    (*this)(std::string_view(part ? market::format_date(*part) : std::string()));
}

void PartReader::operator()(std::int64_t& part) {
    const auto digits = next();
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), part);
    if (error != std::errc{} || end != digits.data() + digits.size()) refuse();
}

void PartReader::operator()(market::Date& part) {
    const auto date = market::parse_date(next());
    if (!date) refuse();
    part = *date;
}

void PartReader::operator()(std::optional<market::Date>& part) {
    const auto text = next();
    part.reset();
    if (text.empty()) return;
    part = market::parse_date(text);
    if (!part) refuse();
}

// The length is read as written by us only: digits, no sign, no leading zero.
std::string_view PartReader::next() {
    const auto colon = rest_.find(':');
    if (colon == std::string_view::npos || colon == 0 || (rest_[0] == '0' && colon > 1)) refuse();
    std::size_t size = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + colon, size);
    if (error != std::errc{} || end != rest_.data() + colon) refuse();
    rest_.remove_prefix(colon + 1);
    if (rest_.size() <= size || rest_[size] != ',') refuse();
    const auto part = rest_.substr(0, size);
    rest_.remove_prefix(size + 1);
    return part;
}

void PartReader::refuse() const {
    throw StorageError(
        StorageError::Kind::corrupt, 0, "a list column holds what was never written to it"
    );
}

} // namespace jishi::storage
