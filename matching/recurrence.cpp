#include "matching/recurrence.hpp"

#include <algorithm>
#include <cmath>

namespace jishi::matching {

namespace {

constexpr double prior_strength = 20;
// That hold nothing: without them the first listings would teach that no word is rare.
constexpr std::size_t prior_listings = 10;
constexpr std::size_t buckets = 64;
constexpr std::uint32_t seen_min = 2; // rarer terms are worth what an unseen one is

std::size_t bucket_of(double count) {
    return std::min(buckets - 1, static_cast<std::size_t>(2 * std::log(count + 1)));
}

// How often terms of a frequency recur, as a belief to start from.
struct Prior {
    double recurring = 1, halves = 4;
    double rate() const { return recurring / halves; }
};
using Priors = std::array<std::array<Prior, buckets>, space_count>;

double log_odds(double p) {
    p = std::clamp(p, 1e-6, 1 - 1e-6);
    return std::log(p / (1 - p));
}

float weight_of(Space space, double recurs, double base) {
    const double weight = std::max(0.0, log_odds(recurs) - log_odds(base));
    return static_cast<float>(space == Space::character ? weight * weight : weight);
}

// Prose of Latin words; names and numbers stand in texts of ideographs, too.
bool is_latin(const Terms& terms) {
    std::size_t words = 0, ideographs = 0;
    for (const auto key : terms) {
        words += (key & as_word_bits) == word_bit;
        ideographs += space_of(key) == Space::character;
    }
    return words > 4 * ideographs;
}

// The share of so many halves that hold a term, less two deviations: what a few say is no share.
double surely(double holding, double all) {
    return holding > 8 ? (holding / 2 - 2 * std::sqrt(holding / 2)) / (all / 2) : 0;
}

} // namespace

void Recurrence::add_half(const Terms& terms) {
    const bool latin = is_latin(terms);
    latin_halves_ += latin;
    for (const auto key : terms) {
        auto& counts = counts_[key];
        ++counts.halves;
        counts.latin_halves += latin;
    }
}

void Recurrence::add_pair(const Terms& a, const Terms& b) {
    ++pairs_;
    add_half(a);
    add_half(b);
    Terms both;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
    for (const auto key : both)
        counts_[key].recurring += 2;
}

void Recurrence::add_listing(const Terms& terms) {
    ++listings_;
    for (const auto key : terms)
        ++counts_[key].listings;
}

const Recurrence::Counts& Recurrence::of(TermKey key) const {
    static const Counts none;
    const auto at = counts_.find(key);
    return at == counts_.end() ? none : at->second;
}

double Recurrence::chance_of(const Counts& counts, bool by_halves) const {
    const auto all = static_cast<double>(pairs_), latin = static_cast<double>(latin_halves_);
    const double holding = counts.halves;
    if (!by_halves) {
        // What nearly every half holds recurs by chance, however few bare titles have it.
        const double held = holding / 2 / (all + prior_listings);
        const auto listings = static_cast<double>(listings_ + prior_listings + 1);
        return std::max((counts.listings + .5) / listings, held * held);
    }
    const double overall = (holding / 2 + .5) / (all + prior_listings + 1);
    if (counts.latin_halves == 0 || latin_halves_ == 2 * pairs_) return overall;
    const double in_latin = counts.latin_halves, in_others = holding - in_latin;
    const double in_like_halves =
        in_latin * surely(in_latin, latin) + in_others * surely(in_others, 2 * all - latin);
    return std::max(overall, in_like_halves / holding);
}

std::vector<std::uint32_t> Recurrence::weigh(bool by_halves, Model::Parts& parts) const {
    const auto count_of = [&](const Counts& c) {
        return by_halves ? c.halves / 2.0 : static_cast<double>(c.listings);
    };
    const double all = static_cast<double>((by_halves ? pairs_ : listings_) + prior_listings + 1);
    Priors priors{};
    for (const auto& [key, counts] : counts_) {
        auto& prior = priors[index_of(space_of(key))][bucket_of(count_of(counts))];
        prior.recurring += counts.recurring;
        prior.halves += counts.halves;
    }
    const auto is_seen = [](const auto& one) {
        return one.second.halves >= seen_min || one.second.listings >= seen_min;
    };
    const auto seen =
        static_cast<std::size_t>(std::count_if(counts_.begin(), counts_.end(), is_seen));
    parts.term_keys.reserve(seen);
    for (const auto& one : counts_)
        if (is_seen(one)) parts.term_keys.push_back(one.first);
    std::ranges::sort(parts.term_keys, {}, mixed);
    const double listed = static_cast<double>(listings_) + 1;
    std::vector<std::uint32_t> halves;
    halves.reserve(seen);
    parts.terms.reserve(seen);
    for (const auto key : parts.term_keys) {
        const auto& counts = of(key);
        const auto& prior = priors[index_of(space_of(key))][bucket_of(count_of(counts))];
        const double recurs =
            (counts.recurring + prior_strength * prior.rate()) / (counts.halves + prior_strength);
        parts.terms.push_back(
            {weight_of(space_of(key), recurs, chance_of(counts, by_halves)),
             static_cast<float>((of(sought(key)).listings + .5) / listed)}
        );
        halves.push_back(counts.halves);
    }
    for (std::size_t space = 0; space < space_count; ++space)
        parts.unseen[space] = {
            weight_of(static_cast<Space>(space), priors[space][0].rate(), .5 / all),
            static_cast<float>(.5 / listed)};
    parts.listings = listings_;
    return halves;
}

} // namespace jishi::matching
