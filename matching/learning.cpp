#include "matching/learning.hpp"

#include "matching/corpus.hpp"
#include "matching/meanings.hpp"
#include "matching/recurrence.hpp"
#include "matching/refinement.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

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
    const ListingSource& achievements, const SetTexts& set_texts, Model::Parts& parts
) {
    std::vector<DocumentTerms> listings;
    std::vector<double> own_shares;
    achievements.for_each_of(sample_max, [&](const Document& achievement) {
        listings.push_back(terms_of(achievement));
        own_shares.push_back(own_share(achievement, set_texts));
    });
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
        parts.mean_size += own_shares[i] * terms.length * (1 + (word_size - 1) * share) / count;
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

LearnedText own_text(const Document& document, const SetTexts& set_texts) {
    auto out = learned_text(document);
    set_texts.leave_out_of(out);
    return out;
}

// What people called a match is like one text: a half that asks and a half that answers.
LearnedText text_of(const ConfirmedMatch& match, const SetTexts& demands, const SetTexts& offers) {
    LearnedText out;
    const auto add = [&](const LearnedText& text) {
        out.clauses.push_back(joined(text, 0, text.clauses.size()));
        out.lengths.push_back(std::reduce(text.lengths.begin(), text.lengths.end()));
    };
    add(own_text(*match.need, demands));
    add(own_text(*match.achievement, offers));
    return out;
}

std::vector<ConfirmedMatch> in_order(std::span<const ConfirmedMatch> matches) {
    std::vector<ConfirmedMatch> out(matches.begin(), matches.end());
    std::ranges::sort(out, {}, [](const ConfirmedMatch& match) {
        return std::pair(match.need->id, match.achievement->id);
    });
    return out;
}

// What there is to learn from. It is read twice, since counts of all terms and texts that are kept
// would take too much memory at once.
struct Market {
    const ListingSource &achievements, &needs;
    std::span<const ConfirmedMatch> matches;
    const SetTexts &offers, &demands;
    const LearningLimits& limits;

    // Fills in what terms are worth; how many halves hold each of them.
    std::vector<std::uint32_t> weigh(Model::Parts& parts) const {
        Recurrence recurrence;
        std::size_t read = 0, cut = 0; // of the achievements
        achievements.for_each([&](const Document& achievement) {
            if (limits.stopped()) return;
            auto text = learned_text(achievement);
            recurrence.add_listing(joined(text, 0, text.clauses.size()));
            offers.leave_out_of(text);
            ++read, cut += add_pairs(text, recurrence);
        });
        needs.for_each([&](const Document& need) {
            if (!limits.stopped()) add_pairs(own_text(need, demands), recurrence);
        });
        for (const auto& match : matches) {
            if (limits.stopped()) break;
            const auto text = text_of(match, demands, offers);
            for (std::size_t time = 0; time < confirmed_weight; ++time)
                add_pairs(text, recurrence);
        }
        return recurrence.weigh(2 * cut >= read, parts);
    }

    LearnedTexts texts() const {
        const auto all = achievements.size() + needs.size() + confirmed_weight * matches.size();
        LearnedTexts out;
        std::size_t place = 0;
        const auto keep = [&](std::size_t times, const auto& read) {
            std::size_t chosen = 0;
            for (std::size_t time = 0; time < times; ++time)
                chosen += is_among(place++, limits.texts_kept_max, all);
            if (chosen > 0 && !limits.stopped())
                out.all.insert(out.all.end(), chosen, &out.kept.emplace_back(read()));
        };
        achievements.for_each([&](const Document& achievement) {
            keep(1, [&] { return own_text(achievement, offers); });
        });
        needs.for_each([&](const Document& need) {
            keep(1, [&] { return own_text(need, demands); });
        });
        for (const auto& match : matches)
            keep(confirmed_weight, [&] { return text_of(match, demands, offers); });
        return out;
    }
};

} // namespace

std::shared_ptr<const Model> learn(
    const ListingSource& achievements,
    const ListingSource& needs,
    std::span<const ConfirmedMatch> confirmed,
    const LearningLimits& limits
) {
    const auto supply = achievements.some(limits.listings_max),
               demand = needs.some(limits.listings_max);
    Model::Parts parts;
    const SetTexts offers(supply, sample_max), demands(demand, sample_max);
    measure_listings(supply, offers, parts);
    const auto matches = evenly(in_order(confirmed), limits.confirmed_max);
    const Market market{supply, demand, matches, offers, demands, limits};
    const auto halves = market.weigh(parts);
    if (limits.stopped()) return nullptr;
    auto texts = market.texts();
    refine_weights(texts.all, limits, parts);
    if (limits.dimensions > 0)
        learn_meanings(std::move(texts), halves, limits, supply, demand, parts);
    if (limits.stopped()) return nullptr;
    return std::make_shared<const Model>(std::move(parts));
}

} // namespace jishi::matching
