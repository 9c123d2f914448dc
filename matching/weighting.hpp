// The score of a need's text against an achievement's: per space of terms, the BM25-like sum over
// what they share, standardised against the whole market so that scores compare across needs, and
// the likeness of their meanings, standardised the same way. Needs are always the side that states;
// achievements the side that answers.
//
//   S_f = sum_t q_t W_t x_t     f: characters, bigrams, words; q: statement weight, W: worth of
//                               the term, x: impact
//   Z_f = (S_f - m_f) / s_f     m_f = sum q_t W_t mean_t, s_f^2 = sum q_t^2 W_t^2 variance_t
//   L = sum_f share_f Z_f
//   text score = L + share_m (n.a - n.mean) / sqrt(n C n)     n, a: the meanings of both, n
//                               without what all needs have in common
#pragma once

#include "matching/collection.hpp"
#include "matching/model.hpp"
#include "matching/pair.hpp"
#include "matching/terms.hpp"

#include <array>
#include <memory>
#include <vector>

namespace jishi::matching {

// What terms are worth in a market: as a model learned it, or by their rarity among the live
// achievements.
class Lexicon {
public:
    // REQUIRES: both outlive it; `model` may be null.
    Lexicon(const Collection& achievements, const Model* model);

    std::vector<TermWeight> weights_of(std::span<const TermKey> keys) const;
    TermWeight weight_of(TermKey key) const;
    const Shares& shares() const { return shares_; }
    const Model* model() const { return model_; }
    const ImpactTable& impacts() const { return impacts_; }
    const Calibration& calibration() const {
        return model_ != nullptr ? calibration_learned : calibration_by_rarity;
    }

    Meaning meaning_of(const DocumentTerms& terms) const; // empty without a model

private:
    const Collection& achievements_;
    const Model* model_;
    Shares shares_;
    const ImpactTable& impacts_;
};

// Some of the terms in an order that begins with those that matter most.
struct TermRange {
    std::size_t begin = 0, end = 0;
};

// A need made ready for one market of achievements: L of an achievement is the sum of weight times
// impact, less `base`. Weights are whole numbers of `weight_unit`, so that a sum is the same in
// whatever order it is added up.
inline constexpr double weight_unit = 1.0 / (1 << 22);
inline constexpr std::size_t heavy_terms_max = 32; // and what weighs as much as the last of them
struct Statement {
    struct Term {
        TermKey key; // as it stands in achievements
        std::int32_t weight;
    };
    std::vector<Term> terms;              // ascending keys
    std::vector<std::uint32_t> by_weight; // their places, the heaviest first
    std::size_t heavy = 0;                // how many of these are heavy
    TermRange all_terms() const { return {0, terms.size()}; }
    TermRange heavy_terms() const { return {0, heavy}; }
    TermRange light_terms() const { return {heavy, terms.size()}; }
    const ImpactTable* impacts = nullptr;
    double base = 0;
    Meaning meaning;
    Norm meaning_norm;
};
Statement statement_of(const DocumentTerms& need, const Lexicon& lexicon);
// The same without its meaning, which a search does not ask for.
Statement lexical_statement_of(const DocumentTerms& need, const Lexicon& lexicon);

// A score without the noise of its last bits, so that what ties by definition ties in fact: a
// multiple of 2^-32.
double settled(double score);

double lexical_score(const Statement& statement, const DocumentTerms& achievement);
// Of the alignment of two meanings, by the need's norm.
inline double meaning_score(std::int32_t alignment, const Norm& norm) {
    return static_cast<double>(norm.scale) * alignment - static_cast<double>(norm.base);
}
double meaning_score(MeaningView need, const Norm& norm, MeaningView achievement);
inline double meaning_score(const Statement& statement, MeaningView achievement) {
    return meaning_score(statement.meaning, statement.meaning_norm, achievement);
}

// What a term of a need weighs: the factor of its space times what it is worth as often as it is
// stated.
std::int32_t weight_in_units(float scale, double stated_worth);

// The norms of every need of a market, for ranking needs by one achievement: with a model the
// segments hold them, without one they change with the market and one sweep over the index of the
// needs finds them.
class NeedNorms {
public:
    // REQUIRES: `needs` outlives it.
    NeedNorms(const Collection& needs, const Lexicon& lexicon);
    const NormColumns& of(std::size_t view) const {
        return norms_.empty() ? needs_.views()[view].segment->norms() : norms_[view];
    }

private:
    const Collection& needs_;
    std::vector<NormColumns> norms_; // of each view
};

} // namespace jishi::matching
