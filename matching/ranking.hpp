// The best counterparts of a listing, in both directions by one pair score. Two steps: the text's
// terms choose the candidates, through the index, and where they find too few, its meaning does; of
// these the whole score decides.
#pragma once

#include "matching/collection.hpp"
#include "matching/engine.hpp"
#include "matching/feedback.hpp"
#include "matching/weighting.hpp"

#include <vector>

namespace jishi::matching {

// How many candidates the terms choose for the k best: the heaviest terms of whoever asks, or all
// of them where those find fewer. Of a need, heavy_terms_max (weighting.hpp); of an achievement,
// which does not know what its terms weigh in each need, so many by worth and share of their space.
std::size_t candidates_for(std::size_t k);
inline constexpr std::size_t heavy_worths_max =
    128; // and what is worth as much as the last of them

// `lift`: what grades add (feedback.hpp).
PairScore score_of(
    const Statement& statement,
    const Lexicon& lexicon,
    const Document& need,
    const Document& achievement,
    double lift
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
