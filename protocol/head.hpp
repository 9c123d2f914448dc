// The head of a request as bytes, looked at before any parser is: line endings and characters that
// parsers along the way may read differently (request smuggling) are refused here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace jishi::protocol {

struct HeadScan {
    enum class State : std::uint8_t { incomplete, complete, malformed };
    State state = State::incomplete;
    std::size_t end = 0; // of a complete head: just behind its empty line
};

// `bytes` begins with a request line; the first `scanned` of them were found incomplete before.
// Malformed are: a line feed without carriage return and the reverse, folded lines, control
// characters.
HeadScan scan_head(std::string_view bytes, std::size_t scanned);

// Whether the request line ends in a well-formed version, so that refusing it is 505 and not 400.
bool names_http_version(std::string_view head);

} // namespace jishi::protocol
