// The best needs for an achievement. A term counts differently in every need: each space of terms
// is added up for itself, and a need's norm makes its score of the sums.
#include "matching/pair.hpp"
#include "matching/ranking.hpp"
#include "matching/scoring.hpp"
#include "matching/selection.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>

namespace jishi::matching {

namespace {

// Scores made from norms in single precision differ from score_of() by less than this; candidates
// this close to the last place are scored again.
constexpr double rounding_slack = 1e-3;
constexpr double lowest = -1e300;

// What an achievement's terms are worth to a need that states them.
struct Worth {
    TermKey key; // as it stands in needs
    double value;
};
struct Worths {
    std::vector<Worth> all; // the heaviest first, then the others, each by ascending keys
    std::size_t heavy = 0;
};

Worths worths_of(const DocumentTerms& achievement, const Lexicon& lexicon) {
    const auto& impact = lexicon.impacts()[length_class_of(achievement.length)];
    Worths out;
    auto& worths = out.all;
    std::vector<TermKey> keys;
    for (const auto& [key, count] : achievement.terms) {
        const double x = impact[count.total()];
        worths.push_back({key, x});
        if (space_of(key) != Space::word && !is_gram(key)) worths.push_back({as_word(key), x});
    }
    for (const auto& worth : worths)
        keys.push_back(worth.key);
    const auto weights = lexicon.weights_of(keys);
    for (std::size_t i = 0; i < worths.size(); ++i)
        worths[i].value *= weights[i].weight;
    std::erase_if(worths, [](const Worth& worth) { return worth.value <= 0; });
    std::sort(worths.begin(), worths.end(), [](const Worth& a, const Worth& b) {
        return a.key < b.key;
    });
    out.heavy = worths.size();
    if (worths.size() <= heavy_worths_max) return out;
    const auto in_all = [&](const Worth& worth) {
        return worth.value * lexicon.shares().spaces[index_of(space_of(worth.key))];
    };
    std::vector<double> values;
    std::ranges::transform(worths, std::back_inserter(values), in_all);
    const auto last = values.begin() + static_cast<std::ptrdiff_t>(heavy_worths_max - 1);
    std::nth_element(values.begin(), last, values.end(), std::greater<>());
    const auto light = std::stable_partition(worths.begin(), worths.end(), [&](const Worth& worth) {
        return in_all(worth) >= *last;
    });
    out.heavy = static_cast<std::size_t>(light - worths.begin());
    return out;
}

// The needs of a view that state some of an achievement's terms.
class Stating {
public:
    Stating(
        const Collection::View& view,
        std::uint32_t number,
        const NormColumns& norms,
        const Worths& worths
    )
        : view_(view), number_(number), norms_(norms) {
        for (std::uint8_t packed = 0; packed < TermCount::packed_count; ++packed)
            stated_[packed] = statement_weight(TermCount{packed});
        std::vector<TermKey> keys;
        for (const auto& worth : worths.all)
            keys.push_back(worth.key);
        const auto lists = view_.segment->find_all(keys);
        for (std::size_t i = 0; i < keys.size(); ++i) {
            if (i == worths.heavy) heavy_ = found_.size();
            if (lists[i])
                found_.push_back({*lists[i], index_of(space_of(keys[i])), worths.all[i].value});
        }
        if (worths.heavy == keys.size()) heavy_ = found_.size();
    }

    // What each of these needs has in common with the achievement. REQUIRES: ascending slots.
    std::vector<SpaceSums> sums_of(std::span<const SlotIndex> slots, Terms which) const {
        const SoughtSlots sought(slots);
        std::vector<SpaceSums> out(slots.size(), SpaceSums{});
        for (const auto& [list, space, value] : found(which)) {
            const double usual = stated_[list.usual_count().packed] * value;
            list.listings().probe(sought, [&](std::size_t i) { out[i][space] += usual; });
            list.for_each_group([&](const SlotSet& set, TermCount count) {
                const double more = stated_[count.packed] * value - usual;
                set.probe(sought, [&](std::size_t i) { out[i][space] += more; });
            });
        }
        return out;
    }

    // Offers the needs that share a term and are not gone, with bounds of their L.
    void offer(Terms which, Shortlist& to) const {
        const auto size = view_.segment->size();
        std::array<std::size_t, space_count> added{};
        for (const auto& found : found(which))
            ++added[found.space];
        if (std::ranges::max(added) > swept_terms_max) return offer_exactly(which, to);
        std::array<Swept, space_count> spaces;
        for (std::size_t space = 0; space < space_count; ++space)
            spaces[space] = swept(space, which);
        const auto most = most_of(spaces);
        double least = counting_from(to.floor());
        for (std::size_t slot = 0; slot < size; ++slot) {
            if (static_cast<double>(most[slot]) < least) continue;
            SpaceSums sums{}, less{};
            for (std::size_t space = 0; space < space_count; ++space) {
                sums[space] = spaces[space].sweep.sums()[slot] * spaces[space].unit;
                less[space] = std::min(spaces[space].excess, sums[space]);
            }
            if ((*view_.length_classes)[slot] == 0 || sums == SpaceSums{}) continue;
            const auto norm = norms_.of(slot);
            const double bound = lexical_of(sums, norm);
            to.offer({number_, static_cast<SlotIndex>(slot), bound - scaled(less, norm), bound});
            least = counting_from(to.floor());
        }
    }

private:
    struct Found {
        PostingList list;
        std::size_t space;
        double value;
    };
    std::span<const Found> found(Terms which) const {
        return part_of<Found>(found_, heavy_, which);
    }

    // What each listing has in common at most in one space: its sum times the unit, and by how much
    // it may be less.
    struct Swept {
        Sweep sweep;
        double unit = 0, excess = 0;
    };
    Swept swept(std::size_t space, Terms which) const {
        Swept out;
        std::size_t added = 0;
        double room = 0;
        for (const auto& found : found(which))
            if (found.space == space) room += found.value, ++added;
        out.unit =
            statement_weight_max * room / (Sweep::sum_max - 2.0 * static_cast<double>(added));
        out.excess = excess_of(added) * out.unit;
        out.sweep.begin(view_.segment->size());
        for (const auto& found : found(which)) {
            if (found.space != space) continue;
            const auto amount = [&, steps = found.value / out.unit](TermCount count) {
                return rounded_up(stated_[count.packed] * steps);
            };
            const auto usual = amount(found.list.usual_count());
            out.sweep.add(found.list.listings(), usual);
            found.list.for_each_group([&](const SlotSet& set, TermCount count) {
                if (const auto other = amount(count); other != usual)
                    out.sweep.add(set, static_cast<Sweep::Sum>(other - usual));
            });
        }
        out.sweep.end();
        return out;
    }

    // What a bound in single precision may be less than one that reaches the floor.
    static double counting_from(double floor) {
        return floor - rounding_slack - 1e-6 * std::abs(floor);
    }
    // L at most, of every listing of the view.
    std::vector<float> most_of(const std::array<Swept, space_count>& spaces) const {
        static_assert(space_count == 3);
        const auto unit = [&](std::size_t space) { return static_cast<float>(spaces[space].unit); };
        const auto sums = [&](std::size_t space) { return spaces[space].sweep.sums().data(); };
        const auto scales = [&](std::size_t space) { return norms_.scales[space].data(); };
        const float unit0 = unit(0), unit1 = unit(1), unit2 = unit(2);
        const auto *sums0 = sums(0), *sums1 = sums(1), *sums2 = sums(2);
        const auto *scales0 = scales(0), *scales1 = scales(1), *scales2 = scales(2);
        const auto* const bases = norms_.bases.data();
        std::vector<float> out(view_.segment->size());
        for (std::size_t slot = 0; slot < out.size(); ++slot)
            out[slot] = unit0 * scales0[slot] * static_cast<float>(sums0[slot]) +
                        unit1 * scales1[slot] * static_cast<float>(sums1[slot]) +
                        unit2 * scales2[slot] * static_cast<float>(sums2[slot]) - bases[slot];
        return out;
    }

    void offer_exactly(Terms which, Shortlist& to) const {
        std::vector<SpaceSums> sums(view_.segment->size(), SpaceSums{});
        for (const auto& [list, space, value] : found(which))
            list.for_each([&](SlotIndex slot, TermCount count) {
                sums[slot][space] += stated_[count.packed] * value;
            });
        for (std::size_t slot = 0; slot < sums.size(); ++slot) {
            if ((*view_.length_classes)[slot] == 0 || sums[slot] == SpaceSums{}) continue;
            const double lexical = lexical_of(sums[slot], norms_.of(slot));
            to.offer({number_, static_cast<SlotIndex>(slot), lexical, lexical});
        }
    }

    const Collection::View& view_;
    std::uint32_t number_;
    const NormColumns& norms_;
    std::vector<Found> found_; // the heaviest first
    std::size_t heavy_ = 0;
    std::array<double, TermCount::packed_count> stated_{};
};

// What may be among the `wanted` needs that have most in common with an achievement, as far as some
// of its terms tell, and is not excluded; with their L so far, in the order of views and slots.
std::vector<Candidate> needs_for(
    const Document& achievement,
    const Collection& needs,
    const std::vector<Stating>& stating,
    const NeedNorms& norms,
    Terms which,
    std::size_t wanted,
    std::int32_t today_day
) {
    const auto found = shortlisted(
        wanted,
        lowest,
        rounding_slack,
        [&](Shortlist& shortlist) {
            for (const auto& of_view : stating)
                of_view.offer(which, shortlist);
        },
        [&](const Bounded& one) {
            const auto of = needs.views()[one.view].segment->listings().conditions(one.slot);
            return exclusion_of(of, achievement, today_day).has_value();
        }
    );
    Selection best(wanted, rounding_slack);
    for_each_view(found, [&](std::uint32_t view, std::span<const SlotIndex> slots, std::size_t) {
        const auto sums = stating[view].sums_of(slots, which);
        for (std::size_t i = 0; i < slots.size(); ++i)
            best.offer(lexical_of(sums[i], norms.of(view).of(slots[i])), view, slots[i]);
    });
    auto& out = best.best();
    std::ranges::sort(out, [](const Candidate& a, const Candidate& b) {
        return a.view != b.view ? a.view < b.view : a.slot < b.slot;
    });
    return std::move(out);
}

} // namespace

std::vector<RankedMatch> rank_needs(
    const Document& achievement,
    const Collection& needs,
    const Lexicon& lexicon,
    const NeedNorms& norms,
    const Feedback& feedback,
    std::size_t k,
    std::int32_t today_day
) {
    if (k == 0) return {};
    const auto terms = terms_of(achievement);
    const auto meaning = lexicon.meaning_of(terms);
    const auto worths = worths_of(terms, lexicon);
    const auto wanted = candidates_for(k);
    std::vector<Stating> stating;
    for (std::uint32_t view = 0; view < needs.views().size(); ++view)
        stating.emplace_back(needs.views()[view], view, norms.of(view), worths);
    const auto choose = [&](Terms which) {
        return needs_for(achievement, needs, stating, norms, which, wanted, today_day);
    };
    auto candidates = choose(Terms::heavy);
    if (worths.heavy < worths.all.size()) {
        if (candidates.size() < wanted)
            candidates = choose(Terms::all);
        else
            for_each_view(
                candidates,
                [&](std::uint32_t view, std::span<const SlotIndex> slots, std::size_t first) {
                    const auto light = stating[view].sums_of(slots, Terms::light);
                    for (std::size_t i = 0; i < slots.size(); ++i)
                        candidates[first + i].score +=
                            scaled(light[i], norms.of(view).of(slots[i]));
                }
            );
    }

    Selection best(k, rounding_slack);
    for (const auto& [lexical, view, slot] : candidates) {
        const auto& segment = *needs.views()[view].segment;
        const auto norm = norms.of(view).meanings[slot];
        const double alike =
            static_cast<double>(norm.scale) * alignment(segment.meaning(slot), meaning) -
            static_cast<double>(norm.base);
        const auto factors = factors_of(segment.listings().conditions(slot), achievement);
        const double lift =
            feedback.empty() ? 0 : feedback.lift_of(segment.listings().document(slot));
        best.offer(lexical + alike + sum_of(factors) + lift, view, slot);
    }
    std::vector<RankedMatch> found;
    for (const auto& [score, view, slot] : best.best()) {
        const auto& segment = *needs.views()[view].segment;
        const auto need = std::make_shared<const Document>(segment.listings().document(slot));
        auto statement = lexical_statement_of(terms_of(*need), lexicon);
        statement.meaning = segment.meaning(slot);
        statement.meaning_norm = norms.of(view).meanings[slot];
        const double text = lexical_score(statement, terms) + meaning_score(statement, meaning);
        const double raw = settled(text + sum_of(factors_of(*need, achievement)));
        found.push_back(
            {need, pair_score(settled(raw + feedback.lift_of(*need)), lexicon.calibration())}
        );
    }
    return sorted(std::move(found), k);
}

} // namespace jishi::matching
