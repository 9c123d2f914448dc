// Takes the likeness of two meanings apart: which words on this side answer to which on that side.
#pragma once

#include "matching/match.hpp"
#include "matching/weighting.hpp"
#include "matching/wording.hpp"

#include <vector>

namespace jishi::matching {

// Every word of a text makes a part of its meaning, so a likeness is a sum over the words of one
// side and the other. A bridge, "a ~ b、c", is what a word of the need has in common with all the
// achievement says in words the need has not, and names those of them that have most of it. Then
// what the words both have bring, and the rest, a line each. All add up to the meaning score
// without its base. Empty without a model, or where either text has no known word.
std::vector<Contribution> bridges_of(
    const Statement& statement,
    const Lexicon& lexicon,
    const WordedDocument& need,
    const WordedDocument& achievement
);

} // namespace jishi::matching
