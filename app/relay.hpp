// Carries committed events to what follows from them at once: the search index and the live
// sockets. In order and at least once; both are idempotent.
#pragma once

#include "matching/engine.hpp"
#include "protocol/metrics.hpp"
#include "protocol/ws/hub.hpp"
#include "storage/event_log.hpp"
#include "storage/store.hpp"

#include <atomic>
#include <functional>
#include <memory>
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
    };

    explicit Relay(Parts parts);

    // Fills the index from the database; call before the first step().
    void load();

    // One batch of events: false when there was none.
    bool step();

    // Everything up to here is in the index. From any thread.
    std::uint64_t position() const { return position_.load(std::memory_order_acquire); }

private:
    void load_kind(market::ListingKind kind);
    void update_index(const std::vector<market::LoggedEvent>& events);

    Parts parts_;
    std::atomic<std::uint64_t> position_{0};
    protocol::Gauge& lag_;
};

} // namespace jishi::app
