// The best counterparts of a listing, in both directions by one pair score. Two steps: the text's
// terms choose the candidates, through the index; of these the whole score decides.
#pragma once

#include "matching/collection.hpp"
#include "matching/engine.hpp"
#include "matching/feedback.hpp"
#include "matching/weighting.hpp"

#include <vector>

namespace jishi::matching {

// How many candidates the terms choose for the k best.
std::size_t candidates_for(std::size_t k);

PairScore score_of(
    const Statement& statement,
    const Lexicon& lexicon,
    const Document& need,
    const Document& achievement
);

std::vector<RankedMatch> rank_achievements(
    const Document& need,
    const Collection& achievements,
    const Lexicon& lexicon,
    const Feedback& feedback,
    std::size_t k,
    std::int32_t today_day
);

// REQUIRES: `norms` were made of the needs and the lexicon.
std::vector<RankedMatch> rank_needs(
    const Document& achievement,
    const Collection& needs,
    const Lexicon& lexicon,
    const NeedNorms& norms,
    const Feedback& feedback,
    std::size_t k,
    std::int32_t today_day
);

} // namespace jishi::matching
