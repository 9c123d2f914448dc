// Carries committed events to what follows from them at once: the search index and the live
// sockets. In order and at least once; both are idempotent.
#pragma once

#include "app/live_listings.hpp"
#include "matching/engine.hpp"
#include "protocol/metrics.hpp"
#include "protocol/ws/hub.hpp"
#include "storage/event_log.hpp"
#include "storage/store.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace jishi::app {

class Relay {
public:
    struct Parts {
        storage::Store& store;
        storage::EventLog& log;
        matching::Engine& engine;
        protocol::Metrics& metrics;
        std::function<void(std::shared_ptr<const protocol::LiveEvent>)> publish;
        std::function<void(market::MemberId)> end_live; // what its sockets may hear has changed
        std::function<void()> loaded;                   // the last batch was read
    };

    explicit Relay(Parts parts);

    // Where the log ends now: a market that is read from the database goes on from here. Call
    // before the first step().
    std::uint64_t begin();
    // Instead of reading it: the index holds everything up to here, and is brought up to date. Call
    // before the first step().
    void go_on_from(std::uint64_t position);

    // A batch of listings until all are in the index, then a batch of events: false when there was
    // none.
    bool step();

    // From any thread.
    bool is_loaded() const { return loaded_.load(std::memory_order_acquire); }
    std::uint64_t start() const { return begin_; } // live sockets hear what comes after it

    // Everything up to here is in the index; 0 while it is loaded. From any thread.
    std::uint64_t position() const { return position_.load(std::memory_order_acquire); }

private:
    using Clock = std::chrono::steady_clock;

    void load_batch();
    void update_index(const std::vector<market::LoggedEvent>& events);

    Parts parts_;
    std::uint64_t begin_ = 0;
    std::optional<LiveBatches> loading_;
    Clock::time_point began_{};
    std::atomic<bool> loaded_{false};
    std::atomic<std::uint64_t> position_{0};
    protocol::Gauge& lag_;
};

} // namespace jishi::app
