// Keeps a popular listing from being flooded: a new counterpart is told to it only while it is
// among its best.
#pragma once

#include "matching/engine.hpp"

#include <map>
#include <vector>

namespace jishi::app {

// Remembers, for each listing asked about, the scores of its best counterparts. One owner, not
// thread-safe.
class MatchGate {
public:
    // Whether a counterpart of this score belongs to the best `best_max` of `listing` in the
    // snapshot; takes its place among them if so.
    bool admits(
        const matching::Snapshot& snapshot,
        const matching::Document& listing,
        double score,
        std::size_t best_max,
        std::int32_t today_day
    );
    // A listing left the market or changed: what was remembered may be too high.
    void forget() { best_.clear(); }

private:
    std::map<market::ListingId, std::vector<double>> best_; // min-heaps
};

} // namespace jishi::app
