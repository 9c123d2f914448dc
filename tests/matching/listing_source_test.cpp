#include "matching/engine.hpp"
#include "matching/listing_source.hpp"
#include "tests/matching/listings.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <string>

namespace jishi::matching {
namespace {

using market::ListingKind;

TEST(ListingSource, TakesAsManyAsAreWantedEvenlyAndAllWhereThereAreNoMore) {
    for (std::size_t all = 0; all < 60; ++all)
        for (std::size_t most = 1; most < 70; ++most) {
            std::vector<std::size_t> items(all), wanted, read;
            std::iota(items.begin(), items.end(), std::size_t{0});
            for (std::size_t i = 0; i < std::min(most, all); ++i)
                wanted.push_back(most < all ? i * all / most : i);
            EXPECT_EQ(evenly(items, most), wanted) << most << " of " << all;
            const ListingSource source(all, [&](std::size_t number) {
                read.push_back(number);
                return Document{};
            });
            source.for_each_of(most, [](const Document&) {});
            EXPECT_EQ(read, wanted) << most << " of " << all;
            read.clear();
            source.some(most).for_each([](const Document&) {});
            EXPECT_EQ(read, wanted) << most << " of " << all;
        }
}

std::string titles_of(const ListingSource& source) {
    std::string out;
    source.for_each([&](const Document& document) { out += document.title + " "; });
    return out;
}

TEST(ListingSource, ReadsDocumentsInTheOrderOfTheirIds) {
    const auto a = test::achievement(1, "a"), b = test::achievement(2, "b");
    EXPECT_EQ(titles_of(ListingSource({&b, &a})), "a b ");
    EXPECT_EQ(titles_of({}), "");
}

TEST(ListingSource, OfASnapshotReadsWhatIsLiveOfAllItsSegments) {
    Engine engine;
    engine.apply(test::changes({test::achievement(3, "c"), test::achievement(1, "a")}));
    engine.apply(test::changes({test::achievement(4, "d"), test::need(9, "n")}));
    engine.apply(test::changes({test::achievement(2, "b")}));
    engine.apply(std::vector<Change>{test::listing_id(ListingKind::achievement, 3)});
    const auto snapshot = engine.snapshot();
    EXPECT_EQ(titles_of(snapshot->listings(ListingKind::achievement, 9)), "a b d ");
    EXPECT_EQ(titles_of(snapshot->listings(ListingKind::achievement, 2)), "a b ");
    EXPECT_EQ(titles_of(snapshot->listings(ListingKind::need, 9)), "n ");
}

} // namespace
} // namespace jishi::matching
