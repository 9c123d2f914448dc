// Words are where ICU's own iterator finds them, whatever is asked.
#include "matching/text.hpp"
#include "matching/word_cutter.hpp"
#include "tests/matching/jsonl.hpp"
#include "tests/matching/listings.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace jishi::matching {
namespace {

using test::Draw;

void expect_as_icu(WordCutter& cutter, const std::u16string& units) {
    const auto expected = cutter.ends_by_icu(units);
    ASSERT_EQ(cutter.ends_of(units), expected)
        << testing::PrintToString(std::vector<unsigned>(units.begin(), units.end()));
}

constexpr std::u16string_view words[] = {
    u"污水", u"处理",     u"中华人民共和国", u"国民", u"民生", u"生活", u"活性炭", u"人工智能",
    u"的",   u"和",       u"研究生命",       u"结合", u"合成", u"成分", u"分子",   u"子弹",
    u"半导", u"导体外延", u"一心一意",       u"不",   u"南京", u"市长", u"江大桥", u"技术市场",
};

TEST(WordCutter, KnowsTheDictionary) { // or the tests below compare ICU with itself
    EXPECT_TRUE(WordCutter::knows_dictionary());
}

TEST(WordCutter, CutsWordsThatOverlapWhereIcuDoes) {
    WordCutter cutter;
    Draw draw(1);
    for (int round = 0; round < 20'000; ++round) {
        std::u16string units;
        for (auto count = 1 + draw.below(12); count > 0; --count) {
            const auto word = words[draw.below(std::size(words))];
            units += word.substr(0, 1 + draw.below(static_cast<std::uint32_t>(word.size())));
        }
        expect_as_icu(cutter, units);
    }
}

TEST(WordCutter, CutsAnyIdeographsWhereIcuDoes) {
    WordCutter cutter;
    Draw draw(2);
    for (int round = 0; round < 20'000; ++round) {
        std::u16string units;
        for (auto count = 1 + draw.below(30); count > 0; --count) {
            const auto first = draw.below(10) == 0 ? 0x3400U : 0x4E00U;
            const auto last = first == 0x3400 ? 0x4DBFU : 0x9FFFU;
            units += static_cast<char16_t>(first + draw.below(last - first + 1));
        }
        expect_as_icu(cutter, units);
    }
}

TEST(WordCutter, CutsIdeographsAmongOtherSignsWhereIcuDoes) {
    constexpr std::u16string_view signs = u"々〇ヶかなカナーフラスコ한국어ㄅ技术市场锂电池々";
    WordCutter cutter;
    Draw draw(3);
    for (int round = 0; round < 5'000; ++round) {
        std::u16string units;
        for (auto count = 1 + draw.below(12); count > 0; --count)
            units += signs[draw.below(static_cast<std::uint32_t>(signs.size()))];
        expect_as_icu(cutter, units);
    }
    expect_as_icu(cutter, u"");
}

TEST(WordCutter, CutsALongTextWhereIcuDoes) {
    WordCutter cutter;
    Draw draw(4);
    std::u16string units;
    while (units.size() < 20'000)
        units += words[draw.below(std::size(words))];
    expect_as_icu(cutter, units);
}

TEST(RealData, WordsOfRealListingsAreThoseOfIcu) {
    const auto file = std::filesystem::path(JISHI_SOURCE_DIR) / ".." / "shared" / "data" /
                      "needs-achievements" / "needs.jsonl";
    if (!std::filesystem::exists(file)) GTEST_SKIP() << "no real listings beside the project";
    WordCutter cutter;
    std::ifstream lines(file);
    std::size_t runs = 0;
    for (std::string line; std::getline(lines, line);) {
        const auto tokens =
            tokens_of(test::member(line, "title") + " " + test::member(line, "body"));
        std::u16string units;
        for (const auto& token : tokens) {
            if (!token.joined && !units.empty()) {
                expect_as_icu(cutter, units);
                ++runs;
                units.clear();
            }
            if (!token.word && token.code < 0x10000) units += static_cast<char16_t>(token.code);
        }
    }
    EXPECT_GT(runs, 1'000u);
}

} // namespace
} // namespace jishi::matching
