#include "market/result.hpp"
#include "storage/transaction.hpp"
#include "tests/storage/storage_fixture.hpp"

#include <barrier>
#include <csignal>
#include <latch>
#include <thread>

namespace jishi::storage {
namespace {

struct Ledger : Schema {
    Pool pool{where};

    Ledger() : Schema("CREATE TABLE t (id INT PRIMARY KEY, n BIGINT NOT NULL) ENGINE = InnoDB") {
        connection.execute("INSERT INTO t VALUES (1, 0), (2, 0)");
    }
    static std::uint64_t add(Connection& on, int id, int amount = 1) {
        return on.statement("UPDATE t SET n = n + ? WHERE id = ?").run(amount, id);
    }
    std::int64_t sum() { return number("SELECT SUM(n) FROM t"); }
};

TEST(Transaction, RollsBackUnlessCommitted) {
    Ledger ledger;
    auto other = ledger.another();
    {
        Transaction transaction(other);
        Ledger::add(other, 1);
        EXPECT_TRUE(other.in_transaction());
    }
    EXPECT_FALSE(other.in_transaction());
    EXPECT_EQ(ledger.sum(), 0);
    {
        Transaction transaction(other);
        Ledger::add(other, 1);
        transaction.commit();
        EXPECT_EQ(kind_of_error([&] { transaction.commit(); }), Kind::misuse);
    }
    EXPECT_EQ(ledger.sum(), 1);
}

TEST(Transaction, DoesNotNest) {
    Ledger ledger;
    Transaction outer(ledger.connection);
    Ledger::add(ledger.connection, 1);
    EXPECT_EQ(kind_of_error([&] { Transaction inner(ledger.connection); }), Kind::misuse);
    EXPECT_TRUE(ledger.connection.in_transaction());
    outer.commit();
    EXPECT_EQ(ledger.sum(), 1);
}

TEST(Transaction, NothingSlipsOutAfterAConflict) {
    Ledger ledger;
    auto holder = ledger.another();
    auto where = ledger.where;
    where.lock_wait_s = 1;
    Connection loser(where);
    Transaction holding(holder);
    Ledger::add(holder, 1);
    {
        Transaction losing(loser);
        Ledger::add(loser, 2);
        EXPECT_EQ(error_of([&] { Ledger::add(loser, 1); }).code, 1205);
        EXPECT_EQ(kind_of_error([&] { Ledger::add(loser, 2); }), Kind::conflict);
        EXPECT_EQ(kind_of_error([&] { loser.execute("DO 0"); }), Kind::conflict);
        EXPECT_EQ(kind_of_error([&] { losing.commit(); }), Kind::conflict);
    }
    holding.commit();
    EXPECT_EQ(ledger.sum(), 1);
    Ledger::add(loser, 2); // usable again
    EXPECT_EQ(ledger.sum(), 2);
}

TEST(InTransaction, CommitsAValueAndRollsBackARefusal) {
    Ledger ledger;
    const auto seven = in_transaction(ledger.pool, [](Connection& on) {
        Ledger::add(on, 1);
        return 7;
    });
    EXPECT_EQ(seven, 7);
    in_transaction(ledger.pool, [](Connection& on) { Ledger::add(on, 1); });
    EXPECT_EQ(ledger.sum(), 2);
    const auto refused = in_transaction(ledger.pool, [](Connection& on) -> market::Result<int> {
        Ledger::add(on, 1);
        return market::RefusalCode::version_stale;
    });
    EXPECT_FALSE(refused);
    EXPECT_EQ(ledger.sum(), 2);
    const auto accepted = in_transaction(ledger.pool, [](Connection& on) -> market::Result<int> {
        Ledger::add(on, 1);
        return 1;
    });
    EXPECT_TRUE(accepted);
    EXPECT_EQ(ledger.sum(), 3);
}

TEST(InTransaction, AnyOtherExceptionRollsBackAndIsNotRetried) {
    Ledger ledger;
    int runs = 0;
    EXPECT_THROW(
        in_transaction(
            ledger.pool,
            [&](Connection& on) {
                ++runs;
                Ledger::add(on, 1);
                throw std::logic_error("bug");
            }
        ),
        std::logic_error
    );
    EXPECT_EQ(runs, 1);
    EXPECT_EQ(ledger.sum(), 0);
    EXPECT_EQ(ledger.pool.counters().in_use, 0U);
}

// Two units of work take the same two rows in opposite order, meeting in the middle the first time.
TEST(InTransaction, ADeadlockRunsTheWholeWorkAgain) {
    Ledger ledger;
    std::latch both_hold_one(2);
    std::atomic<int> runs = 0;
    const auto work = [&](int first, int second) {
        bool met = false;
        in_transaction(ledger.pool, [&](Connection& on) {
            ++runs;
            Ledger::add(on, first);
            if (!met) both_hold_one.arrive_and_wait();
            met = true;
            Ledger::add(on, second);
        });
    };
    { const std::jthread one(work, 1, 2), two(work, 2, 1); }
    EXPECT_EQ(runs, 3);
    EXPECT_EQ(ledger.number("SELECT n FROM t WHERE id = 1"), 2);
    EXPECT_EQ(ledger.number("SELECT n FROM t WHERE id = 2"), 2);
}

StorageError conflict() {
    return classify(1213, "Deadlock found");
}

TEST(InTransaction, GivesUpAfterTheLastAttempt) {
    Ledger ledger;
    int runs = 0;
    const auto error = error_of([&] {
        in_transaction(
            ledger.pool,
            [&](Connection& on) {
                Ledger::add(on, 1);
                ++runs;
                throw conflict();
            },
            {.attempts_max = 3, .first_pause_ms = 1}
        );
    });
    EXPECT_EQ(error.kind, Kind::conflict);
    EXPECT_EQ(runs, 3);
    EXPECT_EQ(ledger.sum(), 0);
}

TEST(InTransaction, SucceedsAtTheLastAttempt) {
    Ledger ledger;
    int runs = 0;
    in_transaction(
        ledger.pool,
        [&](Connection& on) {
            Ledger::add(on, 1);
            if (++runs < 3) throw conflict();
        },
        {.attempts_max = 3, .first_pause_ms = 1}
    );
    EXPECT_EQ(ledger.sum(), 1);
}

TEST(InTransaction, ALostCommitIsToldOnceAndNeverRunAgain) {
    Ledger ledger;
    int runs = 0;
    const auto error = error_of([&] {
        in_transaction(ledger.pool, [&](Connection& on) {
            ++runs;
            Ledger::add(on, 1);
            ledger.kill(on);
        });
    });
    EXPECT_EQ(error.kind, Kind::unavailable);
    EXPECT_TRUE(error.outcome_unknown);
    EXPECT_EQ(runs, 1);
    EXPECT_EQ(ledger.sum(), 0);
    EXPECT_EQ(ledger.pool.counters().discarded, 1U);
    in_transaction(ledger.pool, [](Connection& on) { Ledger::add(on, 1); });
    EXPECT_EQ(ledger.sum(), 1);
}

TEST(InTransaction, ConcurrentTransfersKeepTheTotal) {
    Ledger ledger;
    constexpr int threads = 4, rounds = 40;
    {
        std::vector<std::jthread> workers;
        for (int i = 0; i < threads; ++i) {
            workers.emplace_back([&, from = 1 + i % 2] {
                for (int round = 0; round < rounds; ++round) {
                    in_transaction(
                        ledger.pool,
                        [&](Connection& on) {
                            Ledger::add(on, from, -3);
                            Ledger::add(on, 3 - from, 3);
                        },
                        {.attempts_max = 1000}
                    );
                }
            });
        }
    }
    EXPECT_EQ(ledger.sum(), 0);
    EXPECT_EQ(ledger.number("SELECT n FROM t WHERE id = 1"), 0);
}

} // namespace
} // namespace jishi::storage
