#include "market/matches.hpp"
#include "tests/support/precedence.hpp"
#include "tests/support/table.hpp"

#include <gtest/gtest.h>

namespace jishi::market {
namespace {

using namespace tests;

struct Found {
    MarketWorld world;
    ListingId need = world.need();
    ListingId achievement = world.achievement();

    std::size_t record(ListingId n, ListingId a) {
        const FoundMatch found[] = {
            {.need = n, .achievement = a, .score = 0.8125, .explanation_json = "{}"}};
        return record_matches(world.books, found, "engine.1");
    }
    std::vector<Match> stored() { return world.books.match_book.matches.all(); }
};

TEST(Matches, APairIsToldOnceToBothOwners) {
    Found c;
    const auto before = c.world.events();
    EXPECT_EQ(c.record(c.need, c.achievement), 1u);
    EXPECT_EQ(c.record(c.need, c.achievement), 0u);
    ASSERT_EQ(c.stored().size(), 1u);
    const auto match = c.stored()[0];
    EXPECT_EQ(match.need_owner, c.world.enterprise.id());
    EXPECT_EQ(match.achievement_owner, c.world.university.id());
    EXPECT_EQ(match.need.revision, 1u);
    EXPECT_EQ(c.world.happened_since(before), "match.propose none pending\n");
    const auto& event = c.world.books.event_book.all.back();
    EXPECT_EQ(event.audience, (std::vector{match.need_owner, match.achievement_owner}));
    EXPECT_EQ(event.facts.back(), (std::pair<std::string, std::string>("score_ppm", "812500")));
}

TEST(Matches, AListingThatLeftTheMarketIsPassedOverAndSoIsAnOwnersOwnPair) {
    Found c;
    const auto own_need = c.world.publish(c.world.university, ListingKind::need);
    EXPECT_EQ(c.record(own_need, c.achievement), 0u);
    c.world.fire(c.world.bureau, c.need, ListingEvent::suspend, "争议");
    EXPECT_EQ(c.record(c.need, c.achievement), 0u);
    EXPECT_EQ(c.record({ListingKind::need, {7}}, c.achievement), 0u);
    c.world.fire(c.world.bureau, c.need, ListingEvent::restore);
    EXPECT_EQ(c.record(c.need, c.achievement), 1u);
}

struct Answering : Found {
    MatchId id;
    Caller caller = world.enterprise.caller;
    MatchEvent event = MatchEvent::dismiss;
    std::optional<DismissReason> reason = DismissReason::too_early;
    std::optional<std::uint32_t> version;

    Answering() {
        record(need, achievement);
        id = stored()[0].id;
    }
    Result<Match> answer() { return act_on_match(world.books, caller, id, event, reason, version); }
    std::string run() { return told(answer()); }
};

TEST(Matches, AnsweringIsRefusedInOrder) {
    the_earlier_fault_is_told<Answering>({
        {"not_found", "caller", [](Answering& c) { c.caller = c.world.rival.caller; }},
        {"not_permitted", "caller", [](Answering& c) { c.caller = c.world.bureau.caller; }},
        {"not_permitted", "caller", [](Answering& c) { c.caller.roles = {Role::signer}; }},
        {"already_answered",
         "",
         [](Answering& c) {
             c.world.books.match_book.matches.edit(c.id).need_answer = Answer::dismissed;
         }},
        {"reason_required", "", [](Answering& c) { c.reason.reset(); }},
        {"version_stale", "", [](Answering& c) { c.version = 4; }},
    });
}

TEST(Matches, EachSideAnswersForItselfAndAYesMayBecomeANo) {
    Answering c;
    c.event = MatchEvent::accept;
    c.reason.reset();
    EXPECT_FALSE(must(c.answer()).is_mutual());
    EXPECT_EQ(c.run(), "already_answered");
    c.caller = c.world.university.caller;
    EXPECT_TRUE(must(c.answer()).is_mutual());
    EXPECT_EQ(c.world.books.event_book.all.back().facts.back().second, "true");
    EXPECT_EQ(available_actions(c.caller, c.stored()[0]), std::vector<std::string_view>{"dismiss"});
    c.event = MatchEvent::dismiss;
    c.reason = DismissReason::budget_too_low;
    const auto match = must(c.answer());
    EXPECT_FALSE(match.is_mutual());
    EXPECT_EQ(match.achievement_reason, DismissReason::budget_too_low);
    EXPECT_EQ(match.need_reason, std::nullopt);
    EXPECT_EQ(answer_of(c.world.enterprise.caller, match), Answer::accepted);
    EXPECT_EQ(answer_of(c.world.bureau.caller, match), Answer::none);
}

struct Saving {
    MarketWorld world;
    Caller caller = world.enterprise.caller;
    SavedSearchDraft draft{.name = "电池", .kind = ListingKind::achievement, .query = "q=电池"};
    std::string run() { return told(save_search(world.books, caller, draft)); }
    void fill(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i)
            must(save_search(world.books, world.enterprise.caller, draft));
    }
};

TEST(Matches, SavingASearchIsRefusedInOrder) {
    the_earlier_fault_is_told<Saving>({
        {"scope_missing", "", [](Saving& c) { c.caller.scopes = {Scope::read}; }},
        {"limit_reached", "", [](Saving& c) { c.fill(saved_searches_max); }},
    });
    Saving almost_full;
    almost_full.fill(saved_searches_max - 1);
    EXPECT_EQ(almost_full.run(), "ok");
}

TEST(Matches, ASavedSearchIsToldOfAListingOnceAndRemovedByItsOwner) {
    Saving c;
    const auto search = must(save_search(c.world.books, c.caller, c.draft));
    const auto listing = c.world.achievement();
    const auto before = c.world.events();
    EXPECT_TRUE(record_search_hit(c.world.books, search, listing));
    EXPECT_FALSE(record_search_hit(c.world.books, search, listing));
    EXPECT_EQ(c.world.happened_since(before), "saved_search.hit  \n");

    EXPECT_EQ(told(remove_search(c.world.books, c.world.rival.caller, search.id)), "not_found");
    EXPECT_EQ(
        told(remove_search(c.world.books, with_scopes(c.caller, {Scope::read}), search.id)),
        "scope_missing"
    );
    EXPECT_EQ(told(remove_search(c.world.books, c.caller, search.id)), "ok");
    EXPECT_EQ(told(remove_search(c.world.books, c.caller, search.id)), "not_found");
}

} // namespace
} // namespace jishi::market
