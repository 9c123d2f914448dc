#include "protocol/target.hpp"

#include "protocol/text.hpp"

#include <algorithm>

namespace jishi::protocol {

namespace {

using market::Refusal;
using market::RefusalCode;

Refusal malformed(std::string_view what) {
    return {.code = RefusalCode::malformed_request, .about = std::string(what)};
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// A proxy sends the absolute form; what stands before the path was its business.
std::string_view without_origin(std::string_view target) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!same_word(target.substr(0, scheme.size()), scheme)) continue;
        const auto slash = target.find_first_of("/?", scheme.size());
        return slash == target.npos ? "/" : target.substr(slash);
    }
    return target;
}

market::Result<std::vector<std::string>> parse_path(std::string_view path) {
    std::vector<std::string> segments;
    if (path == "/") return segments;
    for (const auto part : split(path.substr(1), '/')) {
        auto segment = percent_decode(part, false);
        if (!segment) return malformed("percent encoding in the path");
        if (segment->empty() || *segment == "." || *segment == "..")
            return malformed("path segment");
        if (segment->find_first_of(std::string_view("/\0", 2)) != std::string::npos)
            return malformed("path segment");
        if (segments.size() == segments_max) return malformed("too many path segments");
        segments.push_back(std::move(*segment));
    }
    return segments;
}

market::Result<std::vector<QueryValue>> parse_query(std::string_view query) {
    std::vector<QueryValue> values;
    if (query.empty()) return values;
    for (const auto part : split(query, '&')) {
        if (part.empty()) continue;
        const auto equals = part.find('=');
        auto name = percent_decode(part.substr(0, equals), true);
        auto value = percent_decode(
            equals == part.npos ? std::string_view{} : part.substr(equals + 1), true
        );
        if (!name || !value) return malformed("percent encoding in the query");
        if (values.size() == query_parameters_max) return malformed("too many query parameters");
        values.push_back({std::move(*name), std::move(*value)});
    }
    return values;
}

} // namespace

std::optional<std::string> percent_decode(std::string_view text, bool form) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && form) {
            out += ' ';
        } else if (text[i] != '%') {
            out += text[i];
        } else {
            const int high = text.size() - i > 2 ? hex_digit(text[i + 1]) : -1;
            const int low = high < 0 ? -1 : hex_digit(text[i + 2]);
            if (low < 0) return {};
            out += static_cast<char>(high * 16 + low);
            i += 2;
        }
    }
    return out;
}

market::Result<Target> parse_target(std::string_view target) {
    if (std::ranges::any_of(target, [](char c) { return c <= ' ' || c > '~'; }))
        return malformed("target");
    target = without_origin(target);
    const auto question = target.find('?');
    const auto path = target.substr(0, question);
    if (!path.starts_with('/') || target.find('#') != target.npos) return malformed("target");

    auto segments = parse_path(path);
    if (!segments) return segments.refusal();
    auto query =
        parse_query(question == target.npos ? std::string_view{} : target.substr(question + 1));
    if (!query) return query.refusal();
    return Target{
        .path = std::string(path), .segments = std::move(*segments), .query = std::move(*query)};
}

} // namespace jishi::protocol
