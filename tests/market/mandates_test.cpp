#include "market/access.hpp"
#include "market/deals.hpp"
#include "tests/support/precedence.hpp"
#include "tests/support/table.hpp"

#include <gtest/gtest.h>

namespace jishi::market {
namespace {

using namespace tests;

struct Offering {
    MarketWorld world;
    ListingId listing = world.achievement();
    Caller caller = world.agency.caller;
    MandateDraft draft{.listing = listing, .commission_bp = 3'000, .note = "我们有买家"};

    Result<Mandate> offer() { return offer_mandate(world.books, caller, draft); }
    std::string run() { return told(offer()); }
    Listing& row() { return world.books.listing_book.listings.edit(listing); }
};

TEST(Mandates, OfferingIsRefusedInOrder) {
    the_earlier_fault_is_told<Offering>({
        {"scope_missing", "", [](Offering& c) { c.caller.scopes = {Scope::read}; }},
        {"not_permitted", "", [](Offering& c) { c.caller.roles = {Role::deal_maker}; }},
        {"organisation_unverified",
         "",
         [](Offering& c) { c.caller.verification = VerificationState::submitted; }},
        {"invalid_fields", "", [](Offering& c) { c.draft.commission_bp = 3'001; }},
        {"invalid_fields",
         "",
         [](Offering& c) {
             c.draft.listing = {ListingKind::need, {7}};
         }},
        {"listing_not_open", "", [](Offering& c) { c.row().state = ListingState::closed; }},
        {"own_listing", "", [](Offering& c) { c.row().owner = c.world.agency.id(); }},
        {"limit_reached",
         "",
         [](Offering& c) {
             const auto owner = std::exchange(c.row().owner, c.world.university.id());
             const auto state = std::exchange(c.row().state, ListingState::published);
             must(offer_mandate(c.world.books, c.world.agency.caller, {.listing = c.listing}));
             c.row().owner = owner;
             c.row().state = state;
         }},
    });
}

struct Answering : Offering {
    MandateId id = must(offer()).id;
    Caller answerer = world.university.caller;
    MandateEvent event = MandateEvent::decline;
    std::string reason = "不需要";
    std::optional<std::uint32_t> version;

    Result<Mandate> answer() {
        return act_on_mandate(world.books, answerer, id, event, reason, version);
    }
    std::string run() { return told(answer()); }
};

TEST(Mandates, AnsweringIsRefusedInOrder) {
    the_earlier_fault_is_told<Answering>({
        {"not_found", "caller", [](Answering& c) { c.answerer = c.world.rival.caller; }},
        {"event_not_allowed", "", [](Answering& c) { c.event = MandateEvent::revoke; }},
        {"not_permitted", "caller", [](Answering& c) { c.answerer = c.world.agency.caller; }},
        {"reason_required", "", [](Answering& c) { c.reason.clear(); }},
        {"version_stale", "", [](Answering& c) { c.version = 3; }},
    });
}

TEST(Mandates, ALifeIsToldToBothAndEndsByEither) {
    each_row<3>(
        R"(
        // by         event     state
        university    revoke    revoked
        agency        end       ended
        )",
        [](const std::string& by, const std::string& event, const std::string& state) {
            Answering c;
            c.event = MandateEvent::accept;
            const auto before = c.world.events();
            EXPECT_EQ(c.run(), "ok");
            EXPECT_EQ(c.offer().refusal().code, RefusalCode::limit_reached)
                << "one mandate at a time";
            c.event = *parse_name<MandateEvent>(event);
            if (by == "agency") c.answerer = c.world.agency.caller;
            EXPECT_EQ(name_of(must(c.answer()).state), state);
            EXPECT_EQ(
                c.world.happened_since(before),
                "mandate.accept offered accepted\nmandate." + event + " accepted " + state + "\n"
            );
            EXPECT_EQ(
                c.world.books.event_book.all.back().audience,
                (std::vector{c.world.university.id(), c.world.agency.id()})
            );
            EXPECT_EQ(told(c.offer()), "ok");
        }
    );
}

TEST(Mandates, AMandateIsPersonalToTheBrokerWhoOfferedIt) {
    Answering c;
    c.answerer = c.world.colleague(c.world.agency, {Role::broker}).caller;
    c.event = MandateEvent::withdraw;
    EXPECT_EQ(c.run(), "not_permitted");
    EXPECT_TRUE(available_actions(c.answerer, *c.world.books.deals.find_mandate(c.id)).empty());
    c.answerer = c.caller;
    EXPECT_EQ(
        available_actions(c.answerer, *c.world.books.deals.find_mandate(c.id)),
        std::vector<std::string_view>{"withdraw"}
    );
    EXPECT_EQ(c.run(), "ok");
}

// ---- a broker in a deal ----

// The agency's broker holds a mandate of the university.
struct Brokered : Answering {
    ListingId need = world.need();
    Caller broker = as(caller, {Role::broker});

    Brokered() {
        event = MandateEvent::accept;
        must(answer());
    }
    Deal open() {
        return must(open_deal(
            world.books,
            broker,
            {.achievement = listing,
             .need = need,
             .event = DealEvent::make_offer,
             .offer = sample_offer(world.books.now),
             .message = {}}
        ));
    }
};

TEST(Mandates, ABrokerOpensADealInThePlaceOfItsPrincipal) {
    Brokered c;
    const auto deal = c.open();
    EXPECT_EQ(deal.seller, c.world.university.id());
    EXPECT_EQ(deal.buyer, c.world.enterprise.id());
    EXPECT_EQ(deal.offer_by, c.world.university.id());
    const auto offer = *c.world.books.deals.find_offer(*deal.current_offer);
    EXPECT_EQ(offer.by, c.world.university.id());
    EXPECT_EQ(offer.written_by, c.broker.member);
    EXPECT_TRUE(may_see(c.world.books, c.broker, deal));
    const auto other = c.world.colleague(c.world.agency, {Role::broker}).caller;
    EXPECT_FALSE(may_see(c.world.books, other, deal)) << "a mandate is personal";
}

TEST(Mandates, ABrokerCountersForItsPrincipalButNeverBindsIt) {
    Brokered c;
    const auto id = c.open().id;
    const auto counter = [&](const Caller& caller) {
        return told(c.world.act(
            caller, id, {.event = DealEvent::counter, .offer = sample_offer(c.world.books.now)}
        ));
    };
    EXPECT_EQ(counter(c.broker), "not_permitted") << "the offer is its own principal's";
    EXPECT_EQ(counter(c.world.enterprise.caller), "ok");
    for (const auto event :
         {DealEvent::accept, DealEvent::reject, DealEvent::withdraw, DealEvent::reveal_identity})
        EXPECT_EQ(
            told(c.world.act(c.broker, id, {.event = event, .reason = "原因"})), "not_permitted"
        ) << name_of(event);
    EXPECT_EQ(
        available_actions(c.world.books, c.broker, c.world.deal(id)),
        std::vector<std::string_view>{"counter"}
    );
    EXPECT_EQ(counter(c.broker), "ok");
    EXPECT_EQ(c.world.deal(id).offer_by, c.world.university.id());
}

TEST(Mandates, ABrokerWhoseMandateEndedKnowsTheDealNoMore) {
    Brokered c;
    const auto id = c.open().id;
    c.event = MandateEvent::revoke;
    must(c.answer());
    EXPECT_EQ(told(c.world.act(c.broker, id, {.event = DealEvent::accept})), "not_found");
    EXPECT_EQ(
        told(open_deal(c.world.books, c.broker, {.achievement = c.listing, .need = c.need})),
        "mandate_missing"
    );
}

TEST(Mandates, ABrokerOfTheBuyerAsksForAQuoteAndOneOfTheSellerGivesIt) {
    MarketWorld world;
    const auto achievement = world.achievement();
    const auto need = world.need();
    const auto broker_of = [&](ListingId listing, const Party& principal) {
        const auto broker = world.colleague(world.agency, {Role::broker});
        const auto mandate = must(offer_mandate(world.books, broker.caller, {.listing = listing}));
        must(act_on_mandate(world.books, principal.caller, mandate.id, MandateEvent::accept, {}, {})
        );
        return broker;
    };
    const auto for_buyer = broker_of(need, world.enterprise);
    const auto for_seller = broker_of(achievement, world.university);
    const auto id = world.inquire(for_buyer, achievement, need);
    const DealAction ask{.event = DealEvent::request_quote};
    const DealAction quote{.event = DealEvent::make_offer, .offer = sample_offer(world.books.now)};
    EXPECT_EQ(told(world.act(for_seller.caller, id, ask)), "not_permitted");
    EXPECT_EQ(told(world.act(for_buyer.caller, id, ask)), "ok");
    EXPECT_EQ(told(world.act(for_buyer.caller, id, quote)), "not_permitted");
    EXPECT_EQ(told(world.act(for_seller.caller, id, quote)), "ok");
}

} // namespace
} // namespace jishi::market
