#include "matching/learning.hpp"

#include "matching/corpus.hpp"
#include "matching/meanings.hpp"
#include "matching/recurrence.hpp"
#include "matching/refinement.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <numeric>

namespace jishi::matching {

namespace {

constexpr std::size_t sample_max = 20'000;  // of each kind: enough for what is common
constexpr std::size_t confirmed_weight = 4; // a confirmed match is read as often as so many texts

// How much of a text is no set text.
double own_share(const Document& document, const SetTexts& set_texts) {
    if (set_texts.empty()) return 1;
    const auto length_of = [](const LearnedText& text) {
        return std::reduce(text.lengths.begin(), text.lengths.end(), 0.0);
    };
    auto text = learned_text(document);
    const double all = length_of(text);
    set_texts.leave_out_of(text);
    return all > 0 ? length_of(text) / all : 1;
}

// Lengths, and what a sighting of a term is worth on average.
void measure_listings(
    std::span<const Document* const> achievements, const SetTexts& set_texts, Model::Parts& parts
) {
    std::vector<DocumentTerms> listings;
    for (const auto* achievement : achievements)
        listings.push_back(terms_of(*achievement));
    const double count = std::max<double>(1, static_cast<double>(listings.size()));
    for (std::size_t i = 0; i < listings.size(); ++i) {
        const auto& terms = listings[i];
        std::array<double, space_count> counts{};
        for (const auto& term : terms.terms)
            counts[index_of(space_of(term.key))] += term.count.total();
        // Counts of one term end at a few, so they tell the share of words and not their number.
        const auto characters = counts[index_of(Space::character)],
                   words = counts[index_of(Space::word)];
        const double share = words > 0 ? words / (words + characters) : 0;
        parts.mean_length += terms.length / count;
        parts.mean_size += own_share(*achievements[i], set_texts) * terms.length *
                           (1 + (word_size - 1) * share) / count;
    }
    std::array<double, space_count> sums{}, sightings{};
    if (listings.empty()) parts.mean_length = usual_length;
    const auto& impact = impacts_of(parts.mean_length, parts.mean_size);
    for (const auto& terms : listings)
        for (const auto& term : terms.terms) {
            const auto space = index_of(space_of(term.key));
            sums[space] += impact[length_class_of(terms.length)][term.count.total()];
            ++sightings[space];
        }
    const double once =
        impact[length_class_of(static_cast<std::uint32_t>(std::lround(parts.mean_length)))][1];
    for (std::size_t space = 0; space < space_count; ++space)
        parts.mean_impacts[space] = sightings[space] > 0 ? sums[space] / sightings[space] : once;
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

// What people called a match is like one text: a half that asks and a half that answers.
LearnedText text_of(const ConfirmedMatch& match, const SetTexts& demands, const SetTexts& offers) {
    LearnedText out;
    const auto add = [&](const Document& document, const SetTexts& set_texts) {
        auto text = learned_text(document);
        set_texts.leave_out_of(text);
        out.clauses.push_back(joined(text, 0, text.clauses.size()));
        out.lengths.push_back(std::reduce(text.lengths.begin(), text.lengths.end()));
    };
    add(*match.need, demands);
    add(*match.achievement, offers);
    return out;
}

std::vector<ConfirmedMatch> in_order(std::span<const ConfirmedMatch> matches) {
    std::vector<ConfirmedMatch> out(matches.begin(), matches.end());
    std::ranges::sort(out, {}, [](const ConfirmedMatch& match) {
        return std::pair(match.need->id, match.achievement->id);
    });
    return out;
}

} // namespace

std::shared_ptr<const Model> learn(
    std::span<const Document* const> achievements,
    std::span<const Document* const> needs,
    std::span<const ConfirmedMatch> confirmed,
    const LearningLimits& limits
) {
    const auto supply = sample_of(achievements, limits.listings_max);
    const auto demand = sample_of(needs, limits.listings_max);
    Model::Parts parts;
    const auto some_supply = sample_of(supply, sample_max);
    const SetTexts offers(some_supply), demands(sample_of(demand, sample_max));
    measure_listings(some_supply, offers, parts);

    const auto matches = evenly(in_order(confirmed), limits.confirmed_max);
    const auto all = supply.size() + demand.size() + confirmed_weight * matches.size();
    Recurrence recurrence;
    std::deque<LearnedText> kept;
    std::vector<const LearnedText*> texts; // of those kept, some several times
    std::size_t place = 0;
    // How often it was long enough to be cut.
    const auto read = [&](LearnedText text, std::size_t times) {
        std::size_t cut = 0, chosen = 0;
        for (std::size_t time = 0; time < times; ++time) {
            cut += add_pairs(text, recurrence);
            chosen += is_among(place++, limits.texts_kept_max, all);
        }
        if (chosen > 0) texts.insert(texts.end(), chosen, &kept.emplace_back(std::move(text)));
        return cut;
    };
    std::size_t cut = 0;
    for (const auto* document : supply) {
        if (limits.stopped()) return nullptr;
        auto text = learned_text(*document);
        recurrence.add_listing(joined(text, 0, text.clauses.size()));
        offers.leave_out_of(text);
        cut += read(std::move(text), 1);
    }
    for (const auto* document : demand) {
        if (limits.stopped()) return nullptr;
        auto text = learned_text(*document);
        demands.leave_out_of(text);
        read(std::move(text), 1);
    }
    for (const auto& match : matches) {
        if (limits.stopped()) return nullptr;
        read(text_of(match, demands, offers), confirmed_weight);
    }
    recurrence.weigh(2 * cut >= supply.size(), parts);
    refine_weights(texts, limits, parts);
    if (limits.dimensions > 0) learn_meanings(texts, recurrence, limits, supply, demand, parts);
    if (limits.stopped()) return nullptr;
    return std::make_shared<const Model>(std::move(parts));
}

} // namespace jishi::matching
