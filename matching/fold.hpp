// The folding table: what each code point counts as when texts are compared. Private to the
// analyser.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace jishi::matching {

// connector: may stand inside a run, as in "100/120", "2.5" or "-40℃"; mark: counts as nothing at
// all.
enum class CharClass : std::uint8_t { separator, mark, ideograph, letter, digit, connector };

struct FoldedChar {
    char32_t code = 0;
    CharClass cls = CharClass::separator;
    std::uint32_t begin = 0, end = 0; // bytes of the original
};

// A code point and its class, or (when `expands`) a place in FoldTable's list of longer foldings.
struct FoldEntry {
    std::uint32_t packed = 0;
    static constexpr std::uint32_t code_mask = 0x1FFFFF;
    static FoldEntry single(char32_t code, CharClass cls) {
        return {static_cast<std::uint32_t>(code) | static_cast<std::uint32_t>(cls) << 21};
    }
    static FoldEntry expansion(std::size_t index) {
        return {static_cast<std::uint32_t>(index) | 1U << 31};
    }
    bool expands() const { return packed >> 31 != 0; }
    char32_t code() const { return packed & code_mask; }
    CharClass cls() const { return static_cast<CharClass>(packed >> 21 & 7); }
};

class FoldTable {
public:
    // Built once from ICU and OpenCC. Throws std::runtime_error when OpenCC's data is missing.
    static const FoldTable& get();

    FoldEntry of(char32_t code) const { return pages_[page_of_[code >> 8]][code & 0xFF]; }
    const std::vector<FoldEntry>& expansion(FoldEntry entry) const {
        return expansions_[entry.code()];
    }

private:
    FoldTable();
    void set(char32_t code, FoldEntry entry);
    void fold_compatibility(char32_t first, char32_t last);
    void fold_traditional();

    using Page = std::array<FoldEntry, 256>;
    std::array<std::uint16_t, 0x1100> page_of_{}; // page 0 holds separators alone
    std::vector<Page> pages_;
    std::vector<std::vector<FoldEntry>> expansions_;
};

// The folded characters of a text; bytes that are not UTF-8 separate. Marks are left out.
void fold_text(std::string_view text, std::vector<FoldedChar>& out);

void append_utf8(std::string& out, char32_t code);

// The code point at `at` and the position behind it; 0xFFFFFFFF and one byte further where the
// bytes are not UTF-8.
struct Decoded {
    char32_t code;
    std::uint32_t end;
};
Decoded decode_any_utf8(std::string_view text, std::uint32_t at);
// The same; quick where it is ASCII or an ideograph.
inline Decoded decode_utf8(std::string_view text, std::uint32_t at) {
    const auto byte = [&](std::uint32_t i) { return static_cast<unsigned char>(text[i]); };
    if (byte(at) < 0x80) return {byte(at), at + 1};
    if (at + 2 < text.size() && byte(at) >= 0xE1 && byte(at) <= 0xEC &&
        (byte(at + 1) & 0xC0) == 0x80 && (byte(at + 2) & 0xC0) == 0x80)
        return {
            (byte(at) & 0xFU) << 12 | (byte(at + 1) & 0x3FU) << 6 | (byte(at + 2) & 0x3FU), at + 3};
    return decode_any_utf8(text, at);
}

} // namespace jishi::matching
