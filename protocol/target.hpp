// The request target taken apart: "/api/v1/needs/need_1?q=a%20b".
#pragma once

#include "market/result.hpp"
#include "protocol/request.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace jishi::protocol {

inline constexpr std::size_t segments_max = 16;
inline constexpr std::size_t query_parameters_max = 32;

struct Target {
    std::string path;                  // as sent
    std::vector<std::string> segments; // decoded; "/" has none
    std::vector<QueryValue> query;     // decoded, in the order sent
};

// malformed_request for anything but an absolute path (an http:// URI in front of one is dropped):
// bad percent encoding, bytes outside printable ASCII, "." and ".." and empty segments, an encoded
// slash or NUL.
market::Result<Target> parse_target(std::string_view target);

// "%41" -> "A"; '+' is a space where `form` is set. Nothing when the encoding is broken.
std::optional<std::string> percent_decode(std::string_view text, bool form);

} // namespace jishi::protocol
