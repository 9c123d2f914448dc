#include "tests/storage/market_fixture.hpp"

namespace jishi::storage {
namespace {

using namespace jishi::testing;
using namespace jishi::market;

TEST(DealBook, KeepsEveryFieldOfADeal) {
    Market m;
    auto deal = full_deal();
    m.books.deals.put(deal);
    expect_filled(deal);
    expect_same(*m.books.deals.find(deal.id), deal);
    expect_same(*m.books.deals.take(deal.id), deal);

    Deal bare;
    bare.id = some_id<DealId>();
    bare.need = PinnedListing{some_need(), 1};
    m.books.deals.put(bare);
    expect_same(*m.books.deals.find(bare.id), bare);
    bare.state = DealState::expired;
    m.books.deals.put(bare);
    expect_same(*m.books.deals.find(bare.id), bare);
    auto stale = bare;
    stale.version = 1;
    EXPECT_EQ(kind_of_error([&] { m.books.deals.put(stale); }), Kind::conflict);
}

TEST(DealBook, TwoSidesHaveOneOpenDealOnTheSameListings) {
    Market m;
    auto deal = full_deal();
    m.books.deals.put(deal);
    const auto again = [&](auto&& change) {
        auto other = full_deal();
        other.buyer = deal.buyer;
        other.seller = deal.seller;
        other.achievement = deal.achievement;
        other.need = deal.need;
        change(other);
        m.books.deals.put(other);
    };
    EXPECT_EQ(error_of([&] { again([](Deal&) {}); }).constraint, "uq_deal_open");
    EXPECT_EQ(
        error_of([&] { again([](Deal& d) { d.achievement->revision = 9; }); }).constraint,
        "uq_deal_open"
    );
    EXPECT_NO_THROW(again([](Deal& d) { d.need.reset(); }));
    EXPECT_NO_THROW(again([](Deal& d) { d.achievement.reset(); }));
    EXPECT_NO_THROW(again([](Deal& d) { std::swap(d.buyer, d.seller); }));
    EXPECT_NO_THROW(again([](Deal& d) { d.state = DealState::withdrawn; }));
    EXPECT_NO_THROW(again([](Deal& d) { d.state = DealState::withdrawn; }));

    const auto find = [&](bool with_achievement, bool with_need) {
        return m.books.deals.find_open_between(
            deal.buyer,
            deal.seller,
            with_achievement ? std::optional(deal.achievement->id) : std::nullopt,
            with_need ? std::optional(deal.need->id) : std::nullopt
        );
    };
    EXPECT_EQ(find(true, true), deal.id);
    EXPECT_TRUE(find(true, false) && find(false, true));
    EXPECT_NE(find(true, false), find(false, true));
    EXPECT_FALSE(find(false, false));
    deal.state = DealState::rejected;
    m.books.deals.put(deal);
    EXPECT_FALSE(find(true, true));
}

TEST(DealBook, APartySeesItsDealsOnEitherSideByState) {
    Market m;
    const auto party = some_id<OrganisationId>();
    auto bought = full_deal(), sold = full_deal(), foreign = full_deal();
    bought.buyer = sold.seller = party;
    sold.state = DealState::contracted;
    for (auto* deal : {&bought, &sold, &foreign})
        m.books.deals.put(*deal);
    const auto list = [&](std::optional<DealState> state) {
        return walk(
            [&](const PageRequest& page) {
                return m.books.deals.list_of_party(party, state, page);
            },
            1
        );
    };
    EXPECT_EQ(list({}), (std::vector{sold.id, bought.id}));
    EXPECT_EQ(list(DealState::contracted), std::vector{sold.id});
    EXPECT_TRUE(list(DealState::inquiry).empty());
    EXPECT_EQ(
        kind_of_error([&] { m.books.deals.list_of_party(party, {}, {.before = {}, .limit = 101}); }
        ),
        Kind::misuse
    );
}

TEST(DealBook, OpenDealsOnAListingAndThoseThatAreDue) {
    Market m;
    auto first = full_deal(), second = full_deal(), closed = full_deal();
    second.achievement = closed.achievement = first.achievement;
    first.due_at = test_now;
    second.due_at = test_now + 1;
    closed.due_at = test_now;
    closed.state = DealState::expired;
    for (auto* deal : {&first, &second, &closed})
        m.books.deals.put(*deal);
    EXPECT_EQ(
        m.books.deals.open_deals_on(first.achievement->id), (std::vector{first.id, second.id})
    );
    EXPECT_EQ(m.books.deals.open_deals_on(second.need->id), std::vector{second.id});
    EXPECT_EQ(m.books.deals.due_before(test_now, 1000), std::vector{first.id});
    EXPECT_EQ(m.books.deals.due_before(test_now + 1, 1), std::vector{first.id});
    EXPECT_EQ(kind_of_error([&] { m.books.deals.due_before(test_now, 0); }), Kind::misuse);
}

TEST(DealBook, OffersAreNumberedOnceAndKeptInFull) {
    Market m;
    const auto deal = some_id<DealId>();
    auto second = full_offer(deal, 2), first = full_offer(deal, 1);
    first.terms = {};
    first.message = "";
    expect_filled(second);
    expect_filled(second.terms);
    m.books.deals.add_offer(second);
    m.books.deals.add_offer(first);
    expect_same(*m.books.deals.find_offer(second.id), second);
    const auto offers = m.books.deals.offers_of(deal);
    ASSERT_EQ(offers.size(), 2U);
    expect_same(offers[0], first);
    expect_same(offers[1], second);
    EXPECT_EQ(
        error_of([&] { m.books.deals.add_offer(full_offer(deal, 2)); }).constraint,
        "uq_offer_number"
    );
}

TEST(DealBook, KeepsEveryFieldOfAMandateAndOneOpenPerListingAndBroker) {
    Market m;
    auto mandate = full_mandate(), rival = full_mandate();
    m.books.deals.put_mandate(mandate);
    expect_filled(mandate);
    expect_same(*m.books.deals.find_mandate(mandate.id), mandate);
    expect_same(*m.books.deals.take_mandate(mandate.id), mandate);

    auto again = full_mandate();
    again.listing = rival.listing = mandate.listing;
    again.broker = mandate.broker;
    again.state = MandateState::accepted;
    EXPECT_NO_THROW(m.books.deals.put_mandate(rival));
    EXPECT_EQ(error_of([&] { m.books.deals.put_mandate(again); }).constraint, "uq_mandate_open");
    EXPECT_EQ(m.books.deals.open_mandate(mandate.listing, mandate.broker)->id, mandate.id);
    EXPECT_FALSE(m.books.deals.accepted_mandate(mandate.listing, mandate.broker));

    mandate.state = MandateState::withdrawn;
    m.books.deals.put_mandate(mandate);
    EXPECT_FALSE(m.books.deals.open_mandate(mandate.listing, mandate.broker));
    m.books.deals.put_mandate(again);
    EXPECT_EQ(m.books.deals.accepted_mandate(mandate.listing, mandate.broker)->id, again.id);

    for (const auto side : {mandate.principal, mandate.broker_organisation})
        EXPECT_EQ(
            walk([&](const PageRequest& page) { return m.books.deals.mandates_of(side, page); }, 1),
            std::vector{mandate.id}
        );
}

} // namespace
} // namespace jishi::storage
