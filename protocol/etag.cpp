#include "protocol/etag.hpp"

#include "protocol/text.hpp"

#include <charconv>

namespace jishi::protocol {

std::string make_etag(std::uint64_t version) {
    return "\"v" + std::to_string(version) + "\"";
}

bool none_match_names(std::string_view if_none_match, std::string_view etag) {
    for (auto tag : split(if_none_match, ',')) {
        tag = trim(tag);
        if (tag.starts_with("W/")) tag.remove_prefix(2);
        if (tag == "*" || (!tag.empty() && tag == etag)) return true;
    }
    return false;
}

market::Result<std::uint64_t> if_match_version(std::string_view if_match) {
    const auto tag = trim(if_match);
    if (tag.empty() || tag == "*") return market::RefusalCode::if_match_missing;
    if (tag.size() < 4 || !tag.starts_with("\"v") || !tag.ends_with('"'))
        return market::RefusalCode::version_stale;
    const auto digits = tag.substr(2, tag.size() - 3);
    std::uint64_t version = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), version);
    if (error != std::errc{} || end != digits.data() + digits.size())
        return market::RefusalCode::version_stale;
    return version;
}

} // namespace jishi::protocol
