// The way into the database for use-cases: one unit of work at a time, retried as a whole when a
// race was lost.
//
//     auto deal = store.run([&](market::Books& books) { return market::open_deal(books, caller,
//     draft); });
#pragma once

#include "storage/pool.hpp"
#include "storage/transaction.hpp"
#include "storage/unit_of_work.hpp"

#include <functional>
#include <type_traits>
#include <utility>

namespace jishi::storage {

// A value whose unit of work commits or not whatever the value says: a refused sign-in keeps its
// count of failures.
template<class T>
struct Outcome {
    bool keep = true;
    T value;

    bool ok() const { return keep; }
};

template<class T>
inline constexpr bool is_outcome = false;
template<class T>
inline constexpr bool is_outcome<Outcome<T>> = true;

market::Instant wall_clock_now();

// Thread-safe.
class Store {
public:
    using Clock = std::function<market::Instant()>;
    explicit Store(Pool& pool, Clock clock = wall_clock_now, const RetryPolicy& policy = {})
        : pool_(pool), clock_(std::move(clock)), policy_(policy) {}

    // `work` takes a UnitOfWork& (or market::Books&) and may run several times. A Result commits
    // unless it is a refusal, an Outcome when it says so, everything else always. A conflict, and a
    // duplicate key that `work` did not expect, runs it again with a new `now`;
    // StorageError{conflict} when the attempts are used up.
    template<class Work>
    auto run(Work&& work) {
        return value_of([&] { return in_transaction(pool_, attempt(work), policy_); });
    }

    // The same, but whatever `work` writes is undone.
    template<class Work>
    auto read(Work&& work) {
        const auto undone = [&](UnitOfWork& books) {
            auto value = std::invoke(work, books);
            return Outcome<decltype(value)>{.keep = false, .value = std::move(value)};
        };
        return run(undone);
    }

private:
    // A duplicate key means that another unit wrote first: the next attempt sees what it wrote and
    // refuses by rule.
    template<class Work>
    auto attempt(Work& work) {
        return [this, &work](Connection& connection) {
            try {
                UnitOfWork books(connection, clock_());
                return std::invoke(work, books);
            } catch (const StorageError& error) {
                if (error.kind != StorageError::Kind::duplicate) throw;
                auto lost = error;
                lost.kind = StorageError::Kind::conflict;
                throw lost;
            }
        };
    }

    template<class Run>
    static auto value_of(Run&& run) {
        using Value = std::invoke_result_t<Run>;
        if constexpr (is_outcome<Value>) {
            return std::move(run().value);
        } else {
            return run();
        }
    }

    Pool& pool_;
    Clock clock_;
    RetryPolicy policy_;
};

} // namespace jishi::storage
