#include "storage/event_log.hpp"
#include "tests/storage/market_fixture.hpp"

#include <atomic>
#include <set>
#include <thread>

namespace jishi::storage {
namespace {

using namespace jishi::testing;
using namespace jishi::market;

void append(Market& m, int count) {
    m.store.run([&](Books& books) {
        for (int i = 0; i < count; ++i)
            books.events.append(full_event("need_" + std::to_string(i)));
    });
}

TEST(EventLog, GivesCommittedEventsPositionsFromOneInTheOrderOfTheirIds) {
    Market m;
    const auto first = full_event("a"), second = full_event("b"), third = full_event("c");
    EXPECT_EQ(m.log.stamp(), 0U);
    EXPECT_EQ(m.log.last_position(), 0U);
    for (const auto* event : {&first, &third, &second})
        m.books.events.append(*event);
    EXPECT_TRUE(m.log.read_after(0, 10).empty());
    EXPECT_EQ(m.log.stamp(), 3U);
    EXPECT_EQ(m.log.stamp(), 0U);
    EXPECT_EQ(m.log.last_position(), 3U);

    const auto log = m.log.read_after(0, 10);
    ASSERT_EQ(log.size(), 3U);
    std::string previous;
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(log[i].position, i + 1);
        EXPECT_EQ(log[i].hash, sha256_hex(chain_text(log[i].event, previous)));
        previous = log[i].hash;
    }
    expect_same(log[0].event, first);
    expect_same(log[1].event, second);
    expect_same(log[2].event, third);
    EXPECT_EQ(m.log.read_after(1, 1)[0].position, 2U);
    EXPECT_TRUE(m.log.read_after(3, 500).empty());
}

TEST(EventLog, KeepsToItsLimits) {
    Market m;
    append(m, 501);
    for (const std::uint32_t limit : {0U, 501U}) {
        EXPECT_EQ(kind_of_error([&] { m.log.stamp(limit); }), Kind::misuse);
        EXPECT_EQ(kind_of_error([&] { m.log.read_after(0, limit); }), Kind::misuse);
    }
    EXPECT_EQ(m.log.stamp(500), 500U);
    EXPECT_EQ(m.log.stamp(500), 1U);
    EXPECT_EQ(m.log.read_after(0, 500).size(), 500U);
    EXPECT_FALSE(m.log.verify(1, 501)); // over more than one page
}

TEST(EventLog, AnEventThatCommitsLateComesNextAndIsNotLost) {
    Market m;
    auto slow = m.another();
    UnitOfWork late(slow, test_now);
    const auto old = full_event("old"), young = full_event("young");
    Transaction transaction(slow);
    late.events.append(old);
    m.books.events.append(young);
    EXPECT_EQ(m.log.stamp(), 1U);
    transaction.commit();
    EXPECT_EQ(m.log.stamp(), 1U);
    const auto log = m.log.read_after(0, 10);
    ASSERT_EQ(log.size(), 2U);
    expect_same(log[0].event, young);
    expect_same(log[1].event, old);
    EXPECT_FALSE(m.log.verify(1, 2));
}

TEST(EventLog, AnEventThatIsRolledBackLeavesNoGap) {
    Market m;
    append(m, 1);
    m.store.read([](Books& books) {
        books.events.append(full_event("undone"));
        return 0;
    });
    append(m, 1);
    EXPECT_EQ(m.log.stamp(), 2U);
    EXPECT_EQ(m.log.last_position(), 2U);
}

TEST(EventLog, EightWritersAndTwoStampersLeaveOneUnbrokenLog) {
    Market m;
    std::atomic<int> writing = 8;
    std::atomic<std::size_t> stamped = 0;
    {
        std::vector<std::jthread> threads;
        for (int w = 0; w < 8; ++w)
            threads.emplace_back([&] {
                for (int i = 0; i < 25; ++i)
                    append(m, 1 + i % 3);
                --writing;
            });
        for (int s = 0; s < 2; ++s)
            threads.emplace_back([&] {
                while (writing > 0)
                    stamped += m.log.stamp(7);
            });
    }
    while (const auto more = m.log.stamp())
        stamped += more;
    const auto total = static_cast<std::size_t>(m.number("SELECT COUNT(*) FROM event"));
    EXPECT_EQ(total, 8U * (8 * 6 + 8 / 8)); // 25 batches of 1, 2, 3, 1, 2, 3 ...
    EXPECT_EQ(stamped, total);
    EXPECT_EQ(m.log.last_position(), total);
    const auto log = m.log.read_after(0, 500);
    std::set<EventId> ids;
    for (std::size_t i = 0; i < log.size(); ++i) {
        EXPECT_EQ(log[i].position, i + 1);
        ids.insert(log[i].event.id);
    }
    EXPECT_EQ(ids.size(), total);
    EXPECT_FALSE(m.log.verify(1, total));
}

TEST(EventLog, VerifyNamesTheFirstPositionThatWasTamperedWith) {
    const struct {
        const char* what;
        const char* sql;
        std::uint64_t broken;
    } cases[] = {
        {"an altered field", "UPDATE event SET reason = 'none' WHERE position = 3", 3},
        {"an altered hash", "UPDATE event SET hash = REPEAT('0', 64) WHERE position = 2", 2},
        {"a removed event", "DELETE FROM event WHERE position = 4", 4},
        {"a removed last event", "DELETE FROM event WHERE position = 5", 5},
        {"a position that was skipped", "UPDATE event SET position = 6 WHERE position = 5", 5},
        {"a head of another log", "UPDATE log_head SET hash = ''", 5},
    };
    for (const auto& [what, sql, broken] : cases) {
        Market m;
        append(m, 5);
        m.log.stamp();
        EXPECT_FALSE(m.log.verify(1, 5)) << what;
        m.connection.execute(sql);
        EXPECT_EQ(m.log.verify(1, 5), broken) << what;
        EXPECT_EQ(m.log.verify(1, 1'000'000), broken) << what;
        EXPECT_FALSE(m.log.verify(1, broken - 1)) << what;
    }
}

TEST(EventLog, VerifyMayBeginAnywhere) {
    Market m;
    append(m, 5);
    m.log.stamp();
    m.connection.execute("UPDATE event SET reason = 'none' WHERE position = 2");
    EXPECT_FALSE(m.log.verify(3, 5));
    EXPECT_EQ(m.log.verify(2, 2), 2U);
    EXPECT_FALSE(m.log.verify(6, 9)); // never given
}

TEST(EventLog, StampingReadsWhatHasNoPositionAndNotTheLog) {
    Market m;
    auto one = m.where;
    one.pool_size = 1; // so that it is the connection that is asked
    Pool pool(one);
    EventLog log(pool);
    const auto stamping_reads = [&](std::size_t events) {
        append(m, static_cast<int>(events));
        const auto before = rows_read(*pool.take());
        EXPECT_EQ(log.stamp(), events);
        return rows_read(*pool.take()) - before;
    };
    const auto in_an_empty_log = stamping_reads(20);
    for (int batch = 0; batch < 6; ++batch) {
        append(m, 500);
        EXPECT_EQ(log.stamp(), 500U);
    }
    EXPECT_LE(stamping_reads(20), in_an_empty_log + 20);
}

TEST(Consumer, ItsPositionMovesOnlyFromWhereItStands) {
    Market m;
    EXPECT_EQ(consumer_position(m.connection, "index"), 0U);
    advance_consumer(m.connection, "index", 0, 5);
    advance_consumer(m.connection, "index", 5, 9);
    advance_consumer(m.connection, "webhooks", 0, 1);
    EXPECT_EQ(consumer_position(m.connection, "index"), 9U);
    EXPECT_EQ(
        kind_of_error([&] { advance_consumer(m.connection, "index", 5, 10); }), Kind::conflict
    );
    EXPECT_EQ(
        kind_of_error([&] { advance_consumer(m.connection, "index", 0, 10); }), Kind::conflict
    );
    EXPECT_EQ(
        kind_of_error([&] { advance_consumer(m.connection, "nobody", 3, 10); }), Kind::conflict
    );
    EXPECT_EQ(consumer_position(m.connection, "index"), 9U);
}

TEST(Consumer, ItsPositionIsUndoneWithItsWork) {
    Market m;
    m.store.read([](UnitOfWork& books) {
        advance_consumer(books.connection(), "index", 0, 5);
        return 0;
    });
    EXPECT_EQ(consumer_position(m.connection, "index"), 0U);
}

} // namespace
} // namespace jishi::storage
