#include "storage/counter.hpp"
#include "storage/lease.hpp"
#include "storage/migration.hpp"
#include "storage/transaction.hpp"
#include "tests/storage/storage_fixture.hpp"

#include <set>
#include <thread>
#include <vector>

namespace jishi::storage {
namespace {

struct Migrated : Schema {
    Pool pool{where};
    Migrated() { migrate(connection); }
};

TEST(Lease, HasOneHolderUntilItEnds) {
    Migrated schema;
    auto& connection = schema.connection;
    const auto a = take_lease(connection, "sweeper", "a", market::hour_us);
    ASSERT_TRUE(a);
    EXPECT_FALSE(take_lease(connection, "sweeper", "b", market::hour_us));
    EXPECT_TRUE(take_lease(connection, "relay", "b", market::hour_us));
    EXPECT_TRUE(renew_lease(connection, *a, market::hour_us));
    release_lease(connection, *a);
    const auto b = take_lease(connection, "sweeper", "b", market::hour_us);
    ASSERT_TRUE(b);
    EXPECT_GT(b->version, a->version);
    EXPECT_FALSE(renew_lease(connection, *a, market::hour_us));
    release_lease(connection, *a); // too late: b keeps it
    EXPECT_FALSE(take_lease(connection, "sweeper", "c", market::hour_us));
}

TEST(Lease, OneThatRanOutIsForAnyone) {
    Migrated schema;
    ASSERT_TRUE(take_lease(schema.connection, "sweeper", "a", -1));
    EXPECT_TRUE(take_lease(schema.connection, "sweeper", "b", market::hour_us));
}

TEST(Lease, TheSameHolderTakesItAgainWithANewVersion) {
    Migrated schema;
    const auto before = take_lease(schema.connection, "sweeper", "a", market::hour_us);
    const auto after = take_lease(schema.connection, "sweeper", "a", market::hour_us);
    ASSERT_TRUE(before && after);
    EXPECT_GT(after->version, before->version);
    EXPECT_FALSE(renew_lease(schema.connection, *before, market::hour_us));
}

TEST(Lease, ManyWhoTryAtOnceYieldOneHolder) {
    Migrated schema;
    std::atomic<int> holders = 0;
    {
        std::vector<std::jthread> nodes;
        for (int i = 0; i < 8; ++i) {
            nodes.emplace_back([&, i] {
                holders +=
                    take_lease(*schema.pool.take(), "x", "n" + std::to_string(i), market::hour_us)
                        .has_value();
            });
        }
    }
    EXPECT_EQ(holders, 1);
}

TEST(Counter, CountsFromOneAndEachNameForItself) {
    Migrated schema;
    const auto next = [&](std::string_view name) {
        return in_transaction(schema.pool, [&](Connection& on) { return next_number(on, name); });
    };
    EXPECT_EQ(next("contract-2026"), 1);
    EXPECT_EQ(next("contract-2026"), 2);
    EXPECT_EQ(next("contract-2027"), 1);
    EXPECT_EQ(next("contract-2026"), 3);
}

TEST(Counter, ANumberThatWasNotCommittedIsGivenAgain) {
    Migrated schema;
    {
        Transaction transaction(schema.connection);
        EXPECT_EQ(next_number(schema.connection, "c"), 1);
        EXPECT_EQ(next_number(schema.connection, "c"), 2);
    }
    Transaction transaction(schema.connection);
    EXPECT_EQ(next_number(schema.connection, "c"), 1);
}

TEST(Counter, IsRefusedOutsideATransaction) {
    Migrated schema;
    EXPECT_EQ(kind_of_error([&] { next_number(schema.connection, "c"); }), Kind::misuse);
}

TEST(Counter, LeavesNoGapUnderConcurrency) {
    Migrated schema;
    constexpr int threads = 4, rounds = 25;
    std::mutex mutex;
    std::set<std::int64_t> numbers;
    {
        std::vector<std::jthread> workers;
        for (int i = 0; i < threads; ++i) {
            workers.emplace_back([&] {
                for (int round = 0; round < rounds; ++round) {
                    const auto number = in_transaction(
                        schema.pool,
                        [](Connection& on) { return next_number(on, "c"); },
                        {.attempts_max = 1000}
                    );
                    const std::lock_guard lock(mutex);
                    numbers.insert(number);
                }
            });
        }
    }
    EXPECT_EQ(numbers.size(), std::size_t{threads * rounds});
    EXPECT_EQ(*numbers.begin(), 1);
    EXPECT_EQ(*numbers.rbegin(), threads * rounds);
}

} // namespace
} // namespace jishi::storage
