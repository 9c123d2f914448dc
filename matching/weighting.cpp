#include "matching/weighting.hpp"

#include <algorithm>
#include <cmath>

namespace jishi::matching {

namespace {

// A market of a few listings says little about a term: as if ten more had been seen, a belief that
// fades as the market grows. Without it a word that the only listing holds would count as common.
constexpr double prior_listings = 10, prior_impact = 116;

// A Latin run stands for a whole word, which in ideographs would be some two bigrams and their
// characters.
constexpr double word_worth = 3;

// Characters are so common that only their square tells the rare ones.
double worth_of(TermKey key, double idf) {
    if (space_of(key) == Space::character) return idf * idf;
    return is_word(key) ? word_worth * idf : idf;
}

} // namespace

TermWeight term_weight(TermKey key, const Collection& market) {
    const auto sums = market.statistics().of(key);
    const auto n = static_cast<double>(market.size()), df = static_cast<double>(sums.listings);
    const double all = n + prior_listings;
    const double weight = worth_of(key, std::log(1 + (all - df + .5) / (df + .5)));
    const double sightings = prior_listings / all;
    const double mean = (static_cast<double>(sums.impact) + sightings * prior_impact) / all;
    const double squares =
        (static_cast<double>(sums.impact_squares) + sightings * prior_impact * prior_impact) / all;
    return {weight, weight * mean, weight * weight * std::max(0.0, squares - mean * mean)};
}

SpaceShares space_shares(const Collection& market) {
    constexpr double short_length = 40, long_length = 160, of_short = 2, of_long = .4;
    const double length = std::clamp(market.mean_length(), short_length, long_length);
    const double along = std::log(length / short_length) / std::log(long_length / short_length);
    const double characters = of_short * std::pow(of_long / of_short, along);
    return {characters / (1 + characters), 1 / (1 + characters)};
}

Norm Moments::norm(double share) const {
    if (variance <= 0) return {};
    const double scale = share / std::sqrt(variance);
    return {scale, scale * mean};
}

Statement statement_of(const DocumentTerms& need, const Collection& market) {
    Statement out;
    out.terms.reserve(need.terms.size());
    std::array<Moments, space_count> moments;
    for (const auto& term : need.terms) {
        const double q = statement_weight(term.count);
        const auto weight = term_weight(term.key, market);
        moments[index_of(space_of(term.key))].add(q, weight);
        out.terms.push_back({term.key, q * weight.weight});
    }
    const auto shares = space_shares(market);
    std::array<Norm, space_count> norms;
    for (std::size_t space = 0; space < space_count; ++space) {
        norms[space] = moments[space].norm(shares[space]);
        out.base += norms[space].base;
    }
    for (auto& term : out.terms)
        term.weight *= norms[index_of(space_of(term.key))].scale;
    return out;
}

double settled(double score) {
    return std::ldexp(std::round(std::ldexp(score, 32)), -32);
}

double lexical_score(const Statement& statement, const DocumentTerms& achievement) {
    const auto& row = impacts()[length_class_of(achievement.length)];
    double sum = 0;
    auto at = achievement.terms.begin();
    for (const auto& term : statement.terms) {
        while (at != achievement.terms.end() && at->key < term.key)
            ++at;
        if (at == achievement.terms.end()) break;
        if (at->key == term.key) sum += term.weight * row[at->count.total()];
    }
    return sum - statement.base;
}

std::vector<double> weighted_sums(const Collection::View& view, const Statement& statement) {
    const auto& classes = *view.length_classes;
    const auto& impact = impacts();
    std::vector<double> sums(classes.size(), 0);
    const auto key_of = [](const Statement::Term& term) { return term.key; };
    for_each_held(*view.segment, statement.terms, key_of, [&](std::size_t term, Postings held) {
        const double weight = statement.terms[term].weight;
        for (std::size_t i = 0; i < held.slots.size(); ++i) {
            const auto slot = held.slots[i];
            sums[slot] += weight * impact[classes[slot]][held.counts[i].total()];
        }
    });
    return sums;
}

NeedNorms::NeedNorms(const Collection& needs, const Collection& achievements) {
    const auto shares = space_shares(achievements);
    std::array<double, 256> statement_weights{};
    for (unsigned packed = 0; packed < 256; ++packed)
        statement_weights[packed] = statement_weight(TermCount{static_cast<std::uint8_t>(packed)});
    for (const auto& view : needs.views()) {
        const auto& segment = *view.segment;
        std::vector<std::array<Moments, space_count>> moments(segment.size());
        for (std::size_t t = 0; t < segment.term_count(); ++t) {
            const auto weight = term_weight(segment.key(t), achievements);
            const auto space = index_of(space_of(segment.key(t)));
            const auto [slots, counts] = segment.postings(t);
            for (std::size_t i = 0; i < slots.size(); ++i)
                moments[slots[i]][space].add(statement_weights[counts[i].packed], weight);
        }
        auto& norms = norms_.emplace_back();
        for (const auto& of_need : moments)
            norms.push_back({of_need[0].norm(shares[0]), of_need[1].norm(shares[1])});
    }
}

} // namespace jishi::matching
