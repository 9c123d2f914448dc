// Learns vectors for words such that two parts of one text point the same way and parts of
// different texts do not: a bridge between the words of problems and those of solutions. Of every
// text a random third or so of its clauses must find the rest of it among a thousand others
// (contrastive learning; the inverse cloze task of Lee, Chang and Toutanova 2019 with bags of
// words).
#pragma once

#include "matching/corpus.hpp"
#include "matching/learning.hpp"

#include <span>
#include <vector>

namespace jishi::matching {

// Fills in the words, their vectors, mean and covariance of the achievements' meanings, and the
// mean of the needs'.
void learn_meanings(
    LearnedTexts&& texts,
    std::span<const std::uint32_t> halves,
    const LearningLimits& limits,
    const ListingSource& achievements,
    const ListingSource& needs,
    Model::Parts& parts
);

} // namespace jishi::matching
