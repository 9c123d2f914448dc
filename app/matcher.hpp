// Finds and stores, for every listing that goes live, its matches and the saved searches it
// answers. Behind the relay: slow work that nobody waits for. Each listing's outcome is stored with
// the position in the log in one transaction, so a crash repeats and never loses, and of several
// nodes one stores it.
#pragma once

#include "app/match_gate.hpp"
#include "market/matches.hpp"
#include "matching/engine.hpp"
#include "matching/percolator.hpp"
#include "protocol/metrics.hpp"
#include "storage/event_log.hpp"
#include "storage/store.hpp"

#include <cstdint>
#include <functional>
#include <vector>

namespace jishi::app {

class Matcher {
public:
    struct Parts {
        storage::Pool& pool;
        storage::Store& store;
        storage::EventLog& log;
        const matching::Engine& engine;
        protocol::Metrics& metrics;
        std::function<std::uint64_t()> indexed; // the relay's position
        std::function<void()> told;             // after events were appended
    };

    explicit Matcher(Parts parts);

    // One batch of events: false when there was none.
    bool step();

private:
    std::uint64_t durable_position();
    void load_saved_searches();
    void match_one(const market::LoggedEvent& event);
    std::vector<market::FoundMatch>
    find(const matching::Snapshot& snapshot, const matching::Document& document);
    void advance(std::uint64_t position);

    Parts parts_;
    MatchGate gate_;
    std::shared_ptr<const matching::Model> ranked_by_; // what the gate remembers
    matching::Percolator percolator_;
    std::vector<market::SavedSearch> searches_;
    bool started_ = false;
    std::uint64_t position_ = 0; // durable
    protocol::Counter& matches_told_;
    protocol::Gauge& lag_;
};

} // namespace jishi::app
