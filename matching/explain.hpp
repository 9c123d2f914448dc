// Why a pair has its score: the sum taken apart again, in words of the need.
#pragma once

#include "matching/match.hpp"
#include "matching/weighting.hpp"

namespace jishi::matching {

// `feedback`: what grades add. REQUIRES: `statement` was made of `need`.
Explanation explain(
    const Statement& statement,
    const Lexicon& lexicon,
    const Document& need,
    const Document& achievement,
    std::vector<Contribution> feedback
);

} // namespace jishi::matching
