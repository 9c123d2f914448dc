#include "matching/ranking.hpp"

#include "matching/nearest.hpp"
#include "matching/pair.hpp"
#include "matching/scoring.hpp"
#include "matching/selection.hpp"

#include <algorithm>

namespace jishi::matching {

namespace {

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
          today_day_(today_day), statement_(statement_of(terms_of(need), lexicon)),
          lists_(achievements, statement_) {}

    // The k best, and what ties with the last of them, among others.
    std::vector<Contender> best(std::size_t k) {
        const auto wanted = candidates_for(k);
        auto found = chosen_by(statement_.heavy_terms(), wanted);
        auto left = statement_.light_terms();
        if (found.size() < wanted && left.begin < left.end) {
            found = chosen_by(statement_.all_terms(), wanted);
            left = {};
        }
        if (found.size() < wanted) add_like(wanted, found);
        for (auto& one : found)
            look_at(one);
        lists_.add_for_best(k, left, found);
        return found;
    }

private:
    const Segment& segment_of(std::uint32_t view) const {
        return *achievements_.views()[view].segment;
    }

    // The `wanted` that have most in common with the need, as far as some of its terms tell, and
    // what ties with the last; without the excluded. In the order of views and slots.
    std::vector<Contender> chosen_by(TermRange terms, std::size_t wanted) {
        Bounds bounds(statement_, terms);
        const auto excludes = [&](const Bounded& one) { return is_excluded(one.view, one.slot); };
        const auto offer = [&](std::uint32_t view, Shortlist& to) {
            bounds.offer(achievements_.views()[view], view, lists_.of(view), to);
        };
        std::vector<Contender> out;
        for (const auto& one : shortlisted(achievements_, wanted, 1, 0, excludes, offer)) {
            segment_of(one.view).prefetch_meaning(one.slot);
            out.push_back({one.view, one.slot, statement_.base});
        }
        lists_.add(terms, out);
        keep_best(out, wanted, &Contender::lexical);
        return out;
    }

    bool is_excluded(std::uint32_t view, SlotIndex slot) const {
        const auto of = segment_of(view).listings().conditions(slot);
        return exclusion_of(need_, of, today_day_).has_value();
    }

    // Those of like meaning who share no term.
    void add_like(std::size_t wanted, std::vector<Contender>& to) const {
        const auto score_of = [&](std::uint32_t, SlotIndex, std::int32_t alignment) {
            return meaning_score(alignment, statement_.meaning_norm);
        };
        const auto as_contender = [&](std::uint32_t view, SlotIndex slot, double meaning) {
            return is_excluded(view, slot)
                       ? std::nullopt
                       : std::optional(Contender{view, slot, statement_.base, 0, meaning});
        };
        add_nearest(achievements_, statement_.meaning, wanted, score_of, as_contender, to);
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

    const Document& need_;
    const Collection& achievements_;
    const Lexicon& lexicon_;
    const Feedback& feedback_;
    std::int32_t today_day_;
    Statement statement_;
    CollectionLists lists_;
};

} // namespace

std::size_t candidates_for(std::size_t k) {
    return std::max<std::size_t>(200, 10 * k);
}

PairScore score_of(
    const Statement& statement,
    const Lexicon& lexicon,
    const Document& need,
    const Document& achievement,
    double lift
) {
    const auto terms = terms_of(achievement);
    const double text =
        lexical_score(statement, terms) + meaning_score(statement, lexicon.meaning_of(terms));
    const double raw = settled(text + sum_of(factors_of(need, achievement)));
    return pair_score(settled(raw + lift), lexicon.calibration());
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
    NeedRanking ranking(need, achievements, lexicon, feedback, today_day);
    return shown(ranking.best(k), achievements, k, lexicon.calibration());
}

} // namespace jishi::matching
