#include "market/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace jishi::market {

namespace {

struct Decoded {
    char32_t code_point = 0;
    std::size_t length = 0; // in bytes; 0 where the bytes are not UTF-8
};

constexpr std::size_t length_by_lead(std::uint8_t lead) {
    if (lead < 0x80) return 1;
    if (lead < 0xC2) return 0; // a continuation byte, or the lead of an overlong form
    if (lead < 0xE0) return 2;
    if (lead < 0xF0) return 3;
    return lead < 0xF5 ? 4 : 0;
}

// REQUIRES: at < text.size().
Decoded decode(std::string_view text, std::size_t at) {
    constexpr std::array<std::uint8_t, 5> lead_bits{0, 0x7F, 0x1F, 0x0F, 0x07};
    constexpr std::array<char32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};

    const auto lead = static_cast<std::uint8_t>(text[at]);
    const auto length = length_by_lead(lead);
    if (length == 0 || text.size() - at < length) return {};
    char32_t code_point = lead & lead_bits[length];
    for (std::size_t i = 1; i < length; ++i) {
        const auto byte = static_cast<std::uint8_t>(text[at + i]);
        if ((byte & 0xC0) != 0x80) return {};
        code_point = code_point << 6 | (byte & 0x3F);
    }
    const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
    if (code_point < smallest[length] || surrogate || code_point > 0x10FFFF) return {};
    return {code_point, length};
}

bool is_control(char32_t c) {
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029 || c == 0xFEFF ||
           c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069);
}

bool is_line_layout(char32_t c) {
    return c == '\n' || c == '\r' || c == '\t';
}

// The property White_Space of Unicode.
bool is_space(char32_t c) {
    return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
           c == 0x205F || c == 0x3000;
}

} // namespace

bool valid_utf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto length = decode(text, at).length;
        if (length == 0) return false;
        at += length;
    }
    return true;
}

std::size_t count_code_points(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<std::uint8_t>(c) & 0xC0) != 0x80;
    }));
}

bool has_control_characters(std::string_view text, bool newlines_allowed) {
    for (std::size_t at = 0; at < text.size();) {
        const auto [c, length] = decode(text, at);
        if (is_control(c) && !(newlines_allowed && is_line_layout(c))) return true;
        at += std::max<std::size_t>(length, 1);
    }
    return false;
}

std::string trim(std::string_view text) {
    std::size_t begin = text.size(), end = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto [c, length] = decode(text, at);
        const auto next = at + std::max<std::size_t>(length, 1);
        if (length == 0 || !is_space(c)) {
            begin = std::min(begin, at);
            end = next;
        }
        at = next;
    }
    return end == 0 ? std::string() : std::string(text.substr(begin, end - begin));
}

std::optional<FieldRefusal>
check_text(std::string_view pointer, std::string_view text, TextRule rule) {
    const auto refuse = [&](FieldReason reason, std::string bound = {}) {
        return FieldRefusal{std::string(pointer), reason, std::move(bound)};
    };
    if (!valid_utf8(text)) return refuse(FieldReason::not_utf8);
    if (has_control_characters(text, rule.newlines_allowed))
        return refuse(FieldReason::control_character);
    if (count_code_points(text) > rule.max)
        return refuse(FieldReason::too_long, std::to_string(rule.max));
    if (count_code_points(trim(text)) < rule.min)
        return refuse(FieldReason::too_short, std::to_string(rule.min));
    return {};
}

std::string normalise_identifier(std::string_view text) {
    std::string folded;
    for (std::size_t at = 0; at < text.size();) {
        const auto [c, decoded_length] = decode(text, at);
        const auto length = std::max<std::size_t>(decoded_length, 1);
        const bool full_width = c >= 0xFF01 && c <= 0xFF5E;
        const char32_t narrow = full_width ? c - 0xFEE0 : c;
        if (narrow >= 'a' && narrow <= 'z')
            folded += static_cast<char>(narrow - 'a' + 'A');
        else if (full_width)
            folded += static_cast<char>(narrow);
        else if (decoded_length == 0 || !is_space(c))
            folded += text.substr(at, length);
        at += length;
    }
    return folded;
}

} // namespace jishi::market
