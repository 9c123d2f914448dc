// Sorting in buckets gives what sorting gives, however the items fall into them.
#include "matching/bucket_sort.hpp"
#include "tests/matching/listings.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace jishi::matching {
namespace {

constexpr std::size_t buckets = 64;

void expect_sorted(std::vector<std::uint64_t> items, unsigned shift) {
    auto expected = items;
    std::sort(expected.begin(), expected.end());
    sort_in_buckets<buckets>(
        std::span(items),
        [&](std::uint64_t item) { return std::min(item >> shift, buckets - 1); },
        std::less<>()
    );
    EXPECT_EQ(items, expected);
}

TEST(BucketSort, SortsFewAndManyFromOneBucketToAll) {
    test::Draw draw(1);
    // Buckets from 4 on; a bucket of 16 is sorted by insertion, one of 17 is not.
    for (const std::size_t size : {0, 1, 3, 4, 5, 16, 17, 18, 200, 5'000})
        for (const unsigned shift :
             {0U, 6U, 10U, 63U}) { // nearly all in the last, ... in the first
            std::vector<std::uint64_t> items(size);
            for (auto& item : items)
                item = draw.below(1U << 16);
            expect_sorted(items, shift);
            std::sort(items.begin(), items.end(), std::greater<>());
            expect_sorted(items, shift);
            std::fill(items.begin(), items.end(), 7);
            expect_sorted(items, shift);
        }
}

} // namespace
} // namespace jishi::matching
