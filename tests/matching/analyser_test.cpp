#include "matching/fold.hpp"
#include "matching/terms.hpp"
#include "matching/text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace jishi::matching {
namespace {

// The tokens as the reader wrote them: runs apart, ideographs of one run together.
std::string cut(std::string_view text) {
    std::string out;
    for (const auto& token : tokens_of(text)) {
        if (!token.joined && !out.empty()) out += '|';
        out += text.substr(token.range.begin, token.range.end - token.range.begin);
    }
    return out;
}

TEST(Analyser, CutsMixedTextAndKeepsUnitsFormulasAndNumbersWhole) {
    struct {
        std::string_view text, tokens;
    } const table[] = {
        {"磷酸铁锂LiFePO4电池", "磷酸铁锂|LiFePO4|电池"},
        {"5G通信、比例100/120", "5G|通信|比例|100/120"},
        {"工作温度-40℃~85℃", "工作温度|-40℃|85℃"},
        {"能量密度300Wh/kg以上", "能量密度|300Wh/kg|以上"},
        {"纯度99.9%，误差2.5㎏", "纯度|99.9%|误差|2.5㎏"},
        {"PM2.5与TC-4合金", "PM2.5|与|TC-4|合金"},
        {"C++ and C# code", "C++|and|C#|code"},
        {"high-speed input/output", "high|speed|input|output"},
        {"A.B.C. end.", "A|B|C|end"},
        {"10-20mm", "10-20mm"},
        {"カメラ 한국어", "カメラ|한국어"},
        {"", ""},
        {"，。！ \n", ""},
    };
    for (const auto& row : table)
        EXPECT_EQ(cut(row.text), row.tokens) << row.text;
}

TEST(Analyser, FoldsWidthCaseTraditionalCharactersAndAccents) {
    struct {
        std::string_view text, same_as;
    } const table[] = {
        {"磷酸鐵鋰電池", "磷酸铁锂电池"},
        {"５Ｇ　ＬＥＤ", "5g led"},
        {"LiFePO4", "lifepo4"},
        {"café Ångström", "cafe angstrom"},
        {"㎏ ℃", "kg °c"},
        {"−40", "-40"},
        {"soft\xC2\xADhyphen", "softhyphen"},
    };
    for (const auto& row : table)
        EXPECT_EQ(folded(row.text), row.same_as);
}

std::vector<std::uint64_t> codes(std::string_view text) {
    std::vector<std::uint64_t> out;
    for (const auto& token : tokens_of(text))
        out.push_back(token.code);
    return out;
}

TEST(Analyser, EnglishWordsMeetInTheirStem) {
    EXPECT_EQ(codes("connections connected connecting"), codes("connect connect connect"));
    EXPECT_NE(codes("motor"), codes("motion"));
    EXPECT_EQ(codes("Li-ion motors"), codes("li ion MOTOR"));
    EXPECT_NE(codes("5gs"), codes("5g")); // what holds a digit is no English word
}

TEST(Analyser, TokensKeepTheirPlaceInTheOriginalBytes) {
    const std::string text = "鋰電池 LED";
    const auto tokens = tokens_of(text);
    ASSERT_EQ(tokens.size(), 4u);
    EXPECT_EQ(tokens[1].range, (ByteRange{3, 6}));
    EXPECT_EQ(tokens[3].range, (ByteRange{10, 13}));
    EXPECT_TRUE(tokens[1].joined);
    EXPECT_FALSE(tokens[3].joined);
}

TEST(Analyser, BytesThatAreNotUtf8SeparateAndNothingMore) {
    for (const std::string_view broken :
         {"\xFF", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE7\x94", "\x80"})
        EXPECT_EQ(codes("电" + std::string(broken) + "池"), codes("电 池"))
            << testing::PrintToString(broken);
    EXPECT_EQ(tokens_of("\xE7\x94").size(), 0u);
}

TEST(Analyser, EveryCodePointFoldsToSomethingStable) {
    for (char32_t code = 0; code < 0x110000; ++code) {
        if (code >= 0xD800 && code < 0xE000) continue;
        std::string text;
        append_utf8(text, code);
        const auto once = folded(text);
        ASSERT_EQ(codes(once), codes(text)) << std::hex << static_cast<unsigned>(code);
    }
}

TEST(Terms, AnIdeographIsACharacterAndHalfOfTwoBigrams) {
    const auto found = terms_of("电池组", "");
    std::size_t characters = 0, bigrams = 0;
    for (const auto& term : found.terms)
        ++(space_of(term.key) == Space::character ? characters : bigrams);
    EXPECT_EQ(characters, 3u);
    EXPECT_EQ(bigrams, 2u);
    EXPECT_EQ(found.length, 3u);
}

TEST(Terms, CountsStopWhereMoreNoLongerMatters) {
    std::string many;
    for (int i = 0; i < 70; ++i)
        many += "锂 ";
    const auto found = terms_of(many, many);
    ASSERT_EQ(found.terms.size(), 2u); // the character, and itself for a bigram
    EXPECT_EQ(found.terms[0].count.title(), TermCount::title_max);
    EXPECT_EQ(found.terms[0].count.body(), TermCount::body_max);
}

TEST(Terms, ABodyWithoutTitleIsTheStatementItself) {
    const auto key = terms_of("废水", "").terms[0].key;
    const auto weight = [&](std::string_view title, std::string_view body) {
        for (const auto& term : terms_of(title, body).terms)
            if (term.key == key) return statement_weight(term.count);
        return 0.0;
    };
    EXPECT_DOUBLE_EQ(weight("废水", ""), 1);
    EXPECT_DOUBLE_EQ(weight("", "废水"), 1);
    EXPECT_DOUBLE_EQ(weight("处理", "废水"), .15);
    EXPECT_DOUBLE_EQ(weight("废水", "废水"), 1.15);
}

TEST(Terms, ImpactsGrowWithOccurrencesAndShrinkWithLength) {
    const auto& impact = impacts();
    for (std::size_t length = 1; length < 256; ++length)
        for (std::size_t n = 1; n <= TermCount::total_max; ++n) {
            EXPECT_GE(impact[length][n], std::max<int>(1, impact[length][n - 1]));
            EXPECT_LE(impact[length][n], impact[length - (length > 1)][n]);
        }
    EXPECT_EQ(impact[0][5], 0);
    EXPECT_EQ(length_class_of(0), 1);
    EXPECT_LT(length_class_of(60'000), 255);
}

} // namespace
} // namespace jishi::matching
