// Learns from graded pairs how much each part of a score should count. Three logistic models, one
// for each grade to be reached; the score as it is enters unpenalised and its parts are held back,
// so that with few grades little changes. Kept only if it ranks the graded pairs of needs it was
// not fitted on better than the score alone; the model behind the score may have learned from their
// good pairs, and then the test is easier than it should be.
#pragma once

#include "matching/weighting.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace jishi::matching {

// What of a pair judging looks at: the score, and what it is made of.
inline constexpr std::size_t pair_part_count = 6;
using PairParts = std::array<double, pair_part_count>;
PairParts
parts_of(const DocumentTerms& need, const DocumentTerms& achievement, const Lexicon& lexicon);

struct JudgedPair {
    std::size_t need = 0; // a number; pairs of one need are ranked against each other
    PairParts parts{};
    double grade = 0; // 1..4
};

class Judge {
public:
    // Expects what the score alone lets expect.
    Judge() = default;
    // Deterministic in the pairs and their order.
    static Judge learned_from(std::span<const JudgedPair> pairs);

    bool has_learned() const { return has_learned_; }
    // 1..4. REQUIRES: has_learned().
    double expected_grade(const PairParts& parts) const;
    // That people call it a match: a grade of at least 3. REQUIRES: has_learned().
    double chance(const PairParts& parts) const;

private:
    static constexpr std::size_t levels = 3;                 // at least 2, 3, 4
    using Weights = std::array<double, pair_part_count + 1>; // and the constant
    static Judge fitted(std::span<const JudgedPair* const> pairs);
    double reaches(std::size_t level, const PairParts& parts) const;

    bool has_learned_ = false;
    PairParts means_{}, deviations_{};
    std::array<Weights, levels> weights_{};
};

} // namespace jishi::matching
