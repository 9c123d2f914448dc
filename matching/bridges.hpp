// Takes the likeness of two meanings apart: which word on this side answers to which on that side.
#pragma once

#include "matching/match.hpp"
#include "matching/weighting.hpp"

#include <vector>

namespace jishi::matching {

// The strongest bridges between different words, then the rest in one line; they add up to the
// meaning score without its base. Empty without a model, or where either text has no known word.
std::vector<Contribution> bridges_of(
    const Statement& statement,
    const Model& model,
    const Document& need,
    const Document& achievement
);

} // namespace jishi::matching
