#include "matching/corpus.hpp"
#include "tests/matching/listings.hpp"

#include <gtest/gtest.h>

namespace jishi::matching {
namespace {

// ---- bodies under several titles ----

// Of a listing whose body stands under so many titles, under one of them twice.
std::size_t clauses_read(std::size_t titles) {
    const std::string offer = "技术成熟，性能稳定，欢迎各企业与我校联系洽谈。";
    std::vector<Document> documents{
        test::achievement(1, "污泥干燥", offer + "出料含水率可以调节。"),
        test::achievement(2, "设备0", offer)};
    for (std::uint32_t title = 0; title < titles; ++title)
        documents.push_back(test::achievement(3 + title, "设备" + std::to_string(title), offer));
    std::vector<const Document*> all;
    for (const auto& document : documents)
        all.push_back(&document);
    const SetTexts set_texts(all);
    const auto left_of = [&](const Document& document) {
        auto text = learned_text(document);
        set_texts.leave_out_of(text);
        EXPECT_EQ(text.lengths.size(), text.clauses.size());
        return text.clauses.size();
    };
    EXPECT_GT(left_of(documents.front()), 1u); // a body of its own
    return left_of(documents.back());
}

TEST(SetTexts, AreBodiesThatStandUnderFiveTitles) {
    EXPECT_GT(clauses_read(SetTexts::titles_min - 1), 1u);
    EXPECT_EQ(clauses_read(SetTexts::titles_min), 1u); // the title
}

TEST(SetTexts, TakeNothingFromTheTitlesAboveThem) {
    const std::string
        offer = "本成果技术成熟，性能稳定，已在多家企业示范应用，欢迎各企业与我校联系洽谈。",
        ask = "我公司寻求技术合作，希望有实力的院校与我公司联系，费用面议。";
    const std::vector<std::string> things{"污泥", "电池", "废水", "图像", "合金", "光伏", "轴承"},
        means{"干燥", "回收", "过滤", "识别", "焊接", "切割", "检测"};
    std::vector<Document> market;
    std::uint32_t number = 0;
    for (const auto& thing : things)
        for (const auto& how : means) {
            market.push_back(test::achievement(++number, thing + how + "装置", offer));
            market.push_back(test::need(number, "需要" + thing + "的" + how, ask));
        }
    const auto snapshot = test::market_of(market, test::model_of(market));
    for (const auto& asker : market) {
        const auto found = snapshot->rank_for(asker, 1, 100);
        ASSERT_EQ(found.size(), 1u) << asker.title;
        EXPECT_EQ(test::number_of(found[0].document->id), test::number_of(asker.id));
    }
}

} // namespace
} // namespace jishi::matching
