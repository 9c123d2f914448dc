#include "matching/wording.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "listings.hpp"

namespace jishi::matching {
namespace {

using Words = std::vector<std::string>;

Words words_in(const Document& document, const Model* model = nullptr) {
    const auto out = worded(document, model);
    Words words;
    out.for_each_text([&](const WordedText& text) {
        std::size_t next = 0;
        for (const auto& word : text.words) {
            EXPECT_EQ(word.first, next); // every token once, in order
            next += word.count;
            words.emplace_back(text.in(text.range_of(word)));
        }
        EXPECT_EQ(next, text.tokens.size());
    });
    return words;
}

TEST(Wording, CutsIdeographsByTheDictionaryAndKeepsLatinRuns) {
    EXPECT_EQ(
        words_in(test::need(1, "LiFePO4电池", "回收废水，-40℃")),
        Words({"LiFePO4", "电池", "回收", "废水", "-40℃"})
    );
    EXPECT_EQ(words_in(test::need(1, "", "")), Words());
    EXPECT_EQ(words_in(test::need(1, "，。", "\xff\xfe")), Words());
}

TEST(Wording, ReadsTitleKeywordsAndBody) {
    auto document = test::achievement(1, "电池", "废水");
    document.keywords = {"回收", "材料"};
    EXPECT_EQ(words_in(document), Words({"电池", "回收", "材料", "废水"}));
}

// 锂 has 离子 behind it in all texts that hold it; 可靠 has 的 behind it in half of them, but 的
// stands in all texts.
TEST(Wording, JoinsWhatTheMarketWritesTogether) {
    std::vector<Document> documents;
    for (std::uint32_t i = 0; i < 60; ++i) {
        const std::string what = i % 2 == 0 ? "锂离子电池" : "可靠装置";
        documents.push_back(test::achievement(
            i,
            "",
            what + "回收的废水" + std::to_string(i) + "。" + (i % 4 == 1 ? "可靠" : "材料") + "的" +
                what + "处理"
        ));
    }
    const auto asked = test::need(1, "锂离子和可靠的");
    EXPECT_EQ(words_in(asked), Words({"锂", "离子", "和", "可靠", "的"}));
    const auto model = test::model_of(documents);
    const auto words = words_in(asked, model.get());
    EXPECT_EQ(words, Words({"锂离子", "和", "可靠", "的"}));
}

TEST(Wording, JoinsEightIdeographsAtMost) {
    std::vector<Document> documents;
    for (std::uint32_t i = 0; i < 60; ++i) {
        const std::string what = i % 2 == 0 ? "镍钴镍钴" : "装置";
        documents.push_back(
            test::achievement(i, "", what + "废水" + std::to_string(i) + "。" + what + "处理")
        );
    }
    const auto model = test::model_of(documents);
    const auto longest_of = [&](int ideographs) {
        std::string text;
        for (int i = 0; i < ideographs; ++i)
            text += i % 2 == 0 ? "镍" : "钴";
        std::size_t longest = 0;
        for (const auto& word : words_in(test::need(1, text), model.get()))
            longest = std::max(longest, word.size() / 3);
        return longest;
    };
    EXPECT_EQ(longest_of(8), 8U);
    EXPECT_EQ(longest_of(9), 8U);
}

// What is told of a match begins and ends with words, and with such as tell.
TEST(Wording, AReasonNamesWholeWords) {
    std::vector<Document> documents;
    for (std::uint32_t i = 0; i < 40; ++i)
        documents.push_back(test::achievement(i, "在现场中的设备"));
    documents.push_back(test::achievement(100, "在高温中的涂层系统 LED"));
    const auto market = test::market_of(documents);
    const auto summary_of = [&](const std::string& need) {
        return market->explain_pair(test::need(1, need), documents.back()).summary_zh;
    };
    EXPECT_EQ(summary_of("在高温中的要求"), "共同要点：高温");
    EXPECT_EQ(summary_of("检测系统"), "共同要点：系统");
    EXPECT_EQ(summary_of("温"), "共同要点：温"); // no word is there to name
    EXPECT_EQ(summary_of("层厚、温差、系统"), "共同要点：系统");
    EXPECT_EQ(summary_of("ＬＥＤ、温差"), "共同要点：ＬＥＤ");
}

} // namespace
} // namespace jishi::matching
