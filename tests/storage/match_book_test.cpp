#include "tests/storage/market_fixture.hpp"

namespace jishi::storage {
namespace {

using namespace jishi::testing;
using namespace jishi::market;

TEST(MatchBook, KeepsEveryFieldOfAMatch) {
    Market m;
    auto match = full_match();
    EXPECT_TRUE(m.books.matches.add_if_new(match));
    expect_filled(match);
    expect_same(*m.books.matches.find(match.id), match);
    expect_same(*m.books.matches.take(match.id), match);
    match.need_reason.reset();
    match.explanation_json = "";
    m.books.matches.put(match);
    expect_same(*m.books.matches.find(match.id), match);
}

TEST(MatchBook, APairIsToldOnce) {
    Market m;
    auto match = full_match(), again = full_match();
    again.need = match.need;
    again.achievement = {match.achievement.id, 99};
    m.store.run([&](UnitOfWork& books) {
        EXPECT_TRUE(books.matches.add_if_new(match));
        EXPECT_FALSE(books.matches.add_if_new(again));
        EXPECT_EQ(again.version, 0U);
        EXPECT_TRUE(books.matches.find(match.id)); // the unit of work goes on
    });
    EXPECT_EQ(m.number("SELECT COUNT(*) FROM match_"), 1);
    auto same_id = full_match();
    same_id.id = match.id;
    EXPECT_EQ(error_of([&] { m.books.matches.add_if_new(same_id); }).constraint, "PRIMARY");
}

TEST(MatchBook, AnOwnerSeesItsMatchesOnEitherSide) {
    Market m;
    const auto owner = some_id<OrganisationId>();
    auto by_need = full_match(), by_achievement = full_match(), by_both = full_match(),
         foreign = full_match();
    by_need.need_owner = by_achievement.achievement_owner = owner;
    by_both.need_owner = by_both.achievement_owner = owner;
    by_need.need_answer = by_both.achievement_answer = Answer::pending;
    for (auto* match : {&by_need, &by_achievement, &by_both, &foreign})
        m.books.matches.put(*match);
    const auto list = [&](std::optional<ListingId> listing, bool pending_only) {
        return walk(
            [&](const PageRequest& page) {
                return m.books.matches.list_of_owner(owner, listing, pending_only, page);
            },
            2
        );
    };
    using Ids = std::vector<MatchId>;
    EXPECT_EQ(list({}, false), (Ids{by_both.id, by_achievement.id, by_need.id}));
    EXPECT_EQ(list({}, true), (Ids{by_both.id, by_need.id}));
    EXPECT_EQ(list(by_need.need.id, false), Ids{by_need.id});
    EXPECT_EQ(list(by_achievement.achievement.id, false), Ids{by_achievement.id});
    EXPECT_EQ(list(by_achievement.achievement.id, true), Ids{});
    EXPECT_EQ(list(by_need.achievement.id, false), Ids{}); // the other side's listing
}

TEST(MatchBook, ASavedSearchIsRemovedByItsMemberTogetherWithItsHits) {
    Market m;
    auto search = full_saved_search(), other = full_saved_search();
    m.books.matches.add_saved_search(search);
    m.books.matches.add_saved_search(other);
    expect_filled(search);
    expect_same(*m.books.matches.find_saved_search(search.id), search);
    EXPECT_EQ(m.books.matches.all_saved_searches().size(), 2U);
    ASSERT_EQ(m.books.matches.saved_searches_of(search.member).size(), 1U);

    const auto listing = some_need();
    EXPECT_TRUE(m.books.matches.add_search_hit(search.id, listing, test_now));
    EXPECT_FALSE(m.books.matches.add_search_hit(search.id, listing, test_now));
    EXPECT_TRUE(m.books.matches.add_search_hit(other.id, listing, test_now));

    EXPECT_FALSE(m.books.matches.remove_saved_search(search.id, other.member));
    EXPECT_TRUE(m.books.matches.remove_saved_search(search.id, search.member));
    EXPECT_FALSE(m.books.matches.remove_saved_search(search.id, search.member));
    EXPECT_EQ(m.number("SELECT COUNT(*) FROM search_hit"), 1);
    EXPECT_TRUE(m.books.matches.find_saved_search(other.id));
}

} // namespace
} // namespace jishi::storage
