#include "storage/pool.hpp"
#include "tests/storage/storage_fixture.hpp"

#include <future>
#include <thread>
#include <vector>

namespace jishi::storage {
namespace {

DatabaseOptions small_pool(std::size_t size, int wait_ms) {
    auto where = jishi::testing::TestDatabase::fresh_schema();
    where.pool_size = size;
    where.queue_wait_ms = wait_ms;
    return where;
}

TEST(Pool, GivesExactlyAsManyConnectionsAsItsSize) {
    Pool pool(small_pool(2, 0));
    auto first = pool.take();
    {
        auto second = pool.take();
        EXPECT_EQ(pool.counters().in_use, 2U);
        const auto error = error_of([&] { pool.take(); });
        EXPECT_EQ(error.kind, Kind::unavailable);
        EXPECT_TRUE(std::string(error.what()).starts_with("pool exhausted"));
        EXPECT_EQ(pool.counters().exhausted, 1U);
    }
    auto third = pool.take();
    EXPECT_EQ(pool.counters().created, 2U);
}

TEST(Pool, WhoWaitsGetsTheNextFreeConnection) {
    Pool pool(small_pool(1, 60'000));
    std::optional<Pool::Lease> held(pool.take());
    const auto id = (*held)->server_id();
    auto waiting = std::async(std::launch::async, [&] { return pool.take()->server_id(); });
    while (pool.counters().waiting == 0)
        std::this_thread::yield();
    held.reset();
    EXPECT_EQ(waiting.get(), id);
    EXPECT_EQ(pool.counters().waited, 1U);
    EXPECT_EQ(pool.counters().in_use, 0U);
    EXPECT_EQ(pool.counters().idle, 1U);
}

TEST(Pool, ReplacesAConnectionThatWasLost) {
    Schema schema;
    schema.where.pool_size = 1;
    Pool pool(schema.where);
    {
        auto lease = pool.take();
        schema.kill(*lease);
        EXPECT_EQ(kind_of_error([&] { lease->execute("DO 0"); }), Kind::unavailable);
    }
    EXPECT_EQ(pool.counters().discarded, 1U);
    auto lease = pool.take();
    lease->execute("DO 0");
    EXPECT_EQ(pool.counters().created, 2U);
}

TEST(Pool, AfterOneLossTheIdleOnesAreProvedBeforeUse) {
    Schema schema;
    Pool pool(schema.where);
    {
        auto one = pool.take(), two = pool.take();
        schema.kill(*one);
        schema.kill(*two);
        EXPECT_EQ(kind_of_error([&] { one->execute("DO 0"); }), Kind::unavailable);
        // `two` is given back unnoticed, before `one`: destruction runs in reverse.
    }
    auto lease = pool.take();
    lease->execute("DO 0");
    EXPECT_EQ(pool.counters().discarded, 2U);
}

TEST(Pool, DoesNotPassOnAConnectionWithUnreadRows) {
    Pool pool(small_pool(1, 0));
    std::optional<Rows> rows;
    {
        auto lease = pool.take();
        rows.emplace(lease->statement("SELECT 5").query());
    }
    EXPECT_EQ(pool.counters().discarded, 1U);
    ASSERT_TRUE(rows->next());
    EXPECT_EQ(rows->get<int>(0), 5);
}

TEST(Pool, AFailureToConnectTakesNoPlace) {
    auto where = small_pool(1, 0);
    where.password = "wrong";
    Pool pool(where);
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(error_of([&] { pool.take(); }).code, 1045);
    EXPECT_EQ(pool.counters().in_use, 0U);
}

TEST(Pool, ServesManyThreadsWithFewConnections) {
    Schema schema("CREATE TABLE t (id INT PRIMARY KEY, n BIGINT) ENGINE = InnoDB");
    schema.connection.execute("INSERT INTO t VALUES (1, 0)");
    schema.where.pool_size = 3;
    schema.where.queue_wait_ms = 60'000;
    Pool pool(schema.where);
    constexpr int threads = 8, rounds = 50;
    {
        std::vector<std::jthread> workers;
        for (int i = 0; i < threads; ++i) {
            workers.emplace_back([&] {
                for (int round = 0; round < rounds; ++round) {
                    pool.take()->statement("UPDATE t SET n = n + 1 WHERE id = 1").run();
                }
            });
        }
    }
    EXPECT_EQ(schema.number("SELECT n FROM t"), threads * rounds);
    EXPECT_LE(pool.counters().created, 3U);
    EXPECT_EQ(pool.counters().in_use, 0U);
}

} // namespace
} // namespace jishi::storage
