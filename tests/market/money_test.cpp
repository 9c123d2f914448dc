#include "market/money.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <random>

namespace jishi::market {
namespace {

constexpr Fen smallest = std::numeric_limits<Fen>::min();
constexpr Fen largest = std::numeric_limits<Fen>::max();

using Shares = std::vector<std::uint32_t>;
using Parts = std::vector<Fen>;

TEST(Money, ASumStaysBetweenNothingAndTheLargestAmount) {
    EXPECT_EQ(add_fen(0, 0), 0);
    EXPECT_EQ(add_fen(1'250'000, 50), 1'250'050);
    EXPECT_EQ(add_fen(fen_max - 1, 1), fen_max);
    EXPECT_EQ(add_fen(fen_max, 1), std::nullopt);
    EXPECT_EQ(add_fen(100, -100), 0);
    EXPECT_EQ(add_fen(100, -101), std::nullopt);
}

TEST(Money, NoSumOverflows) {
    EXPECT_EQ(add_fen(largest, largest), std::nullopt);
    EXPECT_EQ(add_fen(smallest, smallest), std::nullopt);
    EXPECT_EQ(add_fen(largest, smallest), std::nullopt); // -1
    EXPECT_EQ(sum_fen(Parts(1000, largest)), std::nullopt);
    EXPECT_EQ(sum_fen(Parts{largest, largest, -largest, -largest, 7}), 7);
}

TEST(Money, ASumOfManyIsTheSumOfAll) {
    EXPECT_EQ(sum_fen(Parts{}), 0);
    EXPECT_EQ(sum_fen(Parts{1, 2, 3}), 6);
    EXPECT_EQ(sum_fen(Parts(10, fen_max / 10)), fen_max);
    EXPECT_EQ(sum_fen(Parts(11, fen_max / 10)), std::nullopt);
}

TEST(Money, ASplitGivesTheOddFenToTheLargestRemainderAndThenToTheEarlier) {
    EXPECT_EQ(split_fen(100, Shares{7000, 3000}), (Parts{70, 30}));
    EXPECT_EQ(split_fen(1, Shares{5000, 5000}), (Parts{1, 0}));
    EXPECT_EQ(split_fen(1, Shares{4999, 5001}), (Parts{0, 1}));
    EXPECT_EQ(split_fen(100, Shares{3333, 3333, 3334}), (Parts{33, 33, 34}));
    EXPECT_EQ(split_fen(2, Shares{2500, 2500, 2500, 2500}), (Parts{1, 1, 0, 0}));
    EXPECT_EQ(split_fen(1, Shares{0, 10'000}), (Parts{0, 1}));
}

TEST(Money, ASplitKeepsNothingAndTheLargestAmountExact) {
    EXPECT_EQ(split_fen(0, Shares{5000, 5000}), (Parts{0, 0}));
    EXPECT_EQ(split_fen(fen_max, Shares{10'000}), (Parts{fen_max}));
    EXPECT_EQ(
        split_fen(fen_max, Shares{1, 9999}), (Parts{fen_max / 10'000, fen_max / 10'000 * 9999})
    );
}

// Up to twelve shares, some of them nothing, that sum to the whole.
Shares random_shares(std::mt19937_64& random) {
    std::vector<std::uint32_t> cuts(random() % 12, 0);
    for (auto& cut : cuts)
        cut = static_cast<std::uint32_t>(random() % (whole_bp + 1));
    cuts.push_back(0);
    cuts.push_back(whole_bp);
    std::sort(cuts.begin(), cuts.end());
    Shares shares(cuts.size());
    std::adjacent_difference(cuts.begin(), cuts.end(), shares.begin());
    shares.erase(shares.begin()); // the leading 0 itself
    return shares;
}

TEST(Money, EverySplitIsExactAndWithinOneFenOfTheTrueShare) {
    std::mt19937_64 random(20261122);
    for (int round = 0; round < 20'000; ++round) {
        const auto shares = random_shares(random);
        const auto limit = round % 2 ? fen_max : Fen{1000}; // few fen make the hard splits
        const auto amount = static_cast<Fen>(random() % static_cast<std::uint64_t>(limit + 1));
        const auto parts = split_fen(amount, shares);

        ASSERT_EQ(parts.size(), shares.size());
        ASSERT_EQ(std::accumulate(parts.begin(), parts.end(), Fen{0}), amount);
        for (std::size_t i = 0; i < parts.size(); ++i) {
            const Fen exact_times_whole = amount * shares[i];
            ASSERT_LT(std::abs(parts[i] * Fen{whole_bp} - exact_times_whole), Fen{whole_bp});
            if (shares[i] == 0) {
                ASSERT_EQ(parts[i], 0);
            }
        }
    }
}

TEST(Money, ALargerShareNeverGetsLess) {
    std::mt19937_64 random(7);
    for (int round = 0; round < 5'000; ++round) {
        const auto shares = random_shares(random);
        const auto parts = split_fen(static_cast<Fen>(random() % 500), shares);
        for (std::size_t i = 0; i < shares.size(); ++i)
            for (std::size_t j = 0; j < shares.size(); ++j) {
                if (shares[i] <= shares[j]) continue;
                ASSERT_GE(parts[i], parts[j]) << shares[i] << " against " << shares[j];
            }
    }
}

} // namespace
} // namespace jishi::market
