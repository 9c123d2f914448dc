#include "market/feedback.hpp"
#include "market/grades.hpp"
#include "tests/support/precedence.hpp"

#include <gtest/gtest.h>

namespace jishi::market {
namespace {

using namespace tests;

struct Grading {
    MarketWorld world;
    const ListingId need = world.need(), achievement = world.achievement();
    Pair pair{need, achievement};
    ListingKind side = ListingKind::need;
    Caller caller = world.enterprise.caller;

    Result<MatchGrade> give(std::uint8_t grade = 4) {
        return give_grade(world.books, caller, pair, side, grade);
    }
    Verdict take_back() { return take_back_grade(world.books, caller, pair, side); }
    std::string run() { return told(give()); }
    Listing& row(ListingId id) { return world.books.listing_book.listings.edit(id); }
    // The agency speaks for the owner of the listing.
    void mandate(ListingId listing, const Party& principal) {
        const auto offered =
            must(offer_mandate(world.books, world.agency.caller, {.listing = listing}));
        must(act_on_mandate(world.books, principal.caller, offered.id, MandateEvent::accept, {}, {})
        );
    }
    // Grades of the side's listing with counterparts that need not exist.
    void fill(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            MatchGrade given{
                .pair = {pair.need, {ListingKind::achievement, world.books.new_id()}},
                .side = side,
                .grade = 2};
            world.books.feedback.put(given);
        }
    }
    std::string by(const Caller& who, ListingKind of) {
        caller = who;
        side = of;
        return run();
    }
};

TEST(Grades, GivingIsRefusedInOrder) {
    the_earlier_fault_is_told<Grading>({
        {"not_found",
         "pair",
         [](Grading& c) {
             c.pair.need = {ListingKind::need, {7}};
         }},
        {"not_found",
         "pair",
         [](Grading& c) {
             c.row(c.need).state = ListingState::draft;
             c.caller = c.world.rival.caller;
         }},
        {"not_found", "", [](Grading& c) { c.pair.achievement.bytes = {7}; }},
        {"not_permitted", "caller", [](Grading& c) { c.caller = c.world.rival.caller; }},
        {"mandate_missing", "caller", [](Grading& c) { c.caller = c.world.agency.caller; }},
        {"not_permitted", "caller", [](Grading& c) { c.caller.roles = {Role::signer}; }},
        {"organisation_unverified",
         "",
         [](Grading& c) { c.caller.verification = VerificationState::suspended; }},
        {"own_listing",
         "pair",
         [](Grading& c) { c.row(c.achievement).owner = c.world.enterprise.id(); }},
        {"limit_reached", "", [](Grading& c) { c.fill(grades_per_listing_max); }},
    });
}

TEST(Grades, AListingHasTwoHundredOfEachSideAndWhatIsGradedCanBeGradedAnew) {
    Grading c;
    c.fill(grades_per_listing_max - 1);
    EXPECT_EQ(c.run(), "ok");
    EXPECT_EQ(told(c.give(1)), "ok");
    const auto another = c.world.achievement();
    c.pair.achievement = another;
    EXPECT_EQ(c.give().refusal().about, "200");
    EXPECT_EQ(c.by(c.world.university.caller, ListingKind::achievement), "ok");
}

TEST(Grades, TheSameGradeAgainIsNoEventAndAnotherReplacesIt) {
    Grading c;
    const auto before = c.world.events();
    EXPECT_EQ(must(c.give(4)).version, 1u);
    EXPECT_EQ(must(c.give(4)).version, 1u);
    EXPECT_EQ(must(c.give(2)).version, 2u);
    const auto last = c.world.books.event_book.all.back();
    EXPECT_EQ(last.object, c.pair.need.text());
    EXPECT_EQ(last.audience, std::vector{c.world.enterprise.id()});
    EXPECT_FALSE(last.everyone_told || last.operators_told);
    EXPECT_EQ(last.facts.back().second, c.pair.achievement.text());
    EXPECT_EQ(told(c.take_back()), "ok");
    EXPECT_EQ(told(c.take_back()), "ok");
    EXPECT_EQ(
        c.world.happened_since(before), "match.grade none 4\nmatch.grade 4 2\nmatch.grade 2 none\n"
    );
    EXPECT_TRUE(grades_of_side(c.world.books, c.pair.need).empty());
}

TEST(Grades, ASideSeesAndRanksByItsOwnGradesAlone) {
    Grading c;
    must(c.give(4));
    c.caller = c.world.university.caller;
    c.side = ListingKind::achievement;
    must(c.give(1));
    const auto value_for = [&](ListingId listing) {
        return grades_of_side(c.world.books, listing).at(0).value;
    };
    EXPECT_EQ(value_for(c.pair.need), 4.0);
    EXPECT_EQ(value_for(c.pair.achievement), 1.0);
    EXPECT_EQ(all_grades(c.world.books).at(0).value, 2.5);
    const auto seen = [&](const Caller& caller, ListingId listing) {
        const auto given = grades_given(c.world.books, caller, listing);
        return given ? std::to_string(given->at(0).grade) : told(given);
    };
    const auto &buyer = c.world.enterprise.caller, &seller = c.world.university.caller;
    EXPECT_EQ(seen(buyer, c.pair.need), "4");
    EXPECT_EQ(seen(as(buyer, {Role::signer}), c.pair.need), "4");
    EXPECT_EQ(seen(c.world.bureau.caller, c.pair.need), "4");
    EXPECT_EQ(seen(seller, c.pair.need), "not_permitted");
    EXPECT_EQ(seen(c.world.rival.caller, c.pair.need), "not_permitted");
    EXPECT_EQ(seen(c.world.agency.caller, c.pair.need), "mandate_missing");
    EXPECT_EQ(seen(seller, c.pair.achievement), "1");
    EXPECT_EQ(seen(buyer, c.pair.achievement), "not_permitted");
    EXPECT_EQ(seen(c.world.bureau.caller, c.pair.achievement), "not_permitted");
}

TEST(Grades, ForANeedSpeakItsBrokerAndTheOperatorToo) {
    Grading c;
    c.mandate(c.pair.need, c.world.enterprise);
    const auto& broker = c.world.agency.caller;
    const auto& bureau = c.world.bureau.caller;
    EXPECT_EQ(c.by(broker, ListingKind::need), "ok");
    EXPECT_EQ(c.world.books.event_book.all.back().audience, std::vector{c.world.enterprise.id()});
    EXPECT_EQ(c.by(broker, ListingKind::achievement), "mandate_missing");
    EXPECT_EQ(c.by(with_scopes(broker, {Scope::read}), ListingKind::need), "mandate_missing");
    EXPECT_EQ(c.by(bureau, ListingKind::need), "ok") << "while the owner has said nothing";
    EXPECT_EQ(c.by(bureau, ListingKind::achievement), "not_permitted");
    EXPECT_EQ(told(grades_given(c.world.books, broker, c.pair.need)), "ok");
}

TEST(Grades, TheOwnersWordIsTheOwnersToChange) {
    Grading c;
    c.mandate(c.pair.need, c.world.enterprise);
    EXPECT_EQ(c.by(c.world.agency.caller, ListingKind::need), "ok");
    EXPECT_EQ(c.by(c.world.enterprise.caller, ListingKind::need), "ok");
    for (const auto& other : {c.world.agency.caller, c.world.bureau.caller}) {
        EXPECT_EQ(c.by(other, ListingKind::need), "not_permitted");
        EXPECT_EQ(told(c.take_back()), "not_permitted");
    }
    c.caller = c.world.enterprise.caller;
    EXPECT_EQ(told(c.take_back()), "ok");
    EXPECT_EQ(c.by(c.world.agency.caller, ListingKind::need), "ok");
    c.caller = c.world.enterprise.caller;
    EXPECT_EQ(told(c.take_back()), "ok") << "of what others say for him the owner is the master";
}

TEST(Grades, NobodySpeaksForBothSides) {
    Grading between;
    between.mandate(between.pair.need, between.world.enterprise);
    between.mandate(between.pair.achievement, between.world.university);
    EXPECT_EQ(between.by(between.world.agency.caller, ListingKind::need), "not_permitted");
    EXPECT_EQ(between.by(between.world.agency.caller, ListingKind::achievement), "not_permitted");

    Grading own;
    own.mandate(own.pair.need, own.world.enterprise);
    own.row(own.pair.achievement).owner = own.world.agency.id();
    EXPECT_EQ(own.by(own.world.agency.caller, ListingKind::need), "not_permitted");

    Grading house;
    house.row(house.pair.achievement).owner = house.world.bureau.id();
    EXPECT_EQ(house.by(house.world.bureau.caller, ListingKind::need), "own_listing");
}

TEST(Grades, OfACounterpartThatLeftTheMarketAGradeCanStillBeTakenBack) {
    Grading c;
    must(c.give());
    c.world.fire(c.world.bureau, c.pair.achievement, ListingEvent::suspend, "争议");
    EXPECT_EQ(told(c.give(1)), "not_found");
    EXPECT_EQ(told(c.take_back()), "ok");
    EXPECT_TRUE(must(grades_given(c.world.books, c.caller, c.pair.need)).empty());
}

} // namespace
} // namespace jishi::market
