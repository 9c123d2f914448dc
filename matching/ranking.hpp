// The best counterparts of a listing, in both directions by one pair score.
#pragma once

#include "matching/collection.hpp"
#include "matching/engine.hpp"
#include "matching/weighting.hpp"

#include <vector>

namespace jishi::matching {

PairScore score_of(const Statement& statement, const Document& need, const Document& achievement);

std::vector<RankedMatch> rank_achievements(
    const Document& need, const Collection& achievements, std::size_t k, std::int32_t today_day
);

// REQUIRES: `norms` were made of these two collections.
std::vector<RankedMatch> rank_needs(
    const Document& achievement,
    const Collection& needs,
    const Collection& achievements,
    const NeedNorms& norms,
    std::size_t k,
    std::int32_t today_day
);

} // namespace jishi::matching
