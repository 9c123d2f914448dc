#include "storage/transaction.hpp"

#include <algorithm>
#include <chrono>
#include <random>
#include <thread>

namespace jishi::storage {

Transaction::Transaction(Connection& connection) : connection_(connection) {
    connection_.begin();
}

Transaction::~Transaction() {
    if (open_) connection_.rollback();
}

void Transaction::commit() {
    if (!open_) throw classify(0, "the transaction has ended", "COMMIT");
    connection_.commit();
    open_ = false;
}

void pause_before_retry(const RetryPolicy& policy, int attempt) {
    thread_local std::minstd_rand random{std::random_device{}()};
    const int doublings = std::min(attempt - 1, 20);
    const auto whole_ms = std::min<std::int64_t>(
        std::int64_t{policy.first_pause_ms} << doublings, policy.longest_pause_ms
    );
    const auto pause_us =
        std::uniform_int_distribution<std::int64_t>(whole_ms * 500, whole_ms * 1000)(random);
    std::this_thread::sleep_for(std::chrono::microseconds(pause_us));
}

} // namespace jishi::storage
