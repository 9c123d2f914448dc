#include "matching/corpus.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace jishi::matching {
namespace {

TEST(Corpus, TakesAsManyAsAreWantedEvenlyAndAllWhereThereAreNoMore) {
    for (std::size_t all = 0; all < 60; ++all)
        for (std::size_t most = 1; most < 70; ++most) {
            std::vector<std::size_t> items(all), wanted;
            std::iota(items.begin(), items.end(), std::size_t{0});
            for (std::size_t i = 0; i < std::min(most, all); ++i)
                wanted.push_back(most < all ? i * all / most : i);
            EXPECT_EQ(evenly(items, most), wanted) << most << " of " << all;
        }
}

} // namespace
} // namespace jishi::matching
