#include "protocol/request.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>

namespace jishi::protocol {

namespace {

constexpr std::array<std::string_view, 7> method_names{
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

} // namespace

std::string_view method_name(Method method) {
    return method_names[static_cast<std::size_t>(method)];
}

std::optional<Method> parse_method(std::string_view name) {
    const auto found = std::ranges::find(method_names, name);
    if (found == method_names.end()) return {};
    return static_cast<Method>(found - method_names.begin());
}

const std::string& Request::path_value(std::string_view name) const {
    const auto found = std::ranges::find(path_values, name, &PathValue::name);
    assert(found != path_values.end());
    return found->value;
}

std::optional<std::string_view> Request::query_text(std::string_view name) const {
    const auto found = std::ranges::find(query, name, &QueryValue::name);
    if (found == query.end()) return {};
    return found->value;
}

std::optional<std::int64_t> Request::query_integer(std::string_view name) const {
    const auto text = query_text(name);
    if (!text) return {};
    std::int64_t number = 0;
    std::from_chars(text->data(), text->data() + text->size(), number);
    return number;
}

bool Request::query_flag(std::string_view name) const {
    return query_text(name) == "true";
}

std::vector<std::string_view> Request::query_texts(std::string_view name) const {
    std::vector<std::string_view> values;
    for (const auto& entry : query)
        if (entry.name == name) values.push_back(entry.value);
    return values;
}

} // namespace jishi::protocol
