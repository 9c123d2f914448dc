#include "matching/ranking.hpp"

#include "matching/pair.hpp"
#include "matching/scoring.hpp"

#include <algorithm>
#include <functional>

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

    bool may_enter(double score) const { return score >= floor_; }

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

bool is_excluded(
    const Collection& achievements, const Bounded& one, const Document& need, std::int32_t today_day
) {
    const auto& listings = achievements.views()[one.view].segment->listings();
    return exclusion_of(need, listings.conditions(one.slot), today_day).has_value();
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
    for (auto enough = wanted + wanted / 4;; enough *= 4) {
        Shortlist shortlist(enough);
        for (std::uint32_t v = 0; v < achievements.views().size(); ++v)
            bounds.offer(achievements.views()[v], v, lists[v], shortlist);
        auto found = shortlist.take();
        std::erase_if(found, [&](const Bounded& one) {
            return is_excluded(achievements, one, need, today_day);
        });
        // Where many are excluded, others come into question that were not kept.
        const auto sure =
            static_cast<std::size_t>(std::ranges::count_if(found, [&](const Bounded& one) {
                return one.least >= shortlist.floor();
            }));
        if (sure < wanted && shortlist.floor() > 1) continue;
        Shortlist best(wanted);
        for (const auto& one : found)
            best.offer(one);
        Chosen out{best.take(), {}};
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

// What every need of a view has in common with an achievement, space by space.
std::vector<std::array<double, space_count>>
shared_sums(const Segment& needs, const std::vector<Worth>& worths) {
    std::array<double, TermCount::packed_count> statement_weights{};
    for (std::uint8_t packed = 0; packed < TermCount::packed_count; ++packed)
        statement_weights[packed] = statement_weight(TermCount{packed});
    std::vector<std::array<double, space_count>> sums(needs.size());
    for (const auto& worth : worths) {
        const auto list = needs.find(worth.key);
        if (!list) continue;
        const auto space = index_of(space_of(worth.key));
        list->for_each([&](SlotIndex slot, TermCount count) {
            sums[slot][space] += statement_weights[count.packed] * worth.value;
        });
    }
    return sums;
}

double lexical_sum(const std::array<double, space_count>& sums, const NeedNorm& norm) {
    double lexical = 0;
    for (std::size_t space = 0; space < space_count; ++space)
        lexical += sums[space] * static_cast<double>(norm.spaces[space].scale) -
                   static_cast<double>(norm.spaces[space].base);
    return lexical;
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
    Selection candidates(candidates_for(k), rounding_slack);
    for (std::size_t v = 0; v < needs.views().size(); ++v) {
        const auto& segment = *needs.views()[v].segment;
        const auto sums = shared_sums(segment, worths);
        const auto& classes = *needs.views()[v].length_classes;
        for (std::size_t slot = 0; slot < segment.size(); ++slot) {
            const auto& sum = sums[slot];
            if (classes[slot] == 0 || sum[0] + sum[1] + sum[2] <= 0) continue;
            const double lexical = lexical_sum(sum, norms.of(v, slot));
            if (candidates.may_enter(lexical) &&
                !exclusion_of(segment.listings().conditions(slot), achievement, today_day))
                candidates.offer(lexical, v, slot);
        }
    }

    Selection best(k, rounding_slack);
    for (const auto& candidate : candidates.best()) {
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
