// What learning beside a market that serves needs: its listings, and an end when it is asked for.
#include "matching/learning.hpp"
#include "tests/matching/listings.hpp"

#include <gtest/gtest.h>

namespace jishi::matching::test {
namespace {

TEST(Learning, GivesNothingWhenItIsStopped) {
    const auto one = achievement(1, "污泥干燥", "低温热泵带式干燥，每天处理三十吨。");
    const std::vector<const Document*> only{&one};
    for (int asked_before = 0; asked_before < 4; ++asked_before) {
        int left = asked_before;
        const auto model =
            learn(only, {}, {}, {.dimensions = 16, .stopped = [&] { return left-- <= 0; }});
        EXPECT_EQ(model, nullptr);
    }
    EXPECT_NE(learn(only, {}, {}, {.dimensions = 16}), nullptr);
}

TEST(ASnapshot, NamesItsListingsOfAKind) {
    Engine engine;
    engine.apply(changes({achievement(1, "甲"), achievement(2, "乙"), need(3, "丙")}));
    engine.apply(std::vector<Change>{listing_id(market::ListingKind::achievement, 1)});
    const auto snapshot = engine.snapshot();
    const auto achievements = snapshot->listings(market::ListingKind::achievement, 9);
    ASSERT_EQ(achievements.size(), 1U);
    EXPECT_EQ(achievements.read(0).title, "乙");
    std::size_t needs = 0;
    snapshot->for_each(market::ListingKind::need, [&](const Document&) { ++needs; });
    EXPECT_EQ(needs, 1U);
}

} // namespace
} // namespace jishi::matching::test
