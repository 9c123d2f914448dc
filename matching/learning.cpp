#include "matching/learning.hpp"

#include "matching/corpus.hpp"
#include "matching/meanings.hpp"
#include "matching/recurrence.hpp"

#include <algorithm>

namespace jishi::matching {

namespace {

// What words of the statement count for, in listings: there a word is its character or bigram.
void measure_listings(std::span<const Document* const> achievements, Model::Parts& parts) {
    std::array<double, space_count> impact_sums{}, sightings{};
    double length = 0;
    for (const auto* achievement : achievements) {
        const auto terms = terms_of(*achievement);
        length += terms.length;
        const auto& impact = impacts()[length_class_of(terms.length)];
        for (const auto& term : terms.terms) {
            impact_sums[index_of(space_of(term.key))] += impact[term.count.total()];
            ++sightings[index_of(space_of(term.key))];
        }
    }
    for (std::size_t space = 0; space < space_count; ++space)
        parts.mean_impacts[space] =
            sightings[space] > 0 ? impact_sums[space] / sightings[space] : 1;
    if (!achievements.empty()) parts.mean_length = length / static_cast<double>(achievements.size());
}

// Halves of the body, and the title with the body. Whether there was a body to cut.
bool add_pairs(const LearnedText& text, Recurrence& recurrence) {
    const std::size_t first = text.titled ? 1 : 0, count = text.clauses.size();
    if (text.titled && count > 1) recurrence.add_pair(text.clauses[0], joined(text, 1, count));
    const auto middle = middle_of(text);
    if (middle >= count) return false;
    recurrence.add_pair(joined(text, first, middle), joined(text, middle, count));
    return true;
}

} // namespace

std::shared_ptr<const Model> learn(
    std::span<const Document* const> achievements,
    std::span<const Document* const> needs,
    const LearningLimits& limits
) {
    const auto supply = sample_of(achievements, limits.listings_max);
    const auto demand = sample_of(needs, limits.listings_max);
    Model::Parts parts;
    measure_listings(sample_of(supply, 20'000), parts);

    Recurrence recurrence;
    std::vector<LearnedText> texts;
    texts.reserve(supply.size() + demand.size());
    std::size_t cut = 0;
    for (const auto* document : supply) {
        texts.push_back(learned_text(*document));
        cut += add_pairs(texts.back(), recurrence);
        recurrence.add_listing(joined(texts.back(), 0, texts.back().clauses.size()));
    }
    for (const auto* document : demand) {
        texts.push_back(learned_text(*document));
        add_pairs(texts.back(), recurrence);
    }
    recurrence.weigh(2 * cut >= supply.size(), parts);
    if (limits.dimensions > 0)
        learn_meanings(texts, recurrence, limits, supply, parts);
    return std::make_shared<const Model>(std::move(parts));
}

} // namespace jishi::matching
