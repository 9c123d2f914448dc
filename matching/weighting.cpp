#include "matching/weighting.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace jishi::matching {

namespace {

// A market of a few listings says little about a term: as if ten more had been seen, a belief that
// fades as the market grows. Without it a word that the only listing holds would count as common.
constexpr double prior_listings = 10, prior_impact = 116;

// Characters are so common that only their square tells the rare ones.
double worth_of(Space space, double rarity) {
    return space == Space::character ? rarity * rarity : rarity;
}

TermWeight weight_by_rarity(TermKey key, const Collection& market) {
    const auto sums = market.statistics().of(sought(key));
    const auto n = static_cast<double>(market.size()), df = static_cast<double>(sums.listings);
    const double all = n + prior_listings;
    const double weight = worth_of(space_of(key), std::log(1 + (all - df + .5) / (df + .5)));
    const double sightings = std::max(prior_listings / all, rarest_rate);
    const double mean = (static_cast<double>(sums.impact) + sightings * prior_impact) / all;
    const double squares =
        (static_cast<double>(sums.impact_squares) + sightings * prior_impact * prior_impact) / all;
    return {weight, weight * mean, weight * weight * std::max(0.0, squares - mean * mean)};
}

void order_by_weight(Statement& statement) {
    const auto& terms = statement.terms;
    auto& order = statement.by_weight;
    order.resize(terms.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_sort(order, std::greater<>(), [&](auto i) { return terms[i].weight; });
    statement.heavy = std::min(terms.size(), heavy_terms_max);
    while (statement.heavy > 0 && statement.heavy < order.size() &&
           terms[order[statement.heavy]].weight == terms[order[statement.heavy - 1]].weight)
        ++statement.heavy;
}

} // namespace

Lexicon::Lexicon(const Collection& achievements, const Model* model)
    : achievements_(achievements), model_(model),
      shares_(model != nullptr ? model->shares() : shares_by_rarity(achievements.mean_length())),
      impacts_(model != nullptr ? model->impacts() : jishi::matching::impacts()) {}

TermWeight Lexicon::weight_of(TermKey key) const {
    return model_ != nullptr ? model_->term_weight(key) : weight_by_rarity(key, achievements_);
}

std::vector<TermWeight> Lexicon::weights_of(std::span<const TermKey> keys) const {
    if (model_ != nullptr) return model_->term_weights(keys);
    std::vector<TermWeight> out;
    for (const auto key : keys)
        out.push_back(weight_of(key));
    return out;
}

Meaning Lexicon::meaning_of(const DocumentTerms& terms) const {
    return model_ != nullptr ? model_->meaning_of(terms) : Meaning{};
}

Statement lexical_statement_of(const DocumentTerms& need, const Lexicon& lexicon) {
    Statement out;
    out.impacts = &lexicon.impacts();
    std::array<Moments, space_count> moments;
    std::vector<double> weights;
    const auto learned = lexicon.weights_of(keys_of(need));
    for (std::size_t i = 0; i < learned.size(); ++i) {
        const auto& [key, count] = need.terms[i];
        moments[index_of(space_of(key))].add(statement_weight(count), learned[i]);
        weights.push_back(statement_weight(count) * learned[i].weight);
    }
    const auto norm = norm_of(moments, lexicon.shares(), {});
    out.base = static_cast<double>(norm.base);
    for (std::size_t i = 0; i < need.terms.size(); ++i) {
        const auto key = need.terms[i].key;
        const auto units = weight_in_units(norm.scales[index_of(space_of(key))], weights[i]);
        if (units > 0) out.terms.push_back({sought(key), units});
    }
    std::stable_sort(out.terms.begin(), out.terms.end(), [](const auto& a, const auto& b) {
        return a.key < b.key;
    });
    // A character or bigram that is a word as well counts in both spaces.
    std::size_t kept = 0;
    for (const auto& term : out.terms)
        if (kept > 0 && out.terms[kept - 1].key == term.key)
            out.terms[kept - 1].weight += term.weight;
        else
            out.terms[kept++] = term;
    out.terms.resize(kept);
    order_by_weight(out);
    return out;
}

Statement statement_of(const DocumentTerms& need, const Lexicon& lexicon) {
    auto out = lexical_statement_of(need, lexicon);
    if (const auto* model = lexicon.model(); model != nullptr) {
        out.meaning = model->need_meaning_of(need);
        out.meaning_norm = model->meaning_norm(out.meaning);
    }
    return out;
}

double settled(double score) {
    return std::round(score * 0x1p32) * 0x1p-32;
}

double lexical_score(const Statement& statement, const DocumentTerms& achievement) {
    const auto& row = (*statement.impacts)[length_class_of(achievement.length)];
    std::int64_t sum = 0;
    auto at = achievement.terms.begin();
    for (const auto& term : statement.terms) {
        while (at != achievement.terms.end() && at->key < term.key)
            ++at;
        if (at == achievement.terms.end()) break;
        if (at->key == term.key) sum += std::int64_t{term.weight} * row[at->count.total()];
    }
    return static_cast<double>(sum) * weight_unit - statement.base;
}

double meaning_score(MeaningView need, const Norm& norm, MeaningView achievement) {
    if (need.empty() || achievement.empty()) return 0;
    return meaning_score(alignment(need, achievement), norm);
}

std::int32_t weight_in_units(float scale, double stated_worth) {
    return static_cast<std::int32_t>(
        std::lround(static_cast<double>(scale) * stated_worth / weight_unit)
    );
}

NeedNorms::NeedNorms(const Collection& needs, const Lexicon& lexicon) : needs_(needs) {
    if (lexicon.model() != nullptr) return;
    for (const auto& view : needs.views()) {
        const auto& segment = *view.segment;
        std::vector<std::array<Moments, space_count>> moments(segment.size());
        // In the order in which a need's own terms are added up.
        std::vector<std::size_t> terms(segment.term_count());
        std::iota(terms.begin(), terms.end(), std::size_t{0});
        const auto keys = segment.keys();
        std::ranges::sort(terms, {}, [&](std::size_t t) { return keys[t]; });
        for (const auto t : terms) {
            const auto weight = lexicon.weight_of(keys[t]);
            const auto space = index_of(space_of(keys[t]));
            segment.postings(t).for_each([&](SlotIndex slot, TermCount count) {
                moments[slot][space].add(statement_weight(count), weight);
            });
        }
        auto& norms = norms_.emplace_back();
        for (const auto& of_need : moments)
            norms.push_back(norm_of(of_need, lexicon.shares(), {}));
    }
}

} // namespace jishi::matching
