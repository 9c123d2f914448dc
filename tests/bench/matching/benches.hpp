// The subcommands of matching_bench. Each prints lines `name value unit`.
#pragma once

#include "tests/bench/matching/peer_files.hpp"
#include "tests/bench/matching/scale_market.hpp"

namespace jishi::matching::bench {

// The engine and its peers by turns, round after round.
void compare_with_lucene(
    const MarketFiles& market, const PeerFiles& files, std::size_t rounds, Learned learned
);
// REQUIRES: peers/mroonga has loaded the achievements.
void compare_with_mroonga(
    const MarketFiles& market, const PeerFiles& files, std::size_t rounds, Learned learned
);

// Builds the market, ranks for `share` of all needs, then follows a day's changes.
void measure_market(const MarketFiles& market, std::size_t share, Learned learned);
void measure_freshness(const MarketFiles& market, std::size_t rounds, Learned learned);
void measure_curve(const MarketFiles& market, Learned learned);
// Loads the market, keeps it in a file, and reads it again.
void measure_start(const MarketFiles& market, Learned learned);

// Does `work` (search, rank, apply ...) again and again for a profiler.
void repeat(
    const MarketFiles& market, const std::string& work, std::size_t seconds, Learned learned
);

} // namespace jishi::matching::bench
