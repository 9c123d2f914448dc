#include "matching/ranking.hpp"

#include "matching/pair.hpp"
#include "matching/scoring.hpp"

#include <algorithm>
#include <functional>
#include <iterator>

namespace jishi::matching {

namespace {

// Scores made from norms in single precision differ from score_of() by less than this; candidates
// this close to the last place are scored again.
constexpr double rounding_slack = 1e-3;

struct Candidate {
    double score;
    std::uint32_t view, slot;
};
bool better(const Candidate& a, const Candidate& b) {
    if (a.score != b.score) return a.score > b.score;
    return a.view != b.view ? a.view < b.view : a.slot < b.slot;
}

// Keeps the candidates that may be among the n best.
class Selection {
public:
    Selection(std::size_t n, double slack) : n_(n), slack_(slack) {}

    void offer(double score, std::size_t view, std::size_t slot) {
        candidates_.push_back(
            {score, static_cast<std::uint32_t>(view), static_cast<std::uint32_t>(slot)}
        );
        if (candidates_.size() >= 2 * n_ + 1024) shrink();
    }

    // The n best, those that tie with the last, and those within the slack of it.
    std::vector<Candidate>& best() {
        shrink();
        return candidates_;
    }

private:
    void shrink() {
        if (candidates_.size() <= n_) return;
        const auto last = candidates_.begin() + static_cast<std::ptrdiff_t>(n_ - 1);
        std::nth_element(candidates_.begin(), last, candidates_.end(), better);
        floor_ = last->score - slack_;
        std::erase_if(candidates_, [this](const Candidate& c) { return c.score < floor_; });
    }

    std::size_t n_;
    double slack_, floor_ = -1e300;
    std::vector<Candidate> candidates_;
};

std::vector<RankedMatch> sorted(std::vector<RankedMatch> matches, std::size_t k) {
    std::sort(matches.begin(), matches.end(), [](const RankedMatch& a, const RankedMatch& b) {
        if (a.score.raw != b.score.raw) return a.score.raw > b.score.raw;
        return a.document->id < b.document->id;
    });
    if (matches.size() > k) matches.resize(k);
    return matches;
}

// Of each view's candidates, which are in the order of views, the sums over some terms.
std::vector<std::int64_t> sums_of(
    const std::vector<StatementLists>& lists, std::span<const Bounded> candidates, Terms which
) {
    std::vector<std::int64_t> out;
    std::vector<SlotIndex> slots;
    for (auto at = candidates.begin(); at != candidates.end();) {
        const auto view = at->view;
        for (slots.clear(); at != candidates.end() && at->view == view; ++at)
            slots.push_back(at->slot);
        const auto sums = lists[view].sums_of(slots, which);
        out.insert(out.end(), sums.begin(), sums.end());
    }
    return out;
}

// Listings, in the order of views and slots, with a sum over some terms each.
struct Chosen {
    std::vector<Bounded> listings;
    std::vector<std::int64_t> sums;
};

// The `wanted` that have most in common with the need, as far as some of its terms tell, and what
// ties with the last; without the excluded. Looks at the conditions of few: reading them costs more
// than finding them.
Chosen candidates_of(
    const Document& need,
    const Statement& statement,
    const std::vector<StatementLists>& lists,
    const Collection& achievements,
    Terms which,
    std::size_t wanted,
    std::int32_t today_day
) {
    Bounds bounds(statement, which);
    const auto& views = achievements.views();
    Chosen out;
    out.listings = shortlisted(
        wanted,
        1,
        0,
        [&](Shortlist& shortlist) {
            for (std::uint32_t v = 0; v < views.size(); ++v)
                bounds.offer(views[v], v, lists[v], shortlist);
        },
        [&](const Bounded& one) {
            const auto of = views[one.view].segment->listings().conditions(one.slot);
            return exclusion_of(need, of, today_day).has_value();
        }
    );
    out.sums = sums_of(lists, out.listings, which);
    if (out.sums.size() <= wanted) return out;
    auto sorted = out.sums;
    const auto last = sorted.begin() + static_cast<std::ptrdiff_t>(wanted - 1);
    std::nth_element(sorted.begin(), last, sorted.end(), std::greater<>());
    std::size_t kept = 0;
    for (std::size_t i = 0; i < out.sums.size(); ++i) {
        if (out.sums[i] < *last) continue;
        out.listings[kept] = out.listings[i];
        out.sums[kept++] = out.sums[i];
    }
    out.listings.resize(kept);
    out.sums.resize(kept);
    return out;
}

} // namespace

std::size_t candidates_for(std::size_t k) {
    return std::max<std::size_t>(200, 10 * k);
}

PairScore score_of(
    const Statement& statement,
    const Lexicon& lexicon,
    const Document& need,
    const Document& achievement
) {
    const auto terms = terms_of(achievement);
    const double text =
        lexical_score(statement, terms) + meaning_score(statement, lexicon.meaning_of(terms));
    return pair_score(settled(text + sum_of(factors_of(need, achievement))), lexicon.calibration());
}

std::vector<RankedMatch> rank_achievements(
    const Document& need,
    const Collection& achievements,
    const Lexicon& lexicon,
    const Feedback& feedback,
    std::size_t k,
    std::int32_t today_day
) {
    if (k == 0) return {};
    const auto statement = statement_of(terms_of(need), lexicon);
    const auto wanted = candidates_for(k);
    std::vector<StatementLists> lists;
    for (const auto& view : achievements.views())
        lists.emplace_back(view, statement);
    const auto choose = [&](Terms which) {
        return candidates_of(need, statement, lists, achievements, which, wanted, today_day);
    };
    auto chosen = choose(Terms::heavy);
    auto& [candidates, sums] = chosen;
    if (candidates.size() < wanted && statement.terms.size() > heavy_terms_max) {
        chosen = choose(Terms::all);
    } else {
        const auto light = sums_of(lists, candidates, Terms::light);
        std::ranges::transform(sums, light, sums.begin(), std::plus<>());
    }
    Selection best(k, 0);
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const auto& candidate = candidates[i];
        const auto& segment = *achievements.views()[candidate.view].segment;
        const auto conditions = segment.listings().conditions(candidate.slot);
        const auto meaning = segment.meaning(candidate.slot);
        const double text = static_cast<double>(sums[i]) * weight_unit - statement.base +
                            meaning_score(statement, meaning);
        double lift = 0;
        if (!feedback.empty())
            lift = lexicon.model() != nullptr
                       ? feedback.lift_of(meaning)
                       : feedback.lift_of(segment.listings().document(candidate.slot));
        best.offer(
            settled(text + sum_of(factors_of(need, conditions)) + lift),
            candidate.view,
            candidate.slot
        );
    }
    std::vector<RankedMatch> found;
    for (const auto& [score, view, slot] : best.best())
        found.push_back(
            {std::make_shared<const Document>(
                 achievements.views()[view].segment->listings().document(slot)
             ),
             pair_score(score, lexicon.calibration())}
        );
    return sorted(std::move(found), k);
}

namespace {

// What an achievement's terms are worth to a need that states them.
struct Worth {
    TermKey key; // as it stands in needs
    double value;
};
std::vector<Worth> worths_of(const DocumentTerms& achievement, const Lexicon& lexicon) {
    const auto& impact = lexicon.impacts()[length_class_of(achievement.length)];
    std::vector<Worth> out;
    for (const auto& term : achievement.terms) {
        const double x = impact[term.count.total()];
        out.push_back({term.key, lexicon.weight_of(term.key).weight * x});
        if (space_of(term.key) != Space::word && !is_gram(term.key))
            out.push_back({as_word(term.key), lexicon.weight_of(as_word(term.key)).weight * x});
    }
    std::erase_if(out, [](const Worth& worth) { return worth.value <= 0; });
    std::sort(out.begin(), out.end(), [](const Worth& a, const Worth& b) { return a.key < b.key; });
    return out;
}

std::vector<Worth> heaviest(std::vector<Worth> worths, const Shares& shares) {
    if (worths.size() <= heavy_worths_max) return worths;
    const auto in_all = [&](const Worth& worth) {
        return worth.value * shares.spaces[index_of(space_of(worth.key))];
    };
    std::vector<double> values;
    std::ranges::transform(worths, std::back_inserter(values), in_all);
    const auto last = values.begin() + static_cast<std::ptrdiff_t>(heavy_worths_max - 1);
    std::nth_element(values.begin(), last, values.end(), std::greater<>());
    std::erase_if(worths, [&](const Worth& worth) { return in_all(worth) < *last; });
    return worths;
}

using SpaceSums = std::array<double, space_count>;

double lexical_sum(const SpaceSums& sums, const NeedNorm& norm) {
    double lexical = 0;
    for (std::size_t space = 0; space < space_count; ++space)
        lexical += sums[space] * static_cast<double>(norm.spaces[space].scale) -
                   static_cast<double>(norm.spaces[space].base);
    return lexical;
}

// The needs of a view that state some of an achievement's terms.
class Stating {
public:
    Stating(const Segment& needs, std::span<const Worth> worths) {
        std::vector<TermKey> keys;
        for (const auto& worth : worths)
            keys.push_back(worth.key);
        const auto lists = needs.find_all(keys);
        for (std::size_t i = 0; i < keys.size(); ++i)
            if (lists[i])
                found_.push_back({*lists[i], index_of(space_of(keys[i])), worths[i].value});
        for (std::uint8_t packed = 0; packed < TermCount::packed_count; ++packed)
            stated_[packed] = statement_weight(TermCount{packed});
    }

    // What each of these needs has in common with the achievement, space by space. REQUIRES:
    // ascending slots.
    std::vector<SpaceSums> sums_of(std::span<const SlotIndex> slots) const {
        std::vector<SpaceSums> out(slots.size(), SpaceSums{});
        std::vector<double> stated;
        for (const auto& [list, space, value] : found_) {
            stated.assign(slots.size(), 0);
            list.listings().probe(slots, [&](std::size_t i) {
                stated[i] = stated_[list.usual_count().packed];
            });
            list.for_each_group([&](const SlotSet& set, TermCount count) {
                set.probe(slots, [&](std::size_t i) { stated[i] = stated_[count.packed]; });
            });
            for (std::size_t i = 0; i < slots.size(); ++i)
                out[i][space] += stated[i] * value;
        }
        return out;
    }

    // Offers the needs with their lexical scores. `live`: class 0 marks those that are gone.
    template<class NormOf>
    void offer(
        const std::vector<LengthClass>& live, std::uint32_t view, NormOf norm_of, Shortlist& to
    ) const {
        const auto bounds = bounds_of(live.size());
        for (std::size_t slot = 0; slot < live.size(); ++slot) {
            const auto& most = bounds.most[slot];
            if (live[slot] == 0 || (most[0] <= 0 && most[1] <= 0 && most[2] <= 0)) continue;
            const NeedNorm& norm = norm_of(slot);
            double less = 0;
            for (std::size_t space = 0; space < space_count; ++space)
                less += std::min(bounds.excess[space], most[space]) *
                        static_cast<double>(norm.spaces[space].scale);
            const double bound = lexical_sum(most, norm);
            to.offer({view, static_cast<SlotIndex>(slot), bound - less, bound});
        }
    }

private:
    struct Found {
        PostingList list;
        std::size_t space;
        double value;
    };

    // What each listing has in common at most, and how much less it may be.
    struct SumBounds {
        std::vector<SpaceSums> most;
        SpaceSums excess{};
    };
    SumBounds bounds_of(std::size_t listings) const {
        SumBounds out{std::vector<SpaceSums>(listings, SpaceSums{}), {}};
        SpaceSums room{};
        std::array<std::size_t, space_count> added{};
        for (const auto& [list, space, value] : found_)
            room[space] += value, ++added[space];
        if (std::ranges::max(added) > swept_terms_max) {
            for (const auto& found : found_)
                found.list.for_each([&](SlotIndex slot, TermCount count) {
                    out.most[slot][found.space] += stated_[count.packed] * found.value;
                });
            return out;
        }
        for (std::size_t space = 0; space < space_count; ++space) {
            const double steps = Sweep::sum_max - 2.0 * static_cast<double>(added[space]);
            const double unit = statement_weight_max * room[space] / steps;
            const auto sweep = swept(space, unit, listings);
            for (std::size_t slot = 0; slot < listings; ++slot)
                out.most[slot][space] = sweep.sums()[slot] * unit;
            out.excess[space] = excess_of(added[space]) * unit;
        }
        return out;
    }
    Sweep swept(std::size_t space, double unit, std::size_t listings) const {
        Sweep sweep;
        sweep.begin(listings);
        for (const auto& found : found_) {
            if (found.space != space) continue;
            const auto amount = [&, steps = found.value / unit](TermCount count) {
                return rounded_up(stated_[count.packed] * steps);
            };
            const auto usual = amount(found.list.usual_count());
            sweep.add(found.list.listings(), usual);
            found.list.for_each_group([&](const SlotSet& set, TermCount count) {
                if (const auto other = amount(count); other != usual)
                    sweep.add(set, static_cast<Sweep::Sum>(other - usual));
            });
        }
        sweep.end();
        return sweep;
    }

    std::vector<Found> found_;
    std::array<double, TermCount::packed_count> stated_{};
};

// What may be among the `wanted` needs that have most in common with an achievement, as far as
// these worths tell; without the excluded. With what they have in common as far as they tell.
std::vector<Candidate> needs_for(
    const Document& achievement,
    const Collection& needs,
    std::span<const Worth> worths,
    const NeedNorms& norms,
    std::size_t wanted,
    std::int32_t today_day
) {
    constexpr double lowest = -1e300;
    std::vector<Stating> stating;
    for (const auto& view : needs.views())
        stating.emplace_back(*view.segment, worths);
    const auto found = shortlisted(
        wanted,
        lowest,
        rounding_slack,
        [&](Shortlist& shortlist) {
            for (std::uint32_t v = 0; v < stating.size(); ++v)
                stating[v].offer(
                    *needs.views()[v].length_classes,
                    v,
                    [&](std::size_t slot) -> const NeedNorm& { return norms.of(v, slot); },
                    shortlist
                );
        },
        [&](const Bounded& one) {
            const auto of = needs.views()[one.view].segment->listings().conditions(one.slot);
            return exclusion_of(of, achievement, today_day).has_value();
        }
    );
    Selection best(wanted, rounding_slack);
    for (auto at = found.begin(); at != found.end();) {
        const auto v = at->view;
        std::vector<SlotIndex> slots;
        for (; at != found.end() && at->view == v; ++at)
            slots.push_back(at->slot);
        const auto sums = stating[v].sums_of(slots);
        for (std::size_t i = 0; i < slots.size(); ++i)
            best.offer(lexical_sum(sums[i], norms.of(v, slots[i])), v, slots[i]);
    }
    return best.best();
}

// By all worths. Needs of one view come together.
void score_again(
    const Collection& needs,
    std::span<const Worth> worths,
    const NeedNorms& norms,
    std::vector<Candidate>& candidates
) {
    std::ranges::sort(candidates, [](const Candidate& a, const Candidate& b) {
        return a.view != b.view ? a.view < b.view : a.slot < b.slot;
    });
    for (auto at = candidates.begin(); at != candidates.end();) {
        const auto first = at;
        std::vector<SlotIndex> slots;
        for (; at != candidates.end() && at->view == first->view; ++at)
            slots.push_back(static_cast<SlotIndex>(at->slot));
        const auto sums = Stating(*needs.views()[first->view].segment, worths).sums_of(slots);
        for (std::size_t i = 0; i < slots.size(); ++i)
            (first + static_cast<std::ptrdiff_t>(i))->score =
                lexical_sum(sums[i], norms.of(first->view, slots[i]));
    }
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
    const auto heavy = heaviest(worths, lexicon.shares());
    auto candidates = needs_for(achievement, needs, heavy, norms, wanted, today_day);
    if (heavy.size() < worths.size()) {
        if (candidates.size() < wanted)
            candidates = needs_for(achievement, needs, worths, norms, wanted, today_day);
        else
            score_again(needs, worths, norms, candidates);
    }

    Selection best(k, rounding_slack);
    for (const auto& candidate : candidates) {
        const auto& segment = *needs.views()[candidate.view].segment;
        double score =
            candidate.score +
            sum_of(factors_of(segment.listings().conditions(candidate.slot), achievement));
        const auto& norm = norms.of(candidate.view, candidate.slot).meaning;
        score +=
            static_cast<double>(norm.scale) * alignment(segment.meaning(candidate.slot), meaning) -
            static_cast<double>(norm.base);
        if (!feedback.empty())
            score += feedback.lift_of(segment.listings().document(candidate.slot));
        best.offer(score, candidate.view, candidate.slot);
    }
    std::vector<RankedMatch> found;
    for (const auto& candidate : best.best()) {
        const auto need = std::make_shared<const Document>(
            needs.views()[candidate.view].segment->listings().document(candidate.slot)
        );
        const auto statement = statement_of(terms_of(*need), lexicon);
        const auto raw = score_of(statement, lexicon, *need, achievement).raw;
        found.push_back(
            {need, pair_score(settled(raw + feedback.lift_of(*need)), lexicon.calibration())}
        );
    }
    return sorted(std::move(found), k);
}

} // namespace jishi::matching
