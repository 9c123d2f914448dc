#include "matching/cursor.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

namespace jishi::matching {

namespace {

constexpr std::size_t cursor_bytes = 2 + 8 + 16; // sort, kind, key, id
constexpr std::string_view digits = "0123456789abcdef";

} // namespace

std::string cursor_of(const PageEnd& end) {
    std::array<std::uint8_t, cursor_bytes> bytes{};
    bytes[0] = static_cast<std::uint8_t>(end.sort);
    bytes[1] = static_cast<std::uint8_t>(end.id.kind);
    const auto key = std::bit_cast<std::uint64_t>(end.key);
    for (std::size_t i = 0; i < 8; ++i)
        bytes[2 + i] = static_cast<std::uint8_t>(key >> 8 * (7 - i));
    for (std::size_t i = 0; i < 16; ++i)
        bytes[10 + i] = end.id.bytes[i];
    std::string text;
    for (const auto byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

std::optional<PageEnd> parse_cursor(std::string_view text) {
    if (text.size() != 2 * cursor_bytes) return {};
    std::array<std::uint8_t, cursor_bytes> bytes{};
    for (std::size_t i = 0; i < cursor_bytes; ++i) {
        const auto high = digits.find(text[2 * i]), low = digits.find(text[2 * i + 1]);
        if (high == std::string_view::npos || low == std::string_view::npos) return {};
        bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
    }
    if (bytes[0] >= market::names_of<SortBy>().size() || bytes[1] > 1) return {};
    PageEnd end;
    end.sort = static_cast<SortBy>(bytes[0]);
    end.id.kind = static_cast<market::ListingKind>(bytes[1]);
    std::uint64_t key = 0;
    for (std::size_t i = 0; i < 8; ++i)
        key = key << 8 | bytes[2 + i];
    end.key = std::bit_cast<double>(key);
    for (std::size_t i = 0; i < 16; ++i)
        end.id.bytes[i] = bytes[10 + i];
    if (!std::isfinite(end.key)) return {};
    return end;
}

} // namespace jishi::matching
