#include "matching/fold.hpp"
#include "matching/model.hpp"
#include "matching/terms.hpp"
#include "matching/text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
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
        ASSERT_EQ(folded(once), once) << std::hex << static_cast<unsigned>(code);
    }
}

std::vector<std::string> words(std::string_view text) {
    const auto tokens = tokens_of(text);
    std::vector<std::string> out;
    for (const auto& [first, count] : words_of(tokens)) {
        const auto begin = tokens[first].range.begin;
        out.emplace_back(text.substr(begin, tokens[first + count - 1].range.end - begin));
    }
    return out;
}

TEST(Analyser, CutsIdeographsIntoTheWordsOfADictionary) {
    using Words = std::vector<std::string>;
    EXPECT_EQ(words("污泥处理技术"), (Words{"污泥", "处理", "技术"}));
    EXPECT_EQ(words("處理LED廢水"), (Words{"處理", "廢水"})); // told apart whatever the script
    EXPECT_EQ(words("LED 5G"), Words{});
    EXPECT_EQ(words("𠀋"), Words{"𠀋"}); // beyond 16 bits
    EXPECT_EQ(words(""), Words{});
}

std::size_t letters_shared(std::string_view a, std::string_view b) {
    std::size_t shared = 0;
    for (const auto& x : letters_of(a))
        for (const auto& y : letters_of(b))
            shared += x.code == y.code;
    return shared;
}

TEST(Analyser, RelatedLatinWordsShareLettersAndNumbersHaveNone) {
    EXPECT_EQ(letters_of("pump").size(), 3u);                        // _pum pump ump_
    EXPECT_EQ(letters_shared("photovoltaic", "Photovoltaics"), 10u); // all but the end
    EXPECT_EQ(letters_shared("café", "CAFE"), 3u);
    EXPECT_EQ(letters_shared("pump", "valve"), 0u);
    for (const auto* none : {"5G", "LiFePO4", "300Wh/kg", "电池", ""})
        EXPECT_TRUE(letters_of(none).empty()) << none;
    const std::string text = "鋰 pump";
    for (const auto& letters : letters_of(text))
        EXPECT_EQ(letters.range, (ByteRange{4, 8})); // of the whole word
}

std::array<std::size_t, space_count> spaces(const DocumentTerms& terms) {
    std::array<std::size_t, space_count> out{};
    for (const auto& term : terms.terms)
        ++out[index_of(space_of(term.key))];
    return out;
}

TEST(Terms, AnIdeographIsACharacterAndHalfOfTwoBigrams) {
    const auto found = offered_terms("电池组", "");
    EXPECT_EQ(spaces(found), (std::array<std::size_t, 3>{3, 2, 0}));
    EXPECT_EQ(found.length, 3u);
}

TEST(Terms, ALatinWordIsAWordAndItsLettersAreBigrams) {
    const auto found = offered_terms("pump", "");
    EXPECT_EQ(spaces(found), (std::array<std::size_t, 3>{0, 3, 1}));
    EXPECT_EQ(found.length, 1u);
    EXPECT_EQ(spaces(offered_terms("5G", "")), (std::array<std::size_t, 3>{0, 0, 1}));
}

TEST(Terms, OnlyAStatementHasIdeographsAsWords) {
    // 3 characters, 2 bigrams; 污泥 and 泵 as words.
    EXPECT_EQ(spaces(stated_terms("污泥泵", "")), (std::array<std::size_t, 3>{3, 2, 2}));
    EXPECT_EQ(spaces(offered_terms("污泥泵", "")), (std::array<std::size_t, 3>{3, 2, 0}));
    auto document = Document{};
    document.title = "污泥泵";
    document.id.kind = market::ListingKind::need;
    EXPECT_EQ(spaces(terms_of(document)), (std::array<std::size_t, 3>{3, 2, 2}));
    document.id.kind = market::ListingKind::achievement;
    EXPECT_EQ(spaces(terms_of(document)), (std::array<std::size_t, 3>{3, 2, 0}));
}

TEST(Terms, AWordOfAStatementIsSoughtAsItsCharacterOrBigram) {
    const auto offered = offered_terms("污泥泵 pump 5G", "");
    std::size_t as_words = 0;
    for (const auto& term : stated_terms("污泥泵 pump 5G", "").terms) {
        const auto key = sought(term.key);
        EXPECT_EQ(sought(key), key);
        EXPECT_TRUE(std::any_of(
            offered.terms.begin(),
            offered.terms.end(),
            [&](const CountedTerm& other) { return other.key == key; }
        ));
        if (key == term.key) continue;
        ++as_words;
        EXPECT_EQ(as_word(key), term.key);
        EXPECT_EQ(space_of(term.key), Space::word);
        EXPECT_NE(space_of(key), Space::word);
        EXPECT_FALSE(is_gram(key));
    }
    EXPECT_EQ(as_words, 2u);
}

TEST(Terms, CountsStopWhereMoreNoLongerMatters) {
    std::string many;
    for (int i = 0; i < 70; ++i)
        many += "锂 ";
    const auto found = offered_terms(many, many);
    ASSERT_EQ(found.terms.size(), 1u);
    EXPECT_EQ(found.terms[0].count.title(), TermCount::title_max);
    EXPECT_EQ(found.terms[0].count.body(), TermCount::body_max);
}

TEST(Terms, ABodyWithoutTitleIsTheStatementItself) {
    const auto key = stated_terms("废水", "").terms[0].key;
    const auto weight = [&](std::string_view title, std::string_view body) {
        for (const auto& term : stated_terms(title, body).terms)
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

TEST(Terms, WhereTextsAreLongerOneOfThatLengthIsNoLessWorth) {
    const auto &brief = impacts(20), &usual = impacts(usual_length), &lengthy = impacts(400);
    for (std::size_t length = 1; length < 256; ++length)
        for (std::size_t n = 1; n <= TermCount::total_max; ++n) {
            EXPECT_LE(brief[length][n], usual[length][n]);
            EXPECT_LE(usual[length][n], lengthy[length][n]);
        }
    EXPECT_EQ(&impacts(usual_length), &usual); // made once
}

TEST(Terms, LatinWordsAreHeldLessAgainstATextForItsLength) {
    const auto &latin = impacts(usual_length, Script::latin), &ideographs = impacts(usual_length);
    const auto loss = [](const ImpactTable& table) {
        return table[length_class_of(usual_length)][1] -
               table[length_class_of(4 * usual_length)][1];
    };
    EXPECT_LT(loss(latin), loss(ideographs));
    // Of a market with as many ideographs as Latin words, or more of either.
    const auto of = [](double words) { return &impacts_of(100, 100 + (word_size - 1) * words); };
    EXPECT_EQ(of(0), &impacts(100));
    EXPECT_EQ(of(50), &impacts(100));
    EXPECT_EQ(of(51), &impacts(100, Script::latin));
    EXPECT_EQ(of(100), &impacts(100, Script::latin));
}

} // namespace
} // namespace jishi::matching
