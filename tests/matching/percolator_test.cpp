#include "matching/percolator.hpp"
#include "tests/matching/listings.hpp"

#include <gtest/gtest.h>

namespace jishi::matching {
namespace {

market::SavedSearchId saved(std::uint8_t number) {
    market::SavedSearchId id;
    id.bytes[15] = number;
    return id;
}

std::string matching(const Percolator& percolator, const Document& document) {
    std::string out;
    for (const auto& id : percolator.which_match(document))
        out += (out.empty() ? "" : " ") + std::to_string(id.bytes[15]);
    return out;
}

TEST(Percolator, TellsWhichSavedSearchesAListingAnswers) {
    Percolator percolator;
    std::uint8_t number = 0;
    for (const auto* text :
         {"电池",
          "电池 回收",
          "\"电池回收\"",
          "电池 -回收",
          "",
          "五 六 七 电池 回收 锂",
          "五 六 七 八 回收"}) {
        SearchQuery query;
        query.text = text;
        percolator.register_search(saved(++number), query);
    }
    SearchQuery of_needs;
    of_needs.kind = market::ListingKind::need;
    percolator.register_search(saved(8), of_needs);
    SearchQuery filtered;
    filtered.filters.trl_min = 7;
    percolator.register_search(saved(9), filtered);

    auto document = test::achievement(1, "鋰電池回收");
    EXPECT_EQ(matching(percolator, document), "1 2 3 5 6");
    document.trl = 7;
    EXPECT_EQ(matching(percolator, document), "1 2 3 5 6 9");
    EXPECT_EQ(matching(percolator, test::achievement(1, "电池管理")), "1 4 5");
    EXPECT_EQ(matching(percolator, test::need(1, "电池")), "8");
}

TEST(Percolator, ReplacesAndForgets) {
    Percolator percolator;
    SearchQuery query;
    query.text = "电池";
    percolator.register_search(saved(1), query);
    query.text = "废水";
    percolator.register_search(saved(1), query);
    EXPECT_EQ(percolator.size(), 1u);
    EXPECT_EQ(matching(percolator, test::achievement(1, "电池")), "");
    EXPECT_EQ(matching(percolator, test::achievement(1, "废水")), "1");
    percolator.unregister(saved(1));
    percolator.unregister(saved(1));
    EXPECT_EQ(percolator.size(), 0u);
    EXPECT_EQ(matching(percolator, test::achievement(1, "废水")), "");
}

TEST(Percolator, AgreesWithSearchOnEveryListingThatHoldsAllWords) {
    test::Draw draw(8);
    const auto documents = draw.market(120, 0);
    const auto market = test::market_of(documents);
    Percolator percolator;
    std::vector<std::string> texts;
    for (std::uint8_t i = 0; i < 100; ++i) {
        SearchQuery query;
        query.text = texts.emplace_back(draw.text(1) + " " + draw.text(2));
        percolator.register_search(saved(i), query);
    }
    for (std::uint8_t i = 0; i < 100; ++i) {
        SearchQuery query;
        query.text = texts[i];
        query.limit = page_limit_max;
        const auto page = market->search(query);
        std::size_t accepted = 0;
        for (const auto& document : documents)
            for (const auto& id : percolator.which_match(document))
                accepted += id == saved(i);
        EXPECT_EQ(accepted, page->words == WordsFound::any ? 0 : page->total) << texts[i];
    }
}

} // namespace
} // namespace jishi::matching
