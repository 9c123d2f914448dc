#include "tests/storage/market_fixture.hpp"

namespace jishi::storage {
namespace {

using namespace jishi::testing;
using namespace jishi::market;

TEST(AnswerBook, GivesBackWhatWasAnsweredUnderAKeyOfAScope) {
    Market m;
    const StoredAnswer answer{some_hash(), 201, "ETag: \"1\"\r\n", "{\"name\": \"𠮷\"}"};
    expect_filled(answer);
    m.books.answers.add("mem_1", "key-1", answer, test_now);
    m.books.answers.add("mem_2", "key-1", {some_hash(), 204, "", ""}, test_now);
    expect_same(*m.books.answers.find("mem_1", "key-1"), answer);
    EXPECT_EQ(m.books.answers.find("mem_2", "key-1")->body, "");
    EXPECT_FALSE(m.books.answers.find("mem_1", "KEY-1"));
    EXPECT_EQ(
        kind_of_error([&] { m.books.answers.add("mem_1", "key-1", answer, test_now); }),
        Kind::duplicate
    );
}

TEST(AnswerBook, ForgetsTheOldOnesAThousandAtATime) {
    Market m;
    {
        Transaction transaction(m.connection);
        for (int i = 0; i < 1001; ++i)
            m.books.answers.add("old", std::to_string(i), {"", 200, "", ""}, test_now + -1);
        m.books.answers.add("new", "1", {"", 200, "", ""}, test_now);
        transaction.commit();
    }
    m.books.answers.forget_before(test_now);
    EXPECT_EQ(m.number("SELECT COUNT(*) FROM stored_answer"), 2);
    m.books.answers.forget_before(test_now);
    EXPECT_TRUE(m.books.answers.find("new", "1"));
    EXPECT_EQ(m.number("SELECT COUNT(*) FROM stored_answer"), 1);
}

TEST(RuleBook, AnInstallationStartsWithTheHouseRules) {
    Market m;
    const Date day{2026, 11, 22};
    EXPECT_EQ(m.books.rules.value_on("listing.live_days", day), 365);
    EXPECT_EQ(m.books.rules.value_on("match.score_min_ppm", day), 180'000);
    EXPECT_EQ(m.books.rules.value_on("import.batch_rows", day), 500);
    EXPECT_EQ(m.books.rules.value_on("grade.both_accepted_milli", day), 3'500);
    EXPECT_FALSE(m.books.rules.value_on("listing.live_days", {1999, 12, 31}));
    EXPECT_FALSE(m.books.rules.value_on("no.such_rule", day));
}

TEST(RuleBook, ARuleHoldsFromItsFirstToItsLastDay) {
    Market m;
    m.connection.execute(
        "INSERT INTO rule_param VALUES ('r', '2026-01-01', '2026-06-30', 1, 'a decree'),"
        " ('r', '2026-07-01', NULL, 2, 'its successor')"
    );
    const auto on = [&](Date day) { return m.books.rules.value_on("r", day); };
    EXPECT_FALSE(on({2025, 12, 31}));
    EXPECT_EQ(on({2026, 1, 1}), 1);
    EXPECT_EQ(on({2026, 6, 30}), 1);
    EXPECT_EQ(on({2026, 7, 1}), 2);
    EXPECT_EQ(on({2999, 12, 31}), 2);
}

TEST(EventBook, KeepsEveryFieldInTheOrderOfTheObjectsVersions) {
    Market m;
    auto later = full_event("deal_1"), earlier = full_event("deal_1");
    later.object_version = 2; // written by a node whose clock is behind
    expect_filled(earlier);
    m.books.events.append(later);
    m.books.events.append(earlier);
    m.books.events.append(full_event("deal_2"));
    Event bare;
    bare.id = some_id<EventId>();
    m.books.events.append(bare);
    const auto history = m.books.events.history_of("deal_1");
    ASSERT_EQ(history.size(), 2U);
    expect_same(history[0], earlier);
    expect_same(history[1], later);
    expect_same(m.books.events.history_of("")[0], bare);
}

} // namespace
} // namespace jishi::storage
