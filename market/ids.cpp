#include "market/ids.hpp"

namespace jishi::market {

namespace {

constexpr std::string_view alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

} // namespace

// 130 bits of text hold 128 of id: the first character carries only three bits.
std::string id_text(const IdBytes& bytes) {
    std::string text(26, '0');
    unsigned __int128 value = 0;
    for (const auto byte : bytes)
        value = value << 8 | byte;
    for (std::size_t i = text.size(); i-- > 0; value >>= 5)
        text[i] = alphabet[static_cast<std::size_t>(value & 31)];
    return text;
}

std::optional<IdBytes> parse_id_text(std::string_view text) {
    if (text.size() != 26 || text[0] > '7') return {};
    unsigned __int128 value = 0;
    for (const char c : text) {
        const auto digit = alphabet.find(c);
        if (digit == std::string_view::npos) return {};
        value = value << 5 | digit;
    }
    IdBytes bytes;
    for (std::size_t i = bytes.size(); i-- > 0; value >>= 8)
        bytes[i] = static_cast<std::uint8_t>(value & 0xff);
    return bytes;
}

} // namespace jishi::market
