// What was learned from the texts of a market: what a term is worth, and which words mean alike.
// Immutable; a market without one ranks by the plain rarity of words.
#pragma once

#include "matching/directions.hpp"
#include "matching/key_table.hpp"
#include "matching/meaning.hpp"
#include "matching/norms.hpp"
#include "matching/terms.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace jishi::matching {

// What one sighting of a term is worth in a market, and what any listing gets from it.
struct TermWeight {
    double weight = 0;             // W_t
    double mean = 0, variance = 0; // of W_t x_t over the market, x_t the impact in a listing
};

// How much each space of terms counts, and the meaning. By rarity the spaces add up to 1; where
// there is a meaning all add up to 1.5, so that a score means the same in every market.
struct Shares {
    std::array<double, space_count> spaces{};
    double meaning = 0;
    bool operator==(const Shares&) const = default;
};
// Of a market whose achievements have so many ideographs on average: characters count much where
// texts are bare titles, little where they are long.
Shares shares_by_rarity(double mean_size);
// Of a market whose achievements have so many tokens, and so many ideographs, on average; a Latin
// word is one token and counts for `word_size` ideographs. A meaning counts more the more of a
// text it is made from, and the more listings taught it: of few the vectors are noise.
inline constexpr double word_size = 4;
Shares shares_of(double mean_length, double mean_size, std::uint64_t listings);
const ImpactTable& impacts_of(double mean_length, double mean_size);

// Mean and variance of a space's sum over a need's terms, before they become a norm.
struct Moments {
    double mean = 0, variance = 0;
    void add(double statement_weight, const TermWeight& term) {
        mean += statement_weight * term.mean;
        variance += statement_weight * statement_weight * term.variance;
    }
    Norm norm(double share) const;
};
NeedNorm
norm_of(const std::array<Moments, space_count>& spaces, const Shares& shares, const Norm& meaning);

// No term counts as rarer, lest a need of nothing but rare words has a score without bounds: so one
// space's Z of one term stays below 200, and whole sums fit 32 bits.
inline constexpr double rarest_rate = 1e-4;

class Model {
public:
    struct Term {
        float weight = 0; // W_t
        float rate = 0;   // the share of listings that hold it
    };
    // What `learn` puts together and a file keeps.
    struct Parts {
        std::vector<std::uint64_t> term_keys, word_keys; // each in the order of a KeyTable
        std::vector<Term> terms;
        std::array<Term, space_count> unseen{};         // what a term not in the table is worth
        std::array<double, space_count> mean_impacts{}; // where a term occurs
        double mean_length = 0;                         // of an achievement, in tokens
        double mean_size = 0;         // the same in ideographs, a Latin word counting for four
        std::uint32_t dimensions = 0; // of a meaning; a multiple of 16, or 0
        std::vector<std::uint8_t> word_vectors; // a row a word (PackedRow)
        std::vector<float> word_scales;         // a word's vector is its row times this
        std::vector<float> mean, covariance;    // of the achievements' meanings
        std::vector<float> need_mean;           // of the needs'; zeros where few were learned from
        std::uint64_t listings = 0;             // that it was learned from
    };
    explicit Model(Parts parts);
    Model(const Model&) = delete; // the tables stand in the parts
    Model& operator=(const Model&) = delete;

    const Parts& parts() const { return parts_; }
    // A hash of all that was learned: equal for equal histories.
    std::uint64_t version() const { return version_; }

    TermWeight term_weight(TermKey key) const;
    // Of many: faster than one by one.
    std::vector<TermWeight> term_weights(std::span<const TermKey> keys) const;
    double rate_of(TermKey key) const; // of listings that hold it; 0 where it is not known
    const Shares& shares() const { return shares_; }
    const ImpactTable& impacts() const { return impacts_; }

    std::size_t dimensions() const { return parts_.dimensions; }
    // Which way a text's known words point, as long as meaning_length() says; zeros if none is
    // known.
    std::vector<float> direction_of(const DocumentTerms& terms) const;
    Meaning meaning_of(const DocumentTerms& terms) const;
    // Of a need, without what all needs have in common, which says nothing about any of them.
    Meaning need_meaning_of(const DocumentTerms& terms) const;
    double meaning_length() const { return matching::meaning_length(dimensions()); }
    NeedNorm norm_of(const DocumentTerms& need, MeaningView meaning) const;
    // Makes the alignment of an achievement's meaning with a need's comparable over needs.
    Norm meaning_norm(MeaningView need) const;

    // The word's number among those with a vector; what it brings to a meaning, before the meaning
    // is brought to its length.
    std::optional<std::uint32_t> word_of(TermKey key) const { return words_.find(key); }
    PackedRow vector_of(std::uint32_t word) const;
    float scale_of(std::uint32_t word) const { return parts_.word_scales[word]; }

private:
    TermWeight worth_of(TermKey key, const Term& term) const;

    Parts parts_;
    KeyTable terms_, words_;
    Shares shares_;
    const ImpactTable& impacts_;
    std::uint64_t version_ = 0;
};

} // namespace jishi::matching
