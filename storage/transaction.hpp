// Units of work. Everything happens, or nothing does; whoever lost against another transaction runs
// again as a whole.
//
//     auto deal = in_transaction(pool, [&](Connection& connection) -> market::Result<Deal> { ...
//     });
//
// A COMMIT that was sent and never answered has an unknown outcome. It surfaces as
// StorageError{unavailable} with `outcome_unknown` and is never repeated here: the client repeats
// its request with the same idempotency key, which is written in the same transaction, so the work
// is done once whichever way the first COMMIT went.
#pragma once

#include "storage/connection.hpp"
#include "storage/error.hpp"
#include "storage/pool.hpp"

#include <concepts>
#include <functional>
#include <type_traits>
#include <utility>

namespace jishi::storage {

// Rolls back unless committed. After a conflict inside it the server has already undone the work,
// so every further statement is refused until the transaction ends: nothing can slip out of it and
// be committed on its own.
class Transaction {
public:
    explicit Transaction(Connection& connection);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    void commit();

private:
    Connection& connection_;
    bool open_ = true;
};

struct RetryPolicy {
    int attempts_max = 8;
    int first_pause_ms = 4; // doubles, jittered between half and whole, up to:
    int longest_pause_ms = 250;
};

// Sleeps before attempt `attempt` + 1.
void pause_before_retry(const RetryPolicy& policy, int attempt);

// A market::Result decides for itself: a refusal rolls back. Every other value commits.
template<class T>
bool wants_commit(const T& outcome) {
    if constexpr (requires {
                      { outcome.ok() } -> std::convertible_to<bool>;
                  }) {
        return outcome.ok();
    } else {
        return true;
    }
}

// Runs `work` in a transaction on a leased connection and returns its value. `work` may run several
// times, so it must have no effect outside the database and its own value. Throws StorageError;
// kind conflict only when the attempts are used up.
template<std::invocable<Connection&> Work>
auto in_transaction(Pool& pool, Work&& work, const RetryPolicy& policy = {}) {
    using Outcome = std::invoke_result_t<Work&, Connection&>;
    for (int attempt = 1;; ++attempt) {
        try {
            const auto lease = pool.take();
            Transaction transaction(*lease);
            if constexpr (std::is_void_v<Outcome>) {
                std::invoke(work, *lease);
                transaction.commit();
                return;
            } else {
                Outcome outcome = std::invoke(work, *lease);
                if (wants_commit(outcome)) transaction.commit();
                return outcome;
            }
        } catch (const StorageError& error) {
            if (error.kind != StorageError::Kind::conflict || attempt >= policy.attempts_max) throw;
        }
        pause_before_retry(policy, attempt);
    }
}

} // namespace jishi::storage
