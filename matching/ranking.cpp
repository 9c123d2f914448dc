#include "matching/ranking.hpp"

#include "matching/pair.hpp"
#include "matching/scoring.hpp"

#include <algorithm>
#include <map>

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

    std::size_t wanted() const { return n_; }
    bool may_enter(double score) const { return score >= floor_; }
    // Nothing below enters any more; 0 as long as anything may.
    double floor() {
        shrink();
        return std::max(floor_, 0.0);
    }

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

// Leaves the best `wanted` that are not excluded, and what ties with the last of them. Looks at the
// conditions of no more listings than that takes: reading them costs more than finding them.
void leave_out_excluded(
    const Collection::View& view,
    const Document& need,
    std::int32_t today_day,
    std::size_t wanted,
    std::vector<SlotSum>& found
) {
    std::sort(found.begin(), found.end(), [](const SlotSum& a, const SlotSum& b) {
        return a.sum != b.sum ? a.sum > b.sum : a.slot < b.slot;
    });
    const auto& listings = view.segment->listings();
    std::size_t kept = 0;
    for (const auto one : found) {
        if (kept >= wanted && one.sum < found[wanted - 1].sum) break;
        if (!exclusion_of(need, listings.conditions(one.slot), today_day)) found[kept++] = one;
    }
    found.resize(kept);
}

// What may be among the selection's best, without the excluded.
std::vector<SlotSum> best_of(
    const Collection::View& view,
    const Statement& statement,
    Selection& selection,
    const Document& need,
    std::int32_t today_day
) {
    ViewScorer scorer(view, statement);
    const auto known = static_cast<std::int64_t>(selection.floor());
    for (auto enough = selection.wanted();; enough *= 4) {
        auto floor = known;
        auto found = scorer.at_least(floor, enough);
        leave_out_excluded(view, need, today_day, selection.wanted(), found);
        // Where many are excluded, the floor that was raised for them was too high.
        if (floor == known || found.size() >= selection.wanted()) return found;
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
    Selection selection(candidates_for(k), 0);
    for (std::size_t v = 0; v < achievements.views().size(); ++v) {
        const auto& view = achievements.views()[v];
        for (const auto& [slot, sum] : best_of(view, statement, selection, need, today_day))
            selection.offer(static_cast<double>(sum), v, slot);
    }
    Selection best(k, 0);
    for (const auto& candidate : selection.best()) {
        const auto& segment = *achievements.views()[candidate.view].segment;
        const auto conditions = segment.listings().conditions(candidate.slot);
        const auto meaning = segment.meaning(candidate.slot);
        const double text =
            candidate.score * weight_unit - statement.base + meaning_score(statement, meaning);
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
