#include "matching/ranking.hpp"

#include "matching/pair.hpp"
#include "matching/scoring.hpp"
#include "matching/selection.hpp"

#include <algorithm>
#include <functional>

namespace jishi::matching {

namespace {

// Of each view's candidates, which are in the order of views, the sums over some terms.
std::vector<std::int64_t> sums_of(
    const std::vector<StatementLists>& lists, std::span<const Bounded> candidates, Terms which
) {
    std::vector<std::int64_t> out;
    for_each_view(candidates, [&](std::uint32_t view, std::span<const SlotIndex> slots, auto) {
        const auto sums = lists[view].sums_of(slots, which);
        out.insert(out.end(), sums.begin(), sums.end());
    });
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

} // namespace jishi::matching
