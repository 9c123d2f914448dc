#include "market/text.hpp"
#include "tests/support/table.hpp"

#include <gtest/gtest.h>

namespace jishi::market {
namespace {

using namespace std::string_literals;

std::string repeat(std::string_view piece, std::size_t times) {
    std::string text;
    for (std::size_t i = 0; i < times; ++i)
        text += piece;
    return text;
}

// The bytes a hexadecimal text stands for.
std::string bytes_of(const std::string& hex) {
    std::string bytes;
    for (std::size_t i = 0; i < hex.size(); i += 2)
        bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    return bytes;
}

TEST(Text, Utf8IsAcceptedOnlyInItsShortestWellFormedBytes) {
    tests::each_row<2>(
        R"(
        // bytes       valid
        ""             yes
        00             yes
        41             yes
        7F             yes
        80             no    // a continuation byte alone
        BF             no
        C080           no    // overlong NUL
        C1BF           no    // overlong U+007F
        C2             no    // cut short
        C280           yes   // U+0080
        C2C2           no    // lead after lead
        C241           no
        DFBF           yes   // U+07FF
        E08080         no    // overlong
        E09FBF         no    // overlong U+07FF
        E0A080         yes   // U+0800
        E68A80         yes   // 技
        E68A           no
        ED9FBF         yes   // U+D7FF
        EDA080         no    // surrogate U+D800
        EDBFBF         no    // surrogate U+DFFF
        EE8080         yes   // U+E000
        EFBFBF         yes   // U+FFFF
        F0808080       no    // overlong
        F08FBFBF       no    // overlong U+FFFF
        F0908080       yes   // U+10000
        F0A0AEB7       yes   // U+20BB7, a rare ideograph
        F48FBFBF       yes   // U+10FFFF
        F4908080       no    // U+110000
        F5808080       no
        F8888080       no    // five bytes
        FE             no
        FF             no
        41FF42         no
        41E68A8042     yes
        )",
        [](const std::string& hex, const std::string& valid) {
            EXPECT_EQ(valid_utf8(bytes_of(hex)), valid == "yes");
        }
    );
}

TEST(Text, LengthIsCountedInCodePoints) {
    EXPECT_EQ(count_code_points(""), 0u);
    EXPECT_EQ(count_code_points("market"), 6u);
    EXPECT_EQ(count_code_points("技术市场"), 4u);
    EXPECT_EQ(count_code_points("𠮷a吉"), 3u);
}

TEST(Text, EveryControlCharacterIsSeenAndNoNeighbourIs) {
    const auto utf8_of = [](char32_t c) {
        std::string text;
        if (c < 0x80) return std::string(1, static_cast<char>(c));
        if (c < 0x800)
            return std::string{
                static_cast<char>(0xC0 | c >> 6), static_cast<char>(0x80 | (c & 0x3F))};
        return std::string{
            static_cast<char>(0xE0 | c >> 12),
            static_cast<char>(0x80 | (c >> 6 & 0x3F)),
            static_cast<char>(0x80 | (c & 0x3F))};
    };
    const auto expected = [](char32_t c) {
        return c <= 0x1F || (c >= 0x7F && c <= 0x9F) || (c >= 0x2028 && c <= 0x202E) ||
               (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF || c == 0x061C || c == 0x200E ||
               c == 0x200F;
    };
    for (char32_t c = 0; c <= 0xFFFF; ++c) {
        if (c >= 0xD800 && c <= 0xDFFF) continue;
        const auto text = "前" + utf8_of(c) + "后";
        ASSERT_EQ(has_control_characters(text, false), expected(c)) << std::hex << "U+" << +c;
        const bool layout = c == '\n' || c == '\r' || c == '\t';
        ASSERT_EQ(has_control_characters(text, true), expected(c) && !layout)
            << std::hex << "U+" << +c;
    }
}

TEST(Text, TrimTakesUnicodeWhiteSpaceFromBothEndsOnly) {
    EXPECT_EQ(trim(""), "");
    EXPECT_EQ(trim(" \t\r\n"), "");
    EXPECT_EQ(trim("　 \u00A0\u2003\u202F\u0085"), "");
    EXPECT_EQ(trim("技术"), "技术");
    EXPECT_EQ(trim("　\u00A0 技 术　市场 \n\u3000"), "技 术　市场");
    EXPECT_EQ(trim("\u200B"), "\u200B") << "a zero-width space is no white space";
    EXPECT_EQ(trim(" \xFF "), "\xFF") << "bytes that are not UTF-8 are kept";
}

TEST(Text, AFieldIsRefusedForItsFirstFault) {
    constexpr TextRule title{.min = 2, .max = 4};
    constexpr TextRule paragraph{.min = 0, .max = 4, .newlines_allowed = true};
    const auto refused = [](FieldReason reason, std::string bound = {}) {
        return std::optional(FieldRefusal{"/title", reason, std::move(bound)});
    };
    const std::optional<FieldRefusal> accepted;

    EXPECT_EQ(check_text("/title", "技", title), refused(FieldReason::too_short, "2"));
    EXPECT_EQ(check_text("/title", "技术", title), accepted);
    EXPECT_EQ(check_text("/title", "技术市场", title), accepted);
    EXPECT_EQ(check_text("/title", "技术市场部", title), refused(FieldReason::too_long, "4"));
    EXPECT_EQ(check_text("/title", "", title), refused(FieldReason::too_short, "2"));
    EXPECT_EQ(check_text("/title", " 技　", title), refused(FieldReason::too_short, "2"));
    EXPECT_EQ(check_text("/title", "技\n术", title), refused(FieldReason::control_character));
    EXPECT_EQ(check_text("/title", "技\xFF", title), refused(FieldReason::not_utf8));
    EXPECT_EQ(check_text("/title", "\x01\xFF", title), refused(FieldReason::not_utf8));
    EXPECT_EQ(
        check_text("/title", "\x01 too long", title), refused(FieldReason::control_character)
    );
    EXPECT_EQ(check_text("/title", "a\0b"s, title), refused(FieldReason::control_character));

    EXPECT_EQ(check_text("/title", "", paragraph), accepted);
    EXPECT_EQ(check_text("/title", "技\r\n术", paragraph), accepted);
    EXPECT_EQ(
        check_text("/title", "技\u2028术", paragraph), refused(FieldReason::control_character)
    );
}

TEST(Text, ALongTextIsBoundedExactlyAtItsLimit) {
    constexpr TextRule summary{.min = 0, .max = 20'000};
    EXPECT_FALSE(check_text("/summary", repeat("技", 20'000), summary));
    EXPECT_TRUE(check_text("/summary", repeat("技", 20'001), summary));
    EXPECT_FALSE(check_text("/summary", repeat("𠮷", 20'000), summary));
}

TEST(Text, AnIdentifierIsReadTheSameHoweverItWasTyped) {
    tests::each_row<2>(
        R"(
        // typed                       read
        ""                             ""
        "  zl 2017 1060 1862.3 "       ZL201710601862.3
        ＺＬ２０１７１０６０１８６２．３   ZL201710601862.3
        ｚｌ２０１７１０６０１８６２．x   ZL201710601862.X
        "9135　0100　m000100y43"       91350100M000100Y43
        专利201710601862.3             专利201710601862.3
        2017-1060                      2017-1060
        )",
        [](const std::string& typed, const std::string& read) {
            EXPECT_EQ(normalise_identifier(typed), read);
        }
    );
    EXPECT_EQ(normalise_identifier("a\u00A0b\tc\n"), "ABC");
    EXPECT_EQ(normalise_identifier("a\xFF"), "A\xFF") << "what is not UTF-8 is left to the check";
}

} // namespace
} // namespace jishi::market
