// Keeps a popular listing from being flooded: a new counterpart is told to it only while it is
// among its best.
#pragma once

#include "matching/engine.hpp"

#include <map>

namespace jishi::app {

// Remembers, for each listing asked about, its best counterparts. One owner, not thread-safe.
class MatchGate {
public:
    // Whether `found` belongs to the best `best_max` of `listing` in the snapshot; takes its place
    // among them if so.
    bool admits(
        const matching::Snapshot& snapshot,
        const matching::Document& listing,
        const market::ListingId& found,
        double score,
        std::size_t best_max,
        std::int32_t today_day
    );
    // A listing left the market or changed: what was remembered may be too high.
    void forget() { best_.clear(); }

private:
    using Best = std::map<market::ListingId, double>; // counterpart, score
    std::map<market::ListingId, Best> best_;
};

} // namespace jishi::app
