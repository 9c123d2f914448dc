#include "storage/pool.hpp"

#include "storage/error.hpp"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

namespace jishi::storage {

using Clock = std::chrono::steady_clock;

struct Pool::Slot {
    std::optional<Connection> connection{}; // empty: to be opened
    Clock::time_point proven{};             // when the server last answered it
};

struct Pool::State {
    explicit State(const DatabaseOptions& where) : options(where) {}

    static constexpr auto trusted_idle = std::chrono::seconds(10);

    const DatabaseOptions options;
    std::mutex mutex;
    std::condition_variable freed;
    std::deque<std::unique_ptr<Slot>> idle; // the last used is at the back, and is used next
    std::set<std::uint64_t> queue;          // tickets of those who wait, oldest first
    std::uint64_t next_ticket = 0;
    Clock::time_point last_loss{};
    PoolCounters counters;

    bool has_room() const { return counters.in_use < options.pool_size; }

    void enter(std::unique_lock<std::mutex>& lock) {
        const auto ticket = next_ticket++;
        if (has_room() && queue.empty()) return;
        ++counters.waited;
        queue.insert(ticket);
        const auto my_turn = [&] { return has_room() && *queue.begin() == ticket; };
        const bool served =
            freed.wait_for(lock, std::chrono::milliseconds(options.queue_wait_ms), my_turn);
        queue.erase(ticket);
        freed.notify_all();
        if (served) return;
        ++counters.exhausted;
        throw StorageError(
            StorageError::Kind::unavailable,
            0,
            "pool exhausted: " + std::to_string(options.pool_size) + " connections in use for " +
                std::to_string(options.queue_wait_ms) + " ms"
        );
    }

    // A slot, with a connection that is thought to live or without one. Counts as in use from here
    // on.
    std::unique_ptr<Slot> reserve() {
        std::unique_lock lock(mutex);
        enter(lock);
        ++counters.in_use;
        if (idle.empty()) return std::make_unique<Slot>();
        auto slot = std::move(idle.back());
        idle.pop_back();
        return slot;
    }

    bool needs_proof(const Slot& slot) {
        const std::lock_guard lock(mutex);
        return slot.proven <= last_loss || Clock::now() - slot.proven > trusted_idle;
    }

    void open(Slot& slot) {
        slot.connection.emplace(options);
        slot.proven = Clock::now();
        const std::lock_guard lock(mutex);
        ++counters.created;
    }

    void discard(Slot& slot) {
        slot.connection.reset();
        const std::lock_guard lock(mutex);
        ++counters.discarded;
        last_loss = Clock::now();
    }

    void give_back(std::unique_ptr<Slot> slot) {
        auto& connection = slot->connection;
        const bool clean = connection && connection->usable() && !connection->in_transaction() &&
                           !connection->has_live_rows();
        if (connection && !clean) discard(*slot);
        const std::lock_guard lock(mutex);
        --counters.in_use;
        if (clean) {
            slot->proven = Clock::now();
            idle.push_back(std::move(slot));
        }
        freed.notify_all();
    }
};

Pool::Pool(const DatabaseOptions& options) : state_(std::make_shared<State>(options)) {}
Pool::~Pool() = default;

Pool::Lease::Lease(std::shared_ptr<State> state, std::unique_ptr<Slot> slot)
    : state_(std::move(state)), slot_(std::move(slot)) {}
Pool::Lease::Lease(Lease&&) noexcept = default;

Pool::Lease::~Lease() {
    if (slot_) state_->give_back(std::move(slot_));
}

Connection& Pool::Lease::operator*() const {
    return *slot_->connection;
}

Pool::Lease Pool::take() {
    Lease lease(state_, state_->reserve());
    auto& slot = *lease.slot_;
    if (slot.connection && state_->needs_proof(slot) && !slot.connection->alive())
        state_->discard(slot);
    if (!slot.connection) state_->open(slot);
    return lease;
}

PoolCounters Pool::counters() const {
    const std::lock_guard lock(state_->mutex);
    auto counters = state_->counters;
    counters.idle = state_->idle.size();
    counters.waiting = state_->queue.size();
    return counters;
}

} // namespace jishi::storage
