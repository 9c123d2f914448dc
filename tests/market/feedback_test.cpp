#include "market/feedback.hpp"
#include "market/matches.hpp"
#include "tests/support/market_world.hpp"
#include "tests/support/table.hpp"

#include <gtest/gtest.h>

namespace jishi::market {
namespace {

using namespace tests;

std::string shown(std::optional<Milli> grade) {
    return grade ? std::to_string(*grade) : "-";
}
std::optional<Milli> milli(const std::string& text) {
    return text == "-" ? std::nullopt : std::optional<Milli>(std::stoll(text));
}

// What happened to a pair, as one side sees it.
struct Facts {
    std::string grade, answer, other, outcome;

    PairFeedback feedback() const {
        PairFeedback pair;
        if (grade != "-") pair.need.grade = static_cast<std::uint8_t>(std::stoi(grade));
        if (const auto reason = parse_name<DismissReason>(answer)) {
            pair.need.answer = Answer::dismissed;
            pair.need.reason = reason;
        } else {
            pair.need.answer = *parse_name<Answer>(answer);
        }
        pair.achievement.answer = *parse_name<Answer>(other);
        pair.need.made_offer = outcome == "own_offer";
        pair.achievement.made_offer = outcome == "their_offer";
        pair.terms_agreed = outcome == "agreed" || outcome == "contracted";
        pair.contracted = outcome == "contracted";
        return pair;
    }
};

TEST(Feedback, OfWhatASideSaidAndDidTheStrongestCounts) {
    ModelBooks books{Instant{}};
    books.set_now(*parse_instant("2026-11-22T05:00:00Z"));
    const auto rules = grade_rules(books);
    each_row<5>(
        R"(
        // given  answer               other      outcome      grade
        -         pending              pending    -            -
        -         pending              accepted   -            -
        -         accepted             pending    -            3000
        -         accepted             dismissed  -            3000
        -         accepted             accepted   -            3500
        -         not_our_field        accepted   -            1000
        -         other                pending    -            1500
        -         benefit_unclear      pending    -            2000
        -         route_unclear        pending    -            2000
        -         description_unclear  pending    -            2000
        -         already_solved       pending    -            -
        -         too_early            pending    -            -
        -         too_expensive        pending    -            -
        -         budget_too_low       pending    -            -
        -         pending              pending    own_offer    3500
        -         pending              pending    their_offer  -
        -         too_expensive        pending    own_offer    3500
        -         accepted             pending    their_offer  3000
        -         pending              pending    agreed       4000
        -         not_our_field        pending    contracted   4000
        1         accepted             accepted   contracted   1000
        2         accepted             accepted   -            2000
        3         not_our_field        pending    -            3000
        4         pending              pending    -            4000
        )",
        [&](const std::string& grade,
            const std::string& answer,
            const std::string& other,
            const std::string& outcome,
            const std::string& expected) {
            const auto pair = Facts{grade, answer, other, outcome}.feedback();
            EXPECT_EQ(shown(grade_of_side(pair, ListingKind::need, rules)), expected);
            PairFeedback mirrored = pair;
            std::swap(mirrored.need, mirrored.achievement);
            EXPECT_EQ(shown(grade_of_side(mirrored, ListingKind::achievement, rules)), expected);
        }
    );
}

TEST(Feedback, TheAchievementsSideCanLowerTheNeedsGradeAndNeverRaiseIt) {
    each_row<3>(
        R"(
        // need  achievement  together
        -        -            -
        3000     -            3000
        2000     4000         2000
        4000     4000         4000
        4000     1000         2500
        1000     1000         1000
        3500     1500         2500
        1500     4000         1500
        -        4000         -
        -        3000         -
        -        2500         -
        -        2499         2499
        -        1000         1000
        )",
        [](const std::string& need, const std::string& achievement, const std::string& together) {
            EXPECT_EQ(shown(combined_grade(milli(need), milli(achievement))), together);
        }
    );
}

struct Acting {
    MarketWorld world;
    ListingId need = world.need(), achievement = world.achievement();

    void tell() {
        const FoundMatch found{need, achievement, 0.5, "{}"};
        EXPECT_EQ(record_matches(world.books, std::span(&found, 1), "test"), 1u);
    }
    void answer(const Party& who, MatchEvent event, std::optional<DismissReason> reason = {}) {
        const auto id = world.books.match_book.matches.all().at(0).id;
        must(act_on_match(world.books, who.caller, id, event, reason, {}));
    }
    std::string seen_by(ListingId listing) {
        std::string text;
        for (const auto& grade : grades_of_side(world.books, listing))
            text += std::to_string(grade.value).substr(0, 5) + " ";
        return text;
    }
    // As the need sees the pair, as the achievement does, and what all learn from.
    std::string seen() {
        std::string text = seen_by(need) + "| " + seen_by(achievement) + "| ";
        for (const auto& grade : all_grades(world.books))
            text += std::to_string(grade.value).substr(0, 5) + " ";
        return text;
    }
};

TEST(Feedback, ADealBringsItsGradesWithItStepByStep) {
    Acting c;
    EXPECT_EQ(c.seen(), "| | ");
    c.tell();
    EXPECT_EQ(c.seen(), "| | ");
    c.answer(c.world.university, MatchEvent::accept);
    EXPECT_EQ(c.seen(), "| 3.000 | ");
    c.answer(c.world.enterprise, MatchEvent::accept);
    EXPECT_EQ(c.seen(), "3.500 | 3.500 | 3.500 ");
    c.answer(c.world.enterprise, MatchEvent::dismiss, DismissReason::too_early);
    EXPECT_EQ(c.seen(), "| 3.000 | ");
    const auto deal = c.world.inquire(c.world.enterprise, c.achievement, c.need);
    EXPECT_EQ(c.seen(), "| 3.000 | ") << "an inquiry is a question";
    c.world.offer(c.world.university, deal, sample_terms());
    EXPECT_EQ(c.seen(), "| 3.500 | ");
    c.world.declare(c.world.university, deal);
    must(c.world.act(c.world.enterprise.caller, deal, {.event = DealEvent::accept}));
    EXPECT_EQ(c.seen(), "4.000 | 4.000 | 4.000 ");
    must(c.world.act(
        c.world.enterprise.caller, deal, {.event = DealEvent::withdraw, .reason = "资金"}
    ));
    EXPECT_EQ(c.seen(), "4.000 | 4.000 | 4.000 ") << "they had agreed all the same";
}

TEST(Feedback, AChangedHouseRuleHoldsFromItsDayForTheWholePast) {
    Acting c;
    c.tell();
    c.answer(c.world.enterprise, MatchEvent::accept);
    c.world.books.rule_book.set(rules::grade_accepted_milli, 2'750, {2026, 12, 1});
    EXPECT_EQ(c.seen(), "3.000 | | 3.000 ");
    c.world.books.set_now(*parse_instant("2026-12-01T00:00:00+08:00"));
    EXPECT_EQ(c.seen(), "2.750 | | 2.750 ");
}

TEST(Feedback, OfOneOrganisationTheWordsOnItsNewestPairsCount) {
    MarketWorld world;
    const auto grade = [&](ListingId need, ListingId achievement, OrganisationId by) {
        MatchGrade given{
            .pair = {need, achievement}, .organisation = by, .member = {}, .grade = 3, .at = {}};
        world.books.feedback.put(given);
    };
    const auto achievement = world.achievement();
    std::vector<ListingId> needs;
    for (int i = 0; i < 4; ++i) {
        needs.push_back({ListingKind::need, world.books.new_id()});
        grade(needs.back(), achievement, world.enterprise.id());
    }
    grade({ListingKind::need, {1}}, achievement, world.rival.id());
    const auto needs_learnt_from = [&](std::int64_t most) {
        world.books.rule_book.set(rules::grade_organisation_pairs_max, most);
        std::vector<ListingId> learnt;
        for (const auto& one : all_grades(world.books))
            if (one.need.bytes != IdBytes{1}) learnt.push_back(one.need);
        return learnt;
    };
    EXPECT_EQ(needs_learnt_from(4), needs);
    EXPECT_EQ(needs_learnt_from(3), std::vector(needs.begin() + 1, needs.end()));
    EXPECT_EQ(all_grades(world.books).size(), 4u) << "another organisation has its own quota";
    EXPECT_EQ(needs_learnt_from(0).size(), 0u);
}

TEST(Feedback, AllPairsComeInTheirOrderHoweverManyThereAre) {
    MarketWorld world;
    world.books.rule_book.set(rules::grade_organisation_pairs_max, 10'000);
    for (int i = 0; i < 2'001; ++i) {
        MatchGrade given{
            .pair =
                {{ListingKind::need, world.books.new_id()},
                 {ListingKind::achievement, world.books.new_id()}},
            .grade = static_cast<std::uint8_t>(1 + i % 4)};
        world.books.feedback.put(given);
    }
    const auto grades = all_grades(world.books);
    EXPECT_EQ(grades.size(), 2'001u);
    EXPECT_TRUE(std::ranges::is_sorted(grades, {}, [](const Grade& one) {
        return Pair{one.need, one.achievement};
    }));
    EXPECT_EQ(grades, all_grades(world.books));
}

} // namespace
} // namespace jishi::market
