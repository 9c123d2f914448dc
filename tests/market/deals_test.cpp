#include "market/access.hpp"
#include "market/deals.hpp"
#include "tests/support/precedence.hpp"
#include "tests/support/table.hpp"

#include <gtest/gtest.h>

namespace jishi::market {
namespace {

using namespace tests;

constexpr auto accept = DealEvent::accept;
constexpr auto counter = DealEvent::counter;
constexpr auto make_offer = DealEvent::make_offer;

TEST(Deals, TheTwoSidesComeToTermsByOffers) {
    MarketWorld world;
    const auto achievement = world.achievement();
    const auto need = world.need();
    const auto before = world.events();
    const auto id = world.inquire(world.enterprise, achievement, need);
    world.offer(world.university, id, sample_terms(CooperationMode::exclusive_licence, 900));
    world.offer(
        world.enterprise, id, sample_terms(CooperationMode::exclusive_licence, 700), counter
    );
    world.offer(
        world.university, id, sample_terms(CooperationMode::exclusive_licence, 800), counter
    );
    world.declare(world.enterprise, id);
    const auto deal = must(world.act(world.enterprise.caller, id, {.event = accept}));
    EXPECT_EQ(
        world.happened_since(before),
        "achievement.engage published engaged\n"
        "need.engage published engaged\n"
        "deal.inquire none inquiry\n"
        "deal.make_offer inquiry offer_pending\n"
        "deal.counter offer_pending counter_pending\n"
        "deal.counter counter_pending offer_pending\n"
        "deal.declare_related_party offer_pending offer_pending\n"
        "deal.accept offer_pending terms_agreed\n"
    );
    const auto offers = world.books.deals.offers_of(id);
    ASSERT_EQ(offers.size(), 3u);
    EXPECT_EQ(offers[2].number, 3u);
    EXPECT_EQ(deal.accepted_offer, offers[2].id);
    EXPECT_EQ(deal.terms_hash, offers[2].terms_hash);
    EXPECT_EQ(deal.terms_hash, world.books.sha256_hex(terms_text(offers[2].terms)));
    EXPECT_EQ(deal.buyer, world.enterprise.id());
    EXPECT_EQ(deal.seller, world.university.id());
    EXPECT_EQ(deal.due_at, world.books.now + 30 * day_us);
}

TEST(Deals, WhoOpensADealOnWhatIsTheBuyerOrTheSeller) {
    each_row<5>(
        R"(
        // who          on             with            told            the other side
        enterprise      achievement    inquire         buyer           university
        enterprise      achievement    request_quote   buyer           university
        enterprise      achievement    make_offer      buyer           university
        university      need           inquire         seller          enterprise
        university      need           make_offer      seller          enterprise
        university      need           request_quote   not_permitted   -
        university      both           inquire         seller          enterprise
        enterprise      both           request_quote   buyer           university
        rival           both           inquire         not_permitted   -
        university      achievement    inquire         own_listing     -
        enterprise      need           inquire         own_listing     -
        enterprise      nothing        inquire         invalid_fields  -
        enterprise      achievement    accept          event_not_allowed -
        )",
        [](const std::string& who,
           const std::string& on,
           const std::string& with,
           const std::string& expected,
           const std::string& other) {
            MarketWorld world;
            const auto achievement = world.achievement();
            const auto need = world.need();
            const auto party = [&](const std::string& name) {
                return name == "university"   ? world.university
                       : name == "enterprise" ? world.enterprise
                                              : world.rival;
            };
            DealDraft draft;
            if (on == "achievement" || on == "both") draft.achievement = achievement;
            if (on == "need" || on == "both") draft.need = need;
            draft.event = *parse_name<DealEvent>(with);
            draft.offer = sample_offer(world.books.now);
            const auto deal = open_deal(world.books, party(who).caller, draft);
            if (!deal) {
                EXPECT_EQ(told(deal), expected);
                return;
            }
            EXPECT_EQ(deal->buyer == party(who).id() ? "buyer" : "seller", expected);
            EXPECT_EQ(
                deal->buyer == party(who).id() ? deal->seller : deal->buyer, party(other).id()
            );
            EXPECT_EQ(deal->current_offer.has_value(), with == "make_offer");
        }
    );
}

struct Opening {
    MarketWorld world;
    ListingId achievement = world.achievement();
    ListingId need = world.need();
    Caller caller = world.enterprise.caller;
    DealDraft draft{
        .achievement = achievement,
        .need = need,
        .event = make_offer,
        .offer = sample_offer(world.books.now),
        .message = {}};
    std::string run() { return told(open_deal(world.books, caller, draft)); }
    void put(ListingId id, ListingState state) {
        world.books.listing_book.listings.edit(id).state = state;
    }
};

// not_found is told as a refused field, for it is the request that names the wrong thing.
TEST(Deals, OpeningADealIsRefusedInOrder) {
    the_earlier_fault_is_told<Opening>({
        {"scope_missing", "", [](Opening& c) { c.caller.scopes = {Scope::read}; }},
        {"not_permitted", "caller", [](Opening& c) { c.caller.roles = {Role::signer}; }},
        {"organisation_unverified",
         "",
         [](Opening& c) { c.caller.verification = VerificationState::suspended; }},
        {"invalid_fields", "", [](Opening& c) { c.draft.offer->valid_until = c.world.books.now; }},
        {"invalid_fields",
         "",
         [](Opening& c) {
             c.draft.need = ListingId{ListingKind::need, {7}};
         }},
        {"listing_closed_by_contract",
         "",
         [](Opening& c) { c.put(c.achievement, ListingState::closed); }},
        {"listing_not_open", "need", [](Opening& c) { c.put(c.need, ListingState::solved); }},
        {"mandate_missing",
         "caller",
         [](Opening& c) {
             c.caller.organisation = c.world.agency.id();
             c.caller.member = c.world.agency.member.id;
             c.caller.roles = {Role::broker};
         }},
        // Only to the organisation itself: a bystander would learn who owns an anonymous need.
        {"own_listing",
         "owner",
         [](Opening& c) {
             c.world.books.listing_book.listings.edit(c.achievement).owner =
                 c.world.enterprise.id();
         }},
        {"deal_exists",
         "owner",
         [](Opening& c) {
             Deal deal{.id = c.world.books.new_id_of<DealId>(), .state = DealState::inquiry};
             deal.achievement = PinnedListing{c.achievement, 1};
             deal.need = PinnedListing{c.need, 1};
             deal.buyer = c.world.enterprise.id();
             deal.seller = c.world.university.id();
             c.world.books.deals.put(deal);
         }},
    });
}

TEST(Deals, ABrokerNeverStandsOnBothSides) {
    MarketWorld world;
    const auto achievement = world.achievement();
    const auto mandate =
        must(offer_mandate(world.books, world.agency.caller, {.listing = achievement}));
    must(act_on_mandate(
        world.books, world.university.caller, mandate.id, MandateEvent::accept, {}, {}
    ));
    const auto own_need = world.publish(world.agency, ListingKind::need);
    EXPECT_EQ(
        told(open_deal(
            world.books, world.agency.caller, {.achievement = achievement, .need = own_need}
        )),
        "not_permitted"
    );
    // Nor does it learn whether a hidden need is its principal's.
    auto content = sample_content(ListingKind::need);
    content.confidentiality = Confidentiality::anonymous;
    const auto hidden = world.publish(world.university, ListingKind::need, content);
    EXPECT_EQ(
        told(open_deal(
            world.books, world.agency.caller, {.achievement = achievement, .need = hidden}
        )),
        "not_permitted"
    );
}

TEST(Deals, NobodyDealsWithASuspendedOwner) {
    MarketWorld world;
    const auto achievement = world.achievement();
    world.suspend(world.university);
    EXPECT_EQ(
        told(open_deal(world.books, world.enterprise.caller, {.achievement = achievement})),
        "listing_not_open"
    );
}

TEST(Deals, ABrokerWithoutAMandateSpeaksForNobody) {
    MarketWorld world;
    const auto broker = world.colleague(world.agency, {Role::broker});
    EXPECT_EQ(
        told(open_deal(world.books, broker.caller, {.achievement = world.achievement()})),
        "mandate_missing"
    );
    EXPECT_EQ(
        told(open_deal(world.books, world.agency.caller, {.achievement = world.achievement()})),
        "ok"
    ) << "its deal makers buy for the agency itself";
}

TEST(Deals, OneDealIsOpenBetweenTwoSidesOnTheSameListings) {
    MarketWorld world;
    const auto achievement = world.achievement();
    const auto need = world.need();
    const auto id = world.inquire(world.enterprise, achievement);
    EXPECT_EQ(
        told(open_deal(world.books, world.enterprise.caller, {.achievement = achievement})),
        "deal_exists"
    );
    EXPECT_EQ(told(open_deal(world.books, world.rival.caller, {.achievement = achievement})), "ok");
    EXPECT_EQ(
        told(open_deal(
            world.books, world.enterprise.caller, {.achievement = achievement, .need = need}
        )),
        "ok"
    ) << "another pair of listings is another deal";
    must(world.act(world.enterprise.caller, id, {.event = DealEvent::withdraw, .reason = "不要了"})
    );
    EXPECT_EQ(
        told(open_deal(world.books, world.enterprise.caller, {.achievement = achievement})), "ok"
    );
}

TEST(Deals, AnOfferIsValidFromTheNextInstantToTheRulesLastDay) {
    each_row<2>(
        R"(
        // us from now      told
        0                   "/offer/valid_until in_the_past"
        1                   ""
        15552000000000      ""                              // 180 days
        15552000000001      "/offer/valid_until too_far"
        )",
        [](const std::string& us, const std::string& expected) {
            MarketWorld world;
            const auto id = world.inquire(world.enterprise, world.achievement());
            auto offer = sample_offer(world.books.now);
            offer.valid_until = world.books.now + std::stoll(us);
            EXPECT_EQ(
                fields_told(
                    world.act(world.university.caller, id, {.event = make_offer, .offer = offer})
                ),
                expected
            );
        }
    );
}

// ---- accepting ----

struct Accepting {
    MarketWorld world;
    DealId id = world.acceptable(world.enterprise, world.achievement(), world.anonymous_need());
    Caller caller = world.enterprise.caller;
    DealAction action{.event = accept};
    std::optional<std::uint32_t> version;

    Accepting() { must(world.act(caller, id, {.event = DealEvent::reveal_identity})); }
    std::string run() { return told(act_on_deal(world.books, caller, id, action, version)); }
    Deal& deal() { return world.books.deal_book.deals.edit(id); }
};

TEST(Deals, AcceptingIsRefusedInOrder) {
    the_earlier_fault_is_told<Accepting>({
        {"not_found", "caller", [](Accepting& c) { c.caller = c.world.rival.caller; }},
        {"event_not_allowed", "", [](Accepting& c) { c.deal().state = DealState::inquiry; }},
        {"not_permitted", "caller", [](Accepting& c) { c.caller = c.world.university.caller; }},
        {"version_stale", "", [](Accepting& c) { c.version = 1; }},
        {"organisation_unverified", "", [](Accepting& c) { c.world.suspend(c.world.university); }},
        {"offer_expired", "", [](Accepting& c) { c.world.wait(10 * day_us); }},
        {"related_party_undeclared",
         "",
         [](Accepting& c) { c.deal().related_party = RelatedParty::unset; }},
        {"identity_hidden", "", [](Accepting& c) { c.deal().buyer_hidden = true; }},
    });
}

TEST(Deals, AnOfferCanBeAcceptedToTheLastMicrosecondOfItsTime) {
    Accepting c;
    c.world.wait(10 * day_us - 1);
    EXPECT_EQ(c.run(), "ok");
}

struct Rejecting : Accepting {
    Rejecting() { action = {.event = DealEvent::reject, .reason = "太贵"}; }
};

TEST(Deals, RejectingIsRefusedInOrder) {
    the_earlier_fault_is_told<Rejecting>({
        {"not_found", "caller", [](Rejecting& c) { c.caller = c.world.rival.caller; }},
        {"event_not_allowed", "", [](Rejecting& c) { c.deal().state = DealState::terms_agreed; }},
        {"not_permitted", "caller", [](Rejecting& c) { c.caller.roles = {Role::signer}; }},
        {"reason_required", "", [](Rejecting& c) { c.action.reason.clear(); }},
        {"version_stale", "", [](Rejecting& c) { c.version = 1; }},
    });
}

struct Countering : Accepting {
    Countering() { action = {.event = counter, .offer = sample_offer(world.books.now)}; }
};

TEST(Deals, CounteringIsRefusedInOrder) {
    the_earlier_fault_is_told<Countering>({
        {"event_not_allowed", "", [](Countering& c) { c.deal().state = DealState::inquiry; }},
        {"not_permitted", "", [](Countering& c) { c.caller = c.world.university.caller; }},
        {"version_stale", "", [](Countering& c) { c.version = 1; }},
        {"invalid_fields", "offer", [](Countering& c) { c.action.offer.reset(); }},
        {"invalid_fields", "offer", [](Countering& c) { c.action.offer->terms.price_fen = 1; }},
    });
}

TEST(Deals, ADeclarationMustSayYesOrNo) {
    for (const auto said : {std::optional<RelatedParty>{}, std::optional(RelatedParty::unset)}) {
        Accepting c;
        c.action = {.event = DealEvent::declare_related_party, .related_party = said};
        EXPECT_EQ(c.run(), "invalid_fields");
    }
    Accepting c;
    c.action = {.event = DealEvent::declare_related_party, .related_party = RelatedParty::yes};
    EXPECT_EQ(c.run(), "ok");
    EXPECT_EQ(c.deal().related_party, RelatedParty::yes);
}

TEST(Deals, AnAnonymousBuyerIsHiddenUntilItRevealsItself) {
    MarketWorld world;
    const auto id = world.inquire(world.university, {}, world.anonymous_need());
    EXPECT_FALSE(may_see_buyer(world.university.caller, world.deal(id)));
    EXPECT_EQ(
        told(world.act(world.university.caller, id, {.event = DealEvent::reveal_identity})),
        "not_permitted"
    );
    must(world.act(world.enterprise.caller, id, {.event = DealEvent::reveal_identity}));
    EXPECT_TRUE(may_see_buyer(world.university.caller, world.deal(id)));

    EXPECT_TRUE(may_see_buyer(
        world.university.caller, world.deal(world.inquire(world.university, {}, world.need()))
    ));
}

TEST(Deals, EndingADealLetsItsListingsGoUnlessAnotherHoldsThem) {
    for (const auto* ending : {"withdraw", "reject", "operator_withdraw", "operator_reject"}) {
        MarketWorld world;
        const auto achievement = world.achievement();
        const auto need = world.need();
        const auto deal = world.acceptable(world.enterprise, achievement, need);
        const auto other = world.inquire(world.rival, achievement);
        const auto event = *parse_name<DealEvent>(ending);
        const auto& who =
            std::string_view(ending).starts_with("operator") ? world.bureau : world.enterprise;
        EXPECT_EQ(told(world.act(who.caller, deal, {.event = event, .reason = "原因"})), "ok")
            << ending;
        EXPECT_EQ(world.deal(deal).state_reason, "原因");
        EXPECT_EQ(world.deal(deal).due_at, std::nullopt);
        EXPECT_EQ(world.listing(need).state, ListingState::published);
        EXPECT_EQ(world.listing(achievement).state, ListingState::engaged)
            << "the rival still negotiates";
        must(world.act(world.rival.caller, other, {.event = DealEvent::withdraw, .reason = "原因"})
        );
        EXPECT_EQ(world.listing(achievement).state, ListingState::published);
    }
}

TEST(Deals, WithdrawingAfterTermsWereAgreedCancelsTheContract) {
    MarketWorld world;
    const auto deal = world.agreed(world.enterprise, world.achievement());
    const auto contract = world.ready_to_sign(world.enterprise, deal);
    must(world.sign(world.enterprise.caller, contract));
    const auto before = world.events();
    must(world.act(
        world.university.caller, deal, {.event = DealEvent::withdraw, .reason = "另有安排"}
    ));
    EXPECT_EQ(
        world.happened_since(before),
        "deal.withdraw terms_agreed withdrawn\n"
        "contract.close_by_rival signing cancelled\n"
        "achievement.disengage engaged published\n"
    );
}

TEST(Deals, AStaleRowIsNeverWritten) {
    MarketWorld world;
    auto deal = world.deal(world.inquire(world.enterprise, world.achievement()));
    auto same = deal;
    world.books.deals.put(deal);
    EXPECT_THROW(world.books.deals.put(same), LostRace);
}

} // namespace
} // namespace jishi::market
