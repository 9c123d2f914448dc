// Why a pair has its score: the sum taken apart again, in words of the need.
#pragma once

#include "matching/match.hpp"
#include "matching/weighting.hpp"
#include "matching/wording.hpp"

namespace jishi::matching {

// `feedback`: what grades add. REQUIRES: `statement` was made of `need`, both documents were
// worded with the model of the lexicon.
Explanation explain(
    const Statement& statement,
    const Lexicon& lexicon,
    const WordedDocument& need,
    const WordedDocument& achievement,
    std::vector<Contribution> feedback
);

} // namespace jishi::matching
