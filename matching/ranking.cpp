#include "matching/ranking.hpp"

#include "matching/pair.hpp"
#include "matching/scoring.hpp"
#include "matching/selection.hpp"

#include <algorithm>
#include <functional>

namespace jishi::matching {

namespace {

constexpr double rounding_slack = 1e-6; // more than a score loses by rounding
// So many light terms are added at once before those are left behind whom the rest cannot save.
constexpr std::size_t light_terms_at_once = 12;

class NeedRanking {
public:
    NeedRanking(
        const Document& need,
        const Collection& achievements,
        const Lexicon& lexicon,
        const Feedback& feedback,
        std::int32_t today_day
    )
        : need_(need), achievements_(achievements), lexicon_(lexicon), feedback_(feedback),
          today_day_(today_day), statement_(statement_of(terms_of(need), lexicon)) {
        for (const auto& view : achievements.views())
            lists_.emplace_back(view, statement_);
    }

    // The k best, and what ties with the last of them, among others.
    std::vector<Contender> best(std::size_t k) const {
        const auto wanted = candidates_for(k);
        auto found = chosen_by(statement_.heavy_terms(), wanted);
        auto left = statement_.light_terms();
        if (found.size() < wanted && left.begin < left.end) {
            found = chosen_by(statement_.all_terms(), wanted);
            left.begin = left.end;
        }
        for (auto& one : found)
            look_at(one);
        while (left.begin < left.end) {
            drop_hopeless(found, k, left);
            const auto end = std::min(left.begin + light_terms_at_once, left.end);
            add({left.begin, end}, found);
            left.begin = end;
        }
        return found;
    }

private:
    const Segment& segment_of(std::uint32_t view) const {
        return *achievements_.views()[view].segment;
    }

    // The `wanted` that have most in common with the need, as far as some of its terms tell, and
    // what ties with the last; without the excluded. In the order of views and slots.
    std::vector<Contender> chosen_by(TermRange terms, std::size_t wanted) const {
        Bounds bounds(statement_, terms);
        Shortlist shortlist(wanted, 1, 0, [&](const Bounded& one) {
            const auto of = segment_of(one.view).listings().conditions(one.slot);
            return exclusion_of(need_, of, today_day_).has_value();
        });
        for (std::uint32_t v = 0; v < lists_.size(); ++v)
            bounds.offer(achievements_.views()[v], v, lists_[v], shortlist);
        std::vector<Contender> out;
        for (const auto& one : shortlist.take()) {
            segment_of(one.view).prefetch_meaning(one.slot);
            out.push_back({one.view, one.slot, statement_.base});
        }
        add(terms, out);
        keep_best(out, wanted, &Contender::lexical);
        return out;
    }

    void add(TermRange terms, std::vector<Contender>& to) const {
        for_each_view(to, [&](std::uint32_t view, std::span<const SlotIndex> slots, auto first) {
            const auto sums = lists_[view].sums_of(slots, terms);
            for (std::size_t i = 0; i < sums.size(); ++i)
                to[first + i].sum += sums[i];
        });
    }

    void look_at(Contender& one) const {
        const auto& segment = segment_of(one.view);
        const auto meaning = segment.meaning(one.slot);
        one.meaning = meaning_score(statement_, meaning);
        one.factors = sum_of(factors_of(need_, segment.listings().conditions(one.slot)));
        if (feedback_.empty()) return;
        one.lift = lexicon_.model() != nullptr
                       ? feedback_.lift_of(meaning)
                       : feedback_.lift_of(segment.listings().document(one.slot));
    }

    // Leaves those that may be among the k best, whichever of the terms `left` they hold.
    void drop_hopeless(std::vector<Contender>& contenders, std::size_t k, TermRange left) const {
        if (contenders.size() <= k) return;
        double weight = 0;
        for (auto i = left.begin; i < left.end; ++i)
            weight += weight_unit * statement_.terms[statement_.by_weight[i]].weight;
        const double enough = value_of_best(contenders, k, &Contender::score) - rounding_slack;
        std::erase_if(contenders, [&](const Contender& one) {
            const auto cls = (*achievements_.views()[one.view].length_classes)[one.slot];
            const double impact_max = (*statement_.impacts)[cls][TermCount::total_max];
            return one.score() + weight * impact_max < enough;
        });
    }

    const Document& need_;
    const Collection& achievements_;
    const Lexicon& lexicon_;
    const Feedback& feedback_;
    std::int32_t today_day_;
    Statement statement_;
    std::vector<StatementLists> lists_; // of each view
};

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
    const NeedRanking ranking(need, achievements, lexicon, feedback, today_day);
    return shown(ranking.best(k), achievements, k, lexicon.calibration());
}

} // namespace jishi::matching
