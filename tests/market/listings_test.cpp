#include "market/listings.hpp"
#include "market/rules.hpp"
#include "tests/support/precedence.hpp"
#include "tests/support/table.hpp"

#include <gtest/gtest.h>

namespace jishi::market {
namespace {

using namespace tests;

constexpr auto kinds = {ListingKind::achievement, ListingKind::need};

ListingContent with_title(ListingContent content, const std::string& title) {
    content.title = title;
    return content;
}

TEST(Listings, ADraftIsSubmittedReturnedImprovedAndPublished) {
    for (const auto kind : kinds) {
        MarketWorld world;
        const auto before = world.events();
        const auto id = world.draft(world.university, kind);
        world.fire(world.university, id, ListingEvent::submit);
        world.fire(world.bureau, id, ListingEvent::return_to_owner, "请补充指标");
        EXPECT_EQ(world.listing(id).state_reason, "请补充指标");
        must(revise_listing(
            world.books,
            world.university.caller,
            id,
            with_title(sample_content(kind), "补充后的标题"),
            {}
        ));
        world.fire(world.university, id, ListingEvent::submit);
        world.fire(world.bureau, id, ListingEvent::publish);

        const std::string name(name_of(kind));
        EXPECT_EQ(
            world.happened_since(before),
            name + ".create none draft\n" + name + ".submit draft submitted\n" + name +
                ".return_to_owner submitted returned\n" + name + ".revise returned returned\n" +
                name + ".submit returned submitted\n" + name + ".publish submitted published\n"
        );
        const auto listing = world.listing(id);
        EXPECT_EQ(listing.live_revision, 2u);
        EXPECT_EQ(listing.published_at, world.books.now);
        EXPECT_EQ(listing.expires_at, world.books.now + 365 * day_us);
        EXPECT_EQ(listing.version, 6u);
    }
}

TEST(Listings, EveryoneIsToldWhenAListingComesAndGoesAndTheOperatorWhenItWaits) {
    MarketWorld world;
    const auto id = world.achievement();
    world.fire(world.university, id, ListingEvent::withdraw);
    const auto history = world.books.events.history_of(id.text());
    std::string heard;
    for (const auto& event : history)
        heard += event.name + (event.operators_told ? " operators" : "") +
                 (event.everyone_told ? " everyone" : "") + "\n";
    EXPECT_EQ(
        heard,
        "achievement.create\nachievement.submit operators\nachievement.publish everyone\n"
        "achievement.withdraw everyone\n"
    );
}

TEST(Listings, NobodyIsToldThatAListingLeftWhichNeverCame) {
    MarketWorld world;
    const auto id = world.draft(world.university, ListingKind::need);
    world.fire(world.university, id, ListingEvent::submit);
    world.fire(world.university, id, ListingEvent::withdraw);
    EXPECT_FALSE(world.books.event_book.all.back().everyone_told);
}

struct Creating {
    MarketWorld world;
    Caller caller = world.university.caller;
    ListingDraft draft{ListingKind::achievement, sample_content(ListingKind::achievement), "ZJU-1"};
    std::string run() { return told(create_listing(world.books, caller, draft)); }
};

TEST(Listings, CreatingIsRefusedInOrder) {
    the_earlier_fault_is_told<Creating>({
        {"scope_missing", "", [](Creating& c) { c.caller.scopes = {Scope::read}; }},
        {"not_permitted", "", [](Creating& c) { c.caller.roles = {Role::deal_maker}; }},
        {"invalid_fields", "", [](Creating& c) { c.draft.content.division = "999999"; }},
        {"duplicate_source",
         "",
         [](Creating& c) {
             must(create_listing(
                 c.world.books,
                 c.world.university.caller,
                 {ListingKind::achievement, sample_content(ListingKind::achievement), "ZJU-1"}
             ));
         }},
    });
}

TEST(Listings, ASourceNumberIsUniqueToItsOwnerAndKind) {
    Creating c;
    EXPECT_EQ(c.run(), "ok");
    c.draft.kind = ListingKind::need;
    EXPECT_EQ(c.run(), "ok");
    c.caller = c.world.enterprise.caller;
    EXPECT_EQ(c.run(), "ok");
    EXPECT_EQ(c.run(), "duplicate_source");
    c.draft.source_id.clear();
    EXPECT_EQ(c.run(), "ok");
    EXPECT_EQ(c.run(), "ok");
}

struct Revising {
    MarketWorld world;
    Caller caller = world.university.caller;
    ListingId id = world.draft(world.university, ListingKind::achievement);
    ListingContent content = with_title(sample_content(ListingKind::achievement), "新标题");
    std::optional<std::uint32_t> version;
    std::string run() { return told(revise_listing(world.books, caller, id, content, version)); }
};

TEST(Listings, RevisingIsRefusedInOrder) {
    the_earlier_fault_is_told<Revising>({
        {"not_found", "caller", [](Revising& c) { c.caller = c.world.rival.caller; }},
        {"event_not_allowed",
         "",
         [](Revising& c) { c.world.fire(c.world.university, c.id, ListingEvent::submit); }},
        {"not_permitted", "caller", [](Revising& c) { c.caller.roles = {Role::deal_maker}; }},
        {"version_stale", "", [](Revising& c) { c.version = 7; }},
        {"invalid_fields", "", [](Revising& c) { c.content.price = {.min_fen = 2, .max_fen = 1}; }},
    });
}

TEST(Listings, TheSameContentAgainChangesNothing) {
    Revising c;
    c.content = sample_content(ListingKind::achievement);
    c.content.achievement.patent_numbers = {"cn 201710601862.3"};
    const auto writes = c.world.books.writes();
    EXPECT_EQ(c.run(), "ok");
    EXPECT_EQ(c.world.books.writes(), writes);
}

// ---- acts ----

struct Submitting {
    MarketWorld world;
    ListingId id = world.draft(world.university, ListingKind::need);
    Caller caller = world.university.caller;
    ListingEvent event = ListingEvent::submit;
    std::string reason;
    std::optional<std::uint32_t> version;
    std::string run() {
        return told(act_on_listing(world.books, caller, id, event, reason, version));
    }
};

TEST(Listings, SubmittingIsRefusedInOrder) {
    the_earlier_fault_is_told<Submitting>({
        {"not_found", "caller", [](Submitting& c) { c.caller = c.world.rival.caller; }},
        {"event_not_allowed",
         "",
         [](Submitting& c) { c.world.fire(c.world.university, c.id, ListingEvent::withdraw); }},
        {"not_permitted", "caller", [](Submitting& c) { c.caller.scopes = {Scope::read}; }},
        {"version_stale", "", [](Submitting& c) { c.version = 7; }},
        {"organisation_unverified", "", [](Submitting& c) { c.world.suspend(c.world.university); }},
        {"invalid_fields",
         "",
         [](Submitting& c) {
             c.world.books.listing_book.revisions.at({c.id, 1}).content.need.deadline =
                 Date{2026, 11, 21};
         }},
    });
}

struct Declining : Submitting {
    Declining() {
        world.fire(world.university, id, ListingEvent::submit);
        world.fire(world.bureau, id, ListingEvent::publish);
        must(revise_listing(
            world.books, caller, id, with_title(sample_content(ListingKind::need), "新标题"), {}
        ));
        caller = world.bureau.caller;
        event = ListingEvent::decline_revision;
        reason = "夸大";
    }
};

TEST(Listings, DecliningARevisionIsRefusedInOrder) {
    the_earlier_fault_is_told<Declining>({
        {"event_not_allowed",
         "",
         [](Declining& c) { c.world.fire(c.world.bureau, c.id, ListingEvent::approve_revision); }},
        {"not_permitted", "", [](Declining& c) { c.caller = c.world.university.caller; }},
        {"reason_required", "", [](Declining& c) { c.reason.clear(); }},
        {"version_stale", "", [](Declining& c) { c.version = 7; }},
    });
}

TEST(Listings, CreatingAndRevisingAreNotActs) {
    for (const auto event : {ListingEvent::create, ListingEvent::revise}) {
        Submitting c;
        c.event = event;
        EXPECT_EQ(c.run(), "event_not_allowed");
    }
}

TEST(Listings, AMarketGoesOnSeeingTheApprovedRevisionUntilTheNextIsApproved) {
    MarketWorld world;
    const auto id = world.achievement();
    const auto revise = [&](const std::string& title) {
        must(revise_listing(
            world.books,
            world.university.caller,
            id,
            with_title(sample_content(ListingKind::achievement), title),
            {}
        ));
    };
    revise("第二版");
    EXPECT_EQ(world.listing(id).live_revision, 1u);
    EXPECT_TRUE(world.listing(id).review_pending);
    world.fire(world.bureau, id, ListingEvent::decline_revision, "夸大");
    EXPECT_EQ(world.listing(id).live_revision, 1u);
    EXPECT_FALSE(world.listing(id).review_pending);
    revise("第三版");
    world.fire(world.bureau, id, ListingEvent::approve_revision);
    EXPECT_EQ(world.listing(id).live_revision, 3u);

    auto incomplete = sample_content(ListingKind::achievement);
    incomplete.modes = {};
    EXPECT_EQ(
        fields_told(revise_listing(world.books, world.university.caller, id, incomplete, {})),
        "/modes too_few"
    ) << "what is on the market stays complete";
}

TEST(Listings, OnlyAPendingRevisionIsOfferedForAnAnswer) {
    Declining c;
    const auto offered = [&] {
        return available_actions(c.world.books, c.caller, c.world.listing(c.id));
    };
    const auto has = [](const auto& names, std::string_view name) {
        return std::find(names.begin(), names.end(), name) != names.end();
    };
    EXPECT_TRUE(has(offered(), "approve_revision") && has(offered(), "decline_revision"));
    EXPECT_EQ(c.run(), "ok");
    EXPECT_FALSE(has(offered(), "approve_revision") || has(offered(), "decline_revision"));
}

TEST(Listings, AListingUnderNegotiationCannotBeWithdrawnAndComesBackFromSuspensionAsItWas) {
    for (const bool negotiated : {false, true}) {
        MarketWorld world;
        const auto id = world.achievement();
        if (negotiated) world.inquire(world.enterprise, id);
        const auto withdraw = [&] {
            return told(act_on_listing(
                world.books, world.university.caller, id, ListingEvent::withdraw, {}, {}
            ));
        };
        if (negotiated) {
            EXPECT_EQ(withdraw(), "event_not_allowed");
        }
        world.fire(world.bureau, id, ListingEvent::suspend, "权属争议");
        if (negotiated) {
            EXPECT_EQ(withdraw(), "event_not_allowed");
        }
        world.fire(world.bureau, id, ListingEvent::restore);
        EXPECT_EQ(
            world.listing(id).state, negotiated ? ListingState::engaged : ListingState::published
        );
    }
}

TEST(Listings, AnExpiredListingIsRenewedAsItWasOrRewritten) {
    MarketWorld world;
    const auto id = world.achievement();
    auto listing = world.listing(id);
    world.wait(365 * day_us);
    EXPECT_TRUE(fire_by_system(world.books, listing, ListingEvent::expire));
    world.fire(world.university, id, ListingEvent::renew);
    EXPECT_EQ(world.listing(id).expires_at, world.books.now + 365 * day_us);

    listing = world.listing(id);
    EXPECT_TRUE(fire_by_system(world.books, listing, ListingEvent::expire));
    must(revise_listing(
        world.books,
        world.university.caller,
        id,
        with_title(sample_content(ListingKind::achievement), "新"),
        {}
    ));
    EXPECT_EQ(world.listing(id).state, ListingState::draft);
}

TEST(Listings, ANeedIsOnTheMarketToTheEndOfItsDeadlineAndIsNotRenewedAfterIt) {
    MarketWorld world;
    auto content = sample_content(ListingKind::need);
    content.need.deadline = shanghai_date(world.books.now);
    const auto id = world.publish(world.enterprise, ListingKind::need, content);
    EXPECT_EQ(world.listing(id).expires_at, shanghai_end_of_day(*content.need.deadline));
    world.books.set_now(*world.listing(id).expires_at);
    auto listing = world.listing(id);
    fire_by_system(world.books, listing, ListingEvent::expire);
    EXPECT_EQ(
        fields_told(
            act_on_listing(world.books, world.enterprise.caller, id, ListingEvent::renew, {}, {})
        ),
        "/deadline in_the_past"
    );
}

TEST(Listings, ASolvedNeedEndsItsDealsAndLetsTheAchievementGo) {
    MarketWorld world;
    const auto achievement = world.achievement();
    const auto need = world.need();
    const auto deal = world.agreed(world.enterprise, achievement, need);
    const auto contract = world.ready_to_sign(world.enterprise, deal);
    const auto before = world.events();
    world.fire(world.enterprise, need, ListingEvent::solve, "自行解决");
    EXPECT_EQ(
        world.happened_since(before),
        "need.solve engaged solved\n"
        "deal.close_by_rival terms_agreed closed_by_rival\n"
        "contract.close_by_rival signing cancelled\n"
        "achievement.disengage engaged published\n"
    );
    EXPECT_EQ(told(world.sign(world.enterprise.caller, contract)), "event_not_allowed");
}

// ---- import ----

struct Importing {
    MarketWorld world;
    ListingDraft draft{ListingKind::achievement, sample_content(ListingKind::achievement), "ZJU-1"};
    bool publish = true;

    Result<Imported> import() {
        return import_listing(
            world.books,
            world.organisation(world.university),
            world.university.member.id,
            draft,
            publish
        );
    }
    std::string run() { return told(import()); }
    Listing stored() {
        return *world.books.listings.find_by_source(
            draft.kind, world.university.id(), draft.source_id
        );
    }
};

TEST(Listings, AnImportCreatesRevisesOrLeavesAsItIs) {
    for (const bool publish : {false, true}) {
        Importing c;
        c.publish = publish;
        EXPECT_EQ(must(c.import()), Imported::created);
        auto writes = c.world.books.writes();
        EXPECT_EQ(must(c.import()), Imported::unchanged);
        EXPECT_EQ(c.world.books.writes(), writes);
        c.draft.content.title = "改过的标题";
        EXPECT_EQ(must(c.import()), Imported::revised);
        EXPECT_EQ(c.stored().revision, 2u);
        EXPECT_EQ(c.stored().live_revision, publish ? 2u : 0u);
        EXPECT_EQ(c.stored().state, publish ? ListingState::published : ListingState::draft);
        EXPECT_FALSE(c.stored().review_pending);
    }
}

TEST(Listings, AnImportWithoutConfidentialTextLeavesTheTextThatIsThere) {
    Importing c;
    c.draft.content.confidential = "配方";
    must(c.import());
    c.draft.content.confidential.clear();
    EXPECT_EQ(must(c.import()), Imported::unchanged);
    c.draft.content.title = "改过的标题";
    must(c.import());
    EXPECT_EQ(c.world.books.listings.find_revision(c.stored().id, 2)->content.confidential, "配方");
}

TEST(Listings, AnImportReachesAListingUnderNegotiation) {
    Importing c;
    must(c.import());
    const auto deal = c.world.inquire(c.world.enterprise, c.stored().id);
    c.draft.content.title = "改过的标题";
    EXPECT_EQ(must(c.import()), Imported::revised);
    EXPECT_EQ(c.stored().state, ListingState::engaged);
    EXPECT_EQ(c.stored().live_revision, 2u);
    EXPECT_EQ(c.world.deal(deal).achievement->revision, 1u) << "the deal keeps what it was made on";
}

struct ImportingAgain : Importing {
    ImportingAgain() {
        must(import());
        draft.content.title = "改过的标题";
    }
};

TEST(Listings, AnImportThatCannotGoToTheMarketLeavesNoTrace) {
    the_earlier_fault_is_told<ImportingAgain>({
        {"organisation_unverified",
         "",
         [](ImportingAgain& c) { c.world.suspend(c.world.university); }},
        {"invalid_fields", "", [](ImportingAgain& c) { c.draft.content.summary = "短"; }},
        {"event_not_allowed",
         "",
         [](ImportingAgain& c) {
             c.world.fire(c.world.bureau, c.stored().id, ListingEvent::suspend, "争议");
         }},
    });
    Importing first;
    first.draft.content.summary = "短";
    const auto writes = first.world.books.writes();
    EXPECT_EQ(first.run(), "invalid_fields");
    EXPECT_EQ(first.world.books.writes(), writes);
    first.publish = false;
    EXPECT_EQ(first.run(), "ok") << "a draft may be unfinished";
}

} // namespace
} // namespace jishi::market
