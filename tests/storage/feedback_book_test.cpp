#include "tests/storage/market_fixture.hpp"

namespace jishi::storage {
namespace {

using namespace jishi::testing;
using namespace jishi::market;

Pair some_pair() {
    return {some_need(), some_achievement()};
}

TEST(FeedbackBook, KeepsEveryFieldOfAGradeAndOneASideOfAPair) {
    Market m;
    auto grade = full_grade(some_pair(), ListingKind::achievement);
    m.books.feedback.put(grade);
    EXPECT_EQ(grade.version, 1U);
    expect_filled(grade);
    expect_same(*m.books.feedback.find(grade.pair, grade.side), grade);
    EXPECT_FALSE(m.books.feedback.find(grade.pair, ListingKind::need));

    auto again = full_grade(grade.pair, grade.side);
    EXPECT_EQ(kind_of_error([&] { m.books.feedback.put(again); }), Kind::duplicate);
    again.version = 2;
    EXPECT_EQ(kind_of_error([&] { m.books.feedback.put(again); }), Kind::conflict);
    again.version = 1;
    again.grade = 4;
    m.books.feedback.put(again);
    expect_same(*m.books.feedback.find(grade.pair, grade.side), again);

    auto other_side = full_grade(grade.pair, ListingKind::need);
    m.books.feedback.put(other_side);
    m.books.feedback.remove(grade.pair, grade.side);
    m.books.feedback.remove(grade.pair, grade.side);
    EXPECT_FALSE(m.books.feedback.find(grade.pair, grade.side));
    EXPECT_TRUE(m.books.feedback.find(grade.pair, ListingKind::need));
}

TEST(FeedbackBook, HoldsGradesFromOneToFour) {
    Market m;
    for (const int value : {0, 1, 4, 5}) {
        auto grade = full_grade(some_pair(), ListingKind::need);
        grade.grade = static_cast<std::uint8_t>(value);
        const auto put = [&] { m.books.feedback.put(grade); };
        if (value == 0 || value == 5)
            EXPECT_NE(
                std::string(error_of(put).what()).find("ck_match_grade_grade"), std::string::npos
            ) << value;
        else
            EXPECT_NO_THROW(put()) << value;
    }
}

TEST(FeedbackBook, ListsTheGradesOfAListingsOwnSideByTheCounterpart) {
    Market m;
    const auto need = some_need(), other_need = some_need();
    std::vector<ListingId> achievements{some_achievement(), some_achievement()};
    for (const auto& achievement : {achievements[1], achievements[0]})
        for (const auto side : {ListingKind::need, ListingKind::achievement})
            for (const auto& of : {need, other_need}) {
                auto grade = full_grade({of, achievement}, side);
                m.books.feedback.put(grade);
            }
    std::vector<ListingId> found;
    for (const auto& grade : m.books.feedback.grades_of(need)) {
        EXPECT_EQ(grade.pair.need, need);
        EXPECT_EQ(grade.side, ListingKind::need);
        found.push_back(grade.pair.achievement);
    }
    EXPECT_EQ(found, achievements);
    const auto of_achievement = m.books.feedback.grades_of(achievements[0]);
    ASSERT_EQ(of_achievement.size(), 2U);
    EXPECT_EQ(of_achievement[0].pair.need, need);
    EXPECT_EQ(of_achievement[1].pair.need, other_need);
    EXPECT_EQ(of_achievement[0].side, ListingKind::achievement);
}

// One pair of which everything is known.
struct Told : Market {
    Match match = full_match();
    Pair pair{match.need.id, match.achievement.id};

    Told() {
        books.matches.put(match);
        for (const auto side : {ListingKind::need, ListingKind::achievement}) {
            auto grade = full_grade(pair, side);
            grade.grade = side == ListingKind::need ? 2 : 3;
            books.feedback.put(grade);
        }
    }
    // A deal of the two owners on the pair, with offers by these.
    Deal deal(const std::vector<OrganisationId>& offers_by) {
        auto deal = full_deal();
        deal.need = match.need;
        deal.achievement = match.achievement;
        deal.buyer = match.need_owner;
        deal.seller = match.achievement_owner;
        deal.accepted_offer.reset();
        deal.state = DealState::withdrawn;
        books.deals.put(deal);
        std::uint32_t number = 0;
        for (const auto by : offers_by) {
            auto offer = full_offer(deal.id, ++number);
            offer.by = by;
            books.deals.add_offer(offer);
        }
        return deal;
    }
    PairFeedback seen() {
        const auto pairs = books.feedback.pairs_of(pair.need);
        EXPECT_EQ(pairs.size(), 1U);
        return pairs.at(0);
    }
};

TEST(FeedbackBook, GathersWhatIsKnownOfAPairFromAllThatHappenedToIt) {
    Told m;
    const auto told = m.seen();
    EXPECT_EQ(told.pair, m.pair);
    EXPECT_EQ(told.need.grade, 2);
    EXPECT_EQ(told.achievement.grade, 3);
    EXPECT_FALSE(told.need.graded_by.is_null());
    EXPECT_EQ(told.need.owner, m.match.need_owner);
    EXPECT_EQ(told.achievement.owner, m.match.achievement_owner);
    EXPECT_EQ(told.need.answer, m.match.need_answer);
    EXPECT_EQ(told.need.reason, m.match.need_reason);
    EXPECT_EQ(told.achievement.answer, m.match.achievement_answer);
    EXPECT_EQ(told.achievement.reason, m.match.achievement_reason);

    m.deal({});
    EXPECT_FALSE(m.seen().need.made_offer || m.seen().achievement.made_offer);
    m.deal({m.match.achievement_owner, m.match.achievement_owner});
    EXPECT_FALSE(m.seen().need.made_offer);
    EXPECT_TRUE(m.seen().achievement.made_offer);
    auto deal = m.deal({m.match.need_owner});
    EXPECT_TRUE(m.seen().need.made_offer && m.seen().achievement.made_offer);
    EXPECT_FALSE(m.seen().terms_agreed || m.seen().contracted);
    deal.accepted_offer = some_id<OfferId>();
    m.books.deals.put(deal);
    EXPECT_TRUE(m.seen().terms_agreed);
    EXPECT_FALSE(m.seen().contracted);
    deal.state = DealState::contracted;
    m.books.deals.put(deal);
    EXPECT_TRUE(m.seen().contracted);
    const auto from_the_other_side = m.books.feedback.pairs_of(m.pair.achievement);
    ASSERT_EQ(from_the_other_side.size(), 1U);
    EXPECT_TRUE(from_the_other_side[0].contracted);
}

TEST(FeedbackBook, PagesOfAllPairsAreWholeAndInOrder) {
    Market m;
    std::vector<Pair> expected;
    const std::vector<ListingId> needs{some_need(), some_need(), some_need()};
    std::vector<ListingId> achievements;
    for (int i = 0; i < 4; ++i)
        achievements.push_back(some_achievement());
    // Each pair is known from another source, one from all of them, one not at all.
    for (std::size_t n = 0; n < needs.size(); ++n)
        for (std::size_t a = 0; a < achievements.size(); ++a) {
            const auto known = (n * achievements.size() + a) % 5;
            const Pair pair{needs[n], achievements[a]};
            if (known != 4) expected.push_back(pair);
            for (const auto side : {ListingKind::need, ListingKind::achievement})
                if (known == 0 || known == 3) {
                    auto grade = full_grade(pair, side);
                    m.books.feedback.put(grade);
                }
            auto match = full_match();
            match.need.id = pair.need;
            match.achievement.id = pair.achievement;
            if (known == 4) match.need_answer = match.achievement_answer = Answer::pending;
            if (known == 1 || known >= 3) m.books.matches.put(match);
            for (int i = 0; i < 2; ++i)
                if (known == 2 || known == 3) {
                    auto deal = full_deal();
                    deal.need = match.need;
                    deal.achievement = match.achievement;
                    m.books.deals.put(deal);
                    m.books.deals.add_offer(full_offer(deal.id, 1));
                }
        }
    const auto whole = m.books.feedback.pairs_after({}, 1000);
    for (const std::uint32_t size : {1U, 2U, 3U, 7U}) {
        std::vector<Pair> found;
        Pair after;
        for (;;) {
            const auto page = m.books.feedback.pairs_after(after, size);
            EXPECT_LE(page.size(), size);
            for (const auto& feedback : page) {
                EXPECT_EQ(feedback.need.grade, whole.at(found.size()).need.grade);
                EXPECT_EQ(feedback.achievement.grade, whole.at(found.size()).achievement.grade);
                EXPECT_EQ(feedback.need.answer, whole.at(found.size()).need.answer);
                EXPECT_EQ(feedback.terms_agreed, whole.at(found.size()).terms_agreed);
                found.push_back(feedback.pair);
            }
            if (page.size() < size) break;
            after = page.back().pair;
        }
        EXPECT_EQ(found, expected) << size;
    }
    EXPECT_EQ(kind_of_error([&] { m.books.feedback.pairs_after({}, 0); }), Kind::misuse);
    EXPECT_EQ(kind_of_error([&] { m.books.feedback.pairs_after({}, 1001); }), Kind::misuse);
}

} // namespace
} // namespace jishi::storage
