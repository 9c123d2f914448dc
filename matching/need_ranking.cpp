// The best needs for an achievement. A term counts differently in every need: each space of terms
// is added up for itself, and a need's norm makes its score of the sums.
#include "matching/nearest.hpp"
#include "matching/pair.hpp"
#include "matching/ranking.hpp"
#include "matching/scoring.hpp"
#include "matching/selection.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <iterator>

namespace jishi::matching {

namespace {

constexpr double lowest = -1e30;

// How far a bound of L may be on the wrong side of it: single precision, and each weight rounded to
// a unit.
constexpr double rounding_of(TermRange terms) {
    return 1e-3 + static_cast<double>(terms.end - terms.begin) * UINT8_MAX * weight_unit / 2;
}

// What an achievement's terms are worth to a need that states them.
struct Worth {
    TermKey key;         // as it stands in needs
    std::uint8_t impact; // in the achievement
    double weight;       // W
    double value() const { return weight * impact; }
};
struct Worths {
    std::vector<Worth> all; // the heaviest first, then the others, each by ascending keys
    std::size_t heavy = 0;
    TermRange all_terms() const { return {0, all.size()}; }
    TermRange heavy_terms() const { return {0, heavy}; }
    TermRange light_terms() const { return {heavy, all.size()}; }
};

Worths worths_of(const DocumentTerms& achievement, const Lexicon& lexicon) {
    const auto& impact = lexicon.impacts()[length_class_of(achievement.length)];
    Worths out;
    auto& worths = out.all;
    std::vector<TermKey> keys;
    for (const auto& [key, count] : achievement.terms) {
        const auto x = impact[count.total()];
        worths.push_back({key, x, 0});
        if (space_of(key) != Space::word && !is_gram(key)) worths.push_back({as_word(key), x, 0});
    }
    keys.reserve(worths.size());
    for (const auto& worth : worths)
        keys.push_back(worth.key);
    const auto weights = lexicon.weights_of(keys);
    for (std::size_t i = 0; i < worths.size(); ++i)
        worths[i].weight = weights[i].weight;
    std::erase_if(worths, [](const Worth& worth) { return worth.weight <= 0; });
    std::sort(worths.begin(), worths.end(), [](const Worth& a, const Worth& b) {
        return a.key < b.key;
    });
    out.heavy = worths.size();
    if (worths.size() <= heavy_worths_max) return out;
    const auto in_all = [&](const Worth& worth) {
        return worth.value() * lexicon.shares().spaces[index_of(space_of(worth.key))];
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
        for (std::uint32_t i = 0; i < keys.size(); ++i)
            if (lists[i])
                found_.push_back({*lists[i], index_of(space_of(keys[i])), worths.all[i], i});
    }

    // What each of these needs has in common with the achievement, in weight units, without the
    // base. REQUIRES: ascending slots.
    std::vector<std::int64_t> sums_of(std::span<const SlotIndex> slots, TermRange terms) const {
        std::vector<std::int64_t> out(slots.size(), 0);
        for_each_holder(found(terms), slots, [&](const Found& one, std::size_t i, TermCount count) {
            const double stated = stated_[count.packed] * one.worth.weight;
            out[i] += std::int64_t{one.worth.impact} *
                      weight_in_units(norms_.scales[one.space][slots[i]], stated);
        });
        return out;
    }

    // Offers the needs that share a term and are not gone, with bounds of their L.
    void offer(TermRange terms, Shortlist& to) const {
        const auto size = view_.segment->size();
        std::array<std::size_t, space_count> added{};
        for (const auto& found : found(terms))
            ++added[found.space];
        if (std::ranges::max(added) > swept_terms_max) return offer_exactly(terms, to);
        static_assert(space_count == SweptBounds::parts);
        std::array<Swept, space_count> spaces;
        std::array<SweptBounds::Part, space_count> parts;
        for (std::size_t space = 0; space < space_count; ++space) {
            spaces[space] = swept(space, terms);
            parts[space] = {
                &spaces[space].sweep,
                static_cast<float>(spaces[space].unit),
                norms_.scales[space].data()};
        }
        SweptBounds most;
        most.make(parts, norms_.bases);
        for (std::size_t slot = 0; slot < size; slot += Sweep::stride) {
            const auto stride = most.next_stride(slot, counting_from(to.floor()));
            for (auto left = stride.reached; left != 0; left &= left - 1)
                offer(stride.begin + static_cast<std::size_t>(std::countr_zero(left)), spaces, to);
            slot = stride.begin;
        }
    }

private:
    struct Found {
        PostingList list;
        std::size_t space;
        Worth worth;
        std::uint32_t term; // its number, the heaviest first
    };
    std::span<const Found> found(TermRange terms) const { return part_of(found_, terms); }

    // What each listing has in common at most in one space: its sum times the unit, and by how much
    // it may be less.
    struct Swept {
        Sweep sweep;
        double unit = 0, excess = 0;
    };
    Swept swept(std::size_t space, TermRange terms) const {
        Swept out;
        std::size_t added = 0;
        double room = 0;
        for (const auto& found : found(terms))
            if (found.space == space) room += found.worth.value(), ++added;
        out.unit =
            statement_weight_max * room / (Sweep::sum_max - 2.0 * static_cast<double>(added));
        out.excess = excess_of(added) * out.unit;
        out.sweep.begin(view_.segment->size());
        for (const auto& found : found(terms)) {
            if (found.space != space) continue;
            const auto amount = [&, steps = found.worth.value() / out.unit](TermCount count) {
                return rounded_up(stated_[count.packed] * steps);
            };
            found.list.for_each_layer(adding(out.sweep, amount));
        }
        out.sweep.end();
        return out;
    }

    void
    offer(std::size_t slot, const std::array<Swept, space_count>& spaces, Shortlist& to) const {
        SpaceSums sums{}, less{};
        for (std::size_t space = 0; space < space_count; ++space) {
            sums[space] = spaces[space].sweep.sums()[slot] * spaces[space].unit;
            less[space] = std::min(spaces[space].excess, sums[space]);
        }
        if ((*view_.length_classes)[slot] == 0 || sums == SpaceSums{}) return;
        const auto norm = norms_.of(slot);
        const double bound = lexical_of(sums, norm);
        view_.segment->listings().prefetch(slot);
        to.offer({number_, static_cast<SlotIndex>(slot), false, bound - scaled(less, norm), bound});
    }

    // What a bound in single precision may be less than one that reaches the floor.
    static float counting_from(double floor) {
        return static_cast<float>(floor - 1e-3 - 1e-6 * std::abs(floor));
    }

    void offer_exactly(TermRange terms, Shortlist& to) const {
        std::vector<SpaceSums> sums(view_.segment->size(), SpaceSums{});
        for (const auto& one : found(terms))
            one.list.for_each([&](SlotIndex slot, TermCount count) {
                sums[slot][one.space] += stated_[count.packed] * one.worth.value();
            });
        for (std::size_t slot = 0; slot < sums.size(); ++slot) {
            if ((*view_.length_classes)[slot] == 0 || sums[slot] == SpaceSums{}) continue;
            const double lexical = lexical_of(sums[slot], norms_.of(slot));
            to.offer({number_, static_cast<SlotIndex>(slot), false, lexical, lexical});
        }
    }

    const Collection::View& view_;
    std::uint32_t number_;
    const NormColumns& norms_;
    std::vector<Found> found_; // in the order of their numbers
    std::array<double, TermCount::packed_count> stated_{};
};

class AchievementRanking {
public:
    AchievementRanking(
        const Document& achievement,
        const Collection& needs,
        const Lexicon& lexicon,
        const NeedNorms& norms,
        const Feedback& feedback,
        std::int32_t today_day
    )
        : achievement_(achievement), needs_(needs), norms_(norms), feedback_(feedback),
          today_day_(today_day), terms_(terms_of(achievement)),
          meaning_(lexicon.meaning_of(terms_)), worths_(worths_of(terms_, lexicon)) {
        for (std::uint32_t view = 0; view < needs.views().size(); ++view)
            stating_.emplace_back(needs.views()[view], view, norms.of(view), worths_);
    }

    // The k best, and what ties with the last of them, among others.
    std::vector<Contender> best(std::size_t k) const {
        const auto wanted = candidates_for(k);
        auto found = chosen_by(worths_.heavy_terms(), wanted);
        if (worths_.heavy < worths_.all.size()) {
            if (found.size() < wanted)
                found = chosen_by(worths_.all_terms(), wanted);
            else
                add(worths_.light_terms(), found);
        }
        if (found.size() < wanted) add_like(wanted, found);
        for (auto& one : found)
            look_at(one);
        return found;
    }

private:
    const Segment& segment_of(std::uint32_t view) const { return *needs_.views()[view].segment; }

    // The `wanted` that have most in common with the achievement, as far as some of its terms tell,
    // and what ties with the last; without the excluded. In the order of views and slots.
    std::vector<Contender> chosen_by(TermRange terms, std::size_t wanted) const {
        const auto excludes = [&](const Bounded& one) { return is_excluded(one.view, one.slot); };
        const auto offer = [&](std::uint32_t view, Shortlist& to) {
            stating_[view].offer(terms, to);
        };
        const double slack = 2 * rounding_of(terms);
        std::vector<Contender> out;
        for (const auto& one : shortlisted(needs_, wanted, lowest, slack, excludes, offer)) {
            segment_of(one.view).prefetch_meaning(one.slot);
            out.push_back({one.view, one.slot, norms_.of(one.view).bases[one.slot]});
        }
        add(terms, out);
        keep_best(out, wanted, &Contender::lexical);
        return out;
    }

    void add(TermRange terms, std::vector<Contender>& to) const {
        add_sums(to, [&](std::uint32_t view, auto slots) {
            return stating_[view].sums_of(slots, terms);
        });
    }

    bool is_excluded(std::uint32_t view, SlotIndex slot) const {
        const auto of = segment_of(view).listings().conditions(slot);
        return exclusion_of(of, achievement_, today_day_).has_value();
    }

    // Those of like meaning who state no term of the achievement.
    void add_like(std::size_t wanted, std::vector<Contender>& to) const {
        const auto score_of = [&](std::uint32_t view, SlotIndex slot, std::int32_t alignment) {
            return meaning_score(alignment, norms_.of(view).meanings[slot]);
        };
        const auto as_contender = [&](std::uint32_t view, SlotIndex slot, double meaning) {
            return is_excluded(view, slot)
                       ? std::nullopt
                       : std::optional(Contender{
                             view, slot, norms_.of(view).bases[slot], 0, meaning});
        };
        add_nearest(needs_, meaning_, wanted, score_of, as_contender, to);
    }

    void look_at(Contender& one) const {
        const auto& segment = segment_of(one.view);
        one.meaning = meaning_score(
            segment.meaning(one.slot), norms_.of(one.view).meanings[one.slot], meaning_
        );
        one.factors = sum_of(factors_of(segment.listings().conditions(one.slot), achievement_));
        if (!feedback_.empty()) one.lift = feedback_.lift_of(segment.listings().document(one.slot));
    }

    const Document& achievement_;
    const Collection& needs_;
    const NeedNorms& norms_;
    const Feedback& feedback_;
    std::int32_t today_day_;
    DocumentTerms terms_;
    Meaning meaning_;
    Worths worths_;
    std::vector<Stating> stating_; // of each view
};

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
    const AchievementRanking ranking(achievement, needs, lexicon, norms, feedback, today_day);
    return shown(ranking.best(k), needs, k, lexicon.calibration());
}

} // namespace jishi::matching
