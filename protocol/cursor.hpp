// Page cursors: what the server wants to know again, signed, so that a client can neither read
// meaning into it nor make one up.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace jishi::protocol {

inline constexpr std::size_t cursor_length_max = 512;

class Cursors {
public:
    using Key = std::array<std::uint8_t, 32>;

    // All nodes of one market share the key.
    explicit Cursors(const Key& key) : key_(key) {}

    std::string encode(std::string_view payload) const; // base64url, no padding
    std::optional<std::string> decode(std::string_view cursor) const;

private:
    Key key_;
};

} // namespace jishi::protocol
