#include "market/timers.hpp"
#include "tests/support/market_world.hpp"

#include <gtest/gtest.h>

namespace jishi::market {
namespace {

using namespace tests;

TEST(Timers, AListingExpiresAtTheInstantItsTimeIsOver) {
    MarketWorld world;
    const auto id = world.achievement();
    world.wait(365 * day_us - 1);
    EXPECT_EQ(expire_due(world.books, 10), 0u);
    world.wait(1);
    EXPECT_EQ(expire_due(world.books, 10), 1u);
    EXPECT_EQ(world.listing(id).state, ListingState::expired);
    const auto event = world.books.event_book.all.back();
    EXPECT_EQ(event.name, "achievement.expire");
    EXPECT_FALSE(event.member.has_value()) << "nobody did it";
    EXPECT_EQ(expire_due(world.books, 10), 0u);
}

TEST(Timers, WhatIsDueBeyondTheLimitExpiresInTheNextRound) {
    MarketWorld world;
    for (int i = 0; i < 3; ++i)
        world.inquire(world.enterprise, world.achievement());
    const auto listing = world.achievement();
    world.wait(365 * day_us);
    EXPECT_EQ(expire_due(world.books, 3), 3u) << "the deals fill the round";
    EXPECT_EQ(world.listing(listing).state, ListingState::published);
    EXPECT_EQ(expire_due(world.books, 3), 3u);
    EXPECT_EQ(expire_due(world.books, 3), 1u);
    EXPECT_EQ(expire_due(world.books, 3), 0u);
}

TEST(Timers, ADealExpiresAtTheInstantItsTimeIsOverInEveryWaitingState) {
    for (const auto* state :
         {"inquiry", "quote_requested", "offer_pending", "counter_pending", "terms_agreed"}) {
        MarketWorld world;
        const auto achievement = world.achievement();
        const auto id = world.acceptable(world.enterprise, achievement);
        world.books.deal_book.deals.edit(id).state = *parse_name<DealState>(state);
        const auto due_at = *world.deal(id).due_at;
        world.books.set_now(due_at + -1);
        EXPECT_EQ(expire_due(world.books, 10), 0u) << state;
        world.books.set_now(due_at);
        const auto before = world.events();
        EXPECT_EQ(expire_due(world.books, 10), 1u) << state;
        EXPECT_EQ(
            world.happened_since(before),
            "deal.expire " + std::string(state) +
                " expired\nachievement.disengage engaged published\n"
        );
    }
}

TEST(Timers, ADealThatExpiresCancelsItsContractButNotOneInForce) {
    MarketWorld world;
    const auto deal = world.agreed(world.enterprise, world.achievement());
    const auto drafted = world.ready_to_sign(world.enterprise, deal);
    const auto shared = sample_terms(CooperationMode::non_exclusive_licence);
    const auto signed_deal = world.agreed(world.enterprise, world.achievement(), {}, shared);
    const auto in_force = world.ready_to_sign(world.enterprise, signed_deal);
    must(world.sign(world.university.caller, in_force));
    must(world.sign(world.enterprise.caller, in_force));
    world.wait(30 * day_us);
    EXPECT_EQ(expire_due(world.books, 10), 1u);
    EXPECT_EQ(world.contract(drafted).state, ContractState::cancelled);
    EXPECT_EQ(world.contract(in_force).state, ContractState::effective);
}

TEST(Timers, AListingUnderNegotiationOutlivesItsTimeUntilTheDealEnds) {
    MarketWorld world;
    const auto id = world.achievement();
    world.wait(360 * day_us);
    world.inquire(world.enterprise, id);
    world.wait(5 * day_us);
    EXPECT_EQ(expire_due(world.books, 10), 0u);
    world.wait(25 * day_us);
    EXPECT_EQ(expire_due(world.books, 10), 2u);
    EXPECT_EQ(world.listing(id).state, ListingState::expired);
}

TEST(Timers, NoMoreThanTheLimitIsFiredAtOnce) {
    MarketWorld world;
    for (int i = 0; i < 3; ++i)
        world.need();
    world.wait(360 * day_us);
    for (int i = 0; i < 3; ++i)
        world.inquire(world.enterprise, world.achievement());
    world.wait(30 * day_us);
    EXPECT_EQ(expire_due(world.books, 2), 2u);
    EXPECT_EQ(expire_due(world.books, 2), 2u);
    EXPECT_EQ(expire_due(world.books, 2), 2u);
    EXPECT_EQ(expire_due(world.books, 2), 0u);
}

} // namespace
} // namespace jishi::market
