// The lexical score L: per space, the BM25-like sum over shared terms, standardised against the
// whole market so that scores compare across needs. Needs are always the side that states;
// achievements the side that answers.
//
//   S_f = sum_t q_t W_t x_t      q: statement weight, W: idf (bigrams) or idf^2 (characters), x:
//   impact in the achievement Z_f = (S_f - m_f) / s_f      m_f = sum q_t W_t mean_t,  s_f^2 = sum
//   q_t^2 W_t^2 variance_t  over all achievements L   = (Z_bigram + c Z_character) / (1 + c)
#pragma once

#include "matching/collection.hpp"
#include "matching/terms.hpp"

#include <array>
#include <vector>

namespace jishi::matching {

// What one sighting of a term is worth in a market, and what any listing gets from it.
struct TermWeight {
    double weight = 0;             // W_t
    double mean = 0, variance = 0; // of W_t x_t over the market
};
TermWeight term_weight(TermKey key, const Collection& market);

// How much each space counts, adding up to 1: characters much where texts are bare titles, little
// where they are long.
using SpaceShares = std::array<double, space_count>;
SpaceShares space_shares(const Collection& market);

// A need made ready for one market of achievements: L of an achievement is the sum of weight times
// impact, less `base`.
struct Statement {
    struct Term {
        TermKey key;
        double weight;
    };
    std::vector<Term> terms; // ascending keys
    double base = 0;
};
Statement statement_of(const DocumentTerms& need, const Collection& market);

// A score without the noise of its last bits, so that what ties by definition ties in fact: a
// multiple of 2^-32.
double settled(double score);

// L of one achievement; bit for bit what ranking adds up, in the same order.
double lexical_score(const Statement& statement, const DocumentTerms& achievement);

// The same for all slots of a view, without the base; 0 for those that are gone or share nothing.
std::vector<double> weighted_sums(const Collection::View& view, const Statement& statement);

// The Z of a space, as the factor on S and what is taken off.
struct Norm {
    double scale = 0, base = 0;
};
// Mean and variance of S_f summed over a need's terms, before they become a norm.
struct Moments {
    double mean = 0, variance = 0;
    void add(double statement_weight, const TermWeight& term) {
        mean += statement_weight * term.mean;
        variance += statement_weight * statement_weight * term.variance;
    }
    Norm norm(double share) const;
};
using SpaceNorms = std::array<Norm, space_count>;

// The norms of every need of a market, for ranking needs by one achievement: one sweep over the
// index of the needs.
class NeedNorms {
public:
    NeedNorms(const Collection& needs, const Collection& achievements);
    const SpaceNorms& of(std::size_t view, std::size_t slot) const { return norms_[view][slot]; }

private:
    std::vector<std::vector<SpaceNorms>> norms_;
};

} // namespace jishi::matching
