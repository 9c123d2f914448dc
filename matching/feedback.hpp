// Grades of a few counterparts re-rank the rest: what is like something graded better than it
// looked rises, what is like something graded worse falls.
//
//   lift(d) = c sum_j K(d, j) (g_j - e_j) / (sum_j K(d, j) + k0)
//
// g_j: the grade of counterpart j, e_j: what its score let expect, K: the square of how alike the
// texts of d and j are (a kernel estimate after Nadaraya and Watson, shrunk towards no lift).
#pragma once

#include "matching/grade.hpp"
#include "matching/match.hpp"
#include "matching/weighting.hpp"

#include <memory>
#include <string>
#include <vector>

namespace jishi::matching {

// The grade that a score lets expect, 1..4.
double expected_grade(double score);

class Feedback {
public:
    // Nobody has graded anything.
    Feedback() = default;
    // REQUIRES: `lexicon` outlives it.
    explicit Feedback(const Lexicon& lexicon) : lexicon_(&lexicon) {}

    void add(const Document& counterpart, double grade, double expected);
    bool empty() const { return graded_.empty(); }

    // What the grades add to the raw score of another counterpart.
    double lift_of(const Document& counterpart) const;
    // The same from its meaning alone. REQUIRES: there is a model.
    double lift_of(MeaningView meaning) const;

    // The lift taken apart, a line for each grade that moved it much; they add up to it.
    std::vector<Contribution> reasons_of(const Document& counterpart) const;

private:
    // The direction of a text: its meaning, or without a model its terms by worth.
    struct Direction {
        Meaning meaning;
        std::vector<std::pair<TermKey, float>> terms; // ascending keys, of unit length
    };
    struct Graded {
        market::ListingId id;
        std::string title;
        double grade, surprise;
        Direction direction;
    };
    Direction direction_of(const Document& document) const;
    static double kernel(const Direction& a, const Direction& b);
    std::vector<double> kernels_of(const Direction& direction) const;
    double lift_of(const std::vector<double>& kernels) const;

    const Lexicon* lexicon_ = nullptr;
    std::vector<Graded> graded_;
};

} // namespace jishi::matching
