// Refines what terms are worth by trying them: weights learned one by one count twice what says the
// same thing, as the three bigrams of 卷积神经 do. Here all weights together must let a random part
// of a text find the rest of it among a thousand others.
#pragma once

#include "matching/corpus.hpp"
#include "matching/learning.hpp"
#include "matching/model.hpp"

#include <span>

namespace jishi::matching {

// Changes the weights of bigrams and words in `parts`. REQUIRES: weigh() was there before.
void refine_weights(
    std::span<const LearnedText* const> texts, const LearningLimits& limits, Model::Parts& parts
);

} // namespace jishi::matching
