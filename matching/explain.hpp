// Why a pair has its score: the sum taken apart again, in words of the need.
#pragma once

#include "matching/match.hpp"
#include "matching/weighting.hpp"

namespace jishi::matching {

// REQUIRES: `statement` was made of `need`.
Explanation explain(
    const Statement& statement,
    const Lexicon& lexicon,
    const Document& need,
    const Document& achievement
);

} // namespace jishi::matching
