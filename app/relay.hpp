// Carries committed events to everything that follows from them: the index, the matches, the saved searches, the live
// sockets. One thread; at least once and in order. What it must not do twice is stored with its position in one
// transaction; the rest is idempotent.
#pragma once

#include "app/match_gate.hpp"
#include "matching/engine.hpp"
#include "matching/percolator.hpp"
#include "protocol/metrics.hpp"
#include "protocol/ws/hub.hpp"
#include "storage/event_log.hpp"
#include "storage/store.hpp"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace jishi::app {

class Relay {
public:
    struct Parts {
        storage::Pool& pool;
        storage::Store& store;
        storage::EventLog& log;
        matching::Engine& engine;
        protocol::Metrics& metrics;
        std::function<market::Instant()> now;
        std::function<void(std::shared_ptr<const protocol::LiveEvent>)> publish;
    };

    explicit Relay(Parts parts);
    ~Relay() { stop(); }

    // Fills the index from the database. Call before start().
    void load();
    // The newest event of the log when load() began: what the live sockets start from.
    std::uint64_t loaded_position() const { return published_; }

    void start();
    void stop();
    void wake(); // something was committed; from any thread

    // One round on the calling thread: false when there was nothing to do. For programs without a running relay.
    bool step();

private:
    void run();
    std::uint64_t durable_position();
    void load_kind(market::ListingKind kind);
    void load_saved_searches();
    void update_index(const std::vector<market::LoggedEvent>& events);
    void publish(const std::vector<market::LoggedEvent>& events);
    void match(const std::vector<market::LoggedEvent>& events);
    void match_one(const market::LoggedEvent& event);
    void advance(std::uint64_t position);

    Parts parts_;
    MatchGate gate_;
    matching::Percolator percolator_;
    std::vector<market::SavedSearch> searches_;
    std::uint64_t position_ = 0;  // of the index and the gate
    std::uint64_t published_ = 0; // to the live sockets
    std::uint64_t matched_ = 0;   // the durable position of the matcher
    protocol::Gauge& lag_;
    protocol::Counter& matches_told_;

    std::mutex mutex_;
    std::condition_variable woken_;
    bool has_work_ = false, stopping_ = false;
    std::thread thread_;
};

} // namespace jishi::app
