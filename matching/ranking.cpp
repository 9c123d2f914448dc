#include "matching/ranking.hpp"

#include "matching/pair.hpp"

#include <algorithm>
#include <functional>

namespace jishi::matching {

namespace {

// Sums added up in another order differ by far less than this; candidates this close to the last
// place are scored again.
constexpr double rounding_slack = 1e-6;

struct Candidate {
    double raw;
    std::uint32_t view, slot;
};

// Keeps what may be among the k best, then settles their order by the score that score_of() gives.
class Selection {
public:
    Selection(const Collection& market, std::size_t k) : market_(market), k_(k) {}

    // Whether a candidate of this raw score is worth a closer look.
    bool may_enter(double raw) const { return raw >= floor_; }

    void offer(double raw, std::size_t view, std::size_t slot) {
        if (!may_enter(raw)) return;
        candidates_.push_back(
            {raw, static_cast<std::uint32_t>(view), static_cast<std::uint32_t>(slot)}
        );
        if (candidates_.size() >= 4 * k_ + 1024) shrink();
    }

    std::vector<RankedMatch> settle(const std::function<PairScore(const Document&)>& score) {
        shrink();
        std::vector<RankedMatch> out;
        for (const auto& candidate : candidates_) {
            const auto& document =
                market_.views()[candidate.view].segment->shared_document(candidate.slot);
            out.push_back({document, score(*document)});
        }
        std::sort(out.begin(), out.end(), [](const RankedMatch& a, const RankedMatch& b) {
            if (a.score.raw != b.score.raw) return a.score.raw > b.score.raw;
            return a.document->id < b.document->id;
        });
        if (out.size() > k_) out.resize(k_);
        return out;
    }

private:
    void shrink() {
        if (candidates_.size() <= k_) return;
        const auto last = candidates_.begin() + static_cast<std::ptrdiff_t>(k_ - 1);
        std::nth_element(
            candidates_.begin(),
            last,
            candidates_.end(),
            [](const Candidate& a, const Candidate& b) { return a.raw > b.raw; }
        );
        floor_ = last->raw - rounding_slack;
        std::erase_if(candidates_, [this](const Candidate& c) { return c.raw < floor_; });
    }

    const Collection& market_;
    std::size_t k_;
    double floor_ = -1e300;
    std::vector<Candidate> candidates_;
};

} // namespace

PairScore score_of(const Statement& statement, const Document& need, const Document& achievement) {
    const double lexical = lexical_score(statement, terms_of(achievement));
    return pair_score(settled(lexical + sum_of(factors_of(need, achievement))));
}

std::vector<RankedMatch> rank_achievements(
    const Document& need, const Collection& achievements, std::size_t k, std::int32_t today_day
) {
    if (k == 0) return {};
    const auto statement = statement_of(terms_of(need), achievements);
    Selection selection(achievements, k);
    for (std::size_t v = 0; v < achievements.views().size(); ++v) {
        const auto& view = achievements.views()[v];
        const auto sums = weighted_sums(view, statement);
        for (std::size_t slot = 0; slot < sums.size(); ++slot) {
            const double lexical = sums[slot] - statement.base;
            if (sums[slot] <= 0 || !selection.may_enter(lexical + factor_sum_max)) continue;
            const auto& document = view.segment->document(slot);
            if (!exclusion_of(need, document, today_day))
                selection.offer(lexical + sum_of(factors_of(need, document)), v, slot);
        }
    }
    return selection.settle([&](const Document& found) { return score_of(statement, need, found); }
    );
}

std::vector<RankedMatch> rank_needs(
    const Document& achievement,
    const Collection& needs,
    const Collection& achievements,
    const NeedNorms& norms,
    std::size_t k,
    std::int32_t today_day
) {
    if (k == 0) return {};
    const auto terms = terms_of(achievement);
    const auto& impact = impacts()[length_class_of(terms.length)];
    std::array<double, 256> statement_weights{};
    for (unsigned packed = 0; packed < 256; ++packed)
        statement_weights[packed] = statement_weight(TermCount{static_cast<std::uint8_t>(packed)});
    std::vector<double> worth; // W_t x_t of each term of the achievement
    for (const auto& term : terms.terms)
        worth.push_back(term_weight(term.key, achievements).weight * impact[term.count.total()]);

    Selection selection(needs, k);
    const auto key_of = [](const CountedTerm& term) { return term.key; };
    std::vector<std::array<double, space_count>> sums;
    for (std::size_t v = 0; v < needs.views().size(); ++v) {
        const auto& segment = *needs.views()[v].segment;
        sums.assign(segment.size(), {});
        for_each_held(segment, terms.terms, key_of, [&](std::size_t t, Postings held) {
            const auto space = index_of(space_of(terms.terms[t].key));
            for (std::size_t i = 0; i < held.slots.size(); ++i)
                sums[held.slots[i]][space] += statement_weights[held.counts[i].packed] * worth[t];
        });
        const auto& classes = *needs.views()[v].length_classes;
        for (std::size_t slot = 0; slot < segment.size(); ++slot) {
            const auto& sum = sums[slot];
            if (classes[slot] == 0 || sum[0] + sum[1] <= 0) continue;
            const auto& norm = norms.of(v, slot);
            const double lexical =
                sum[0] * norm[0].scale - norm[0].base + sum[1] * norm[1].scale - norm[1].base;
            if (!selection.may_enter(lexical + factor_sum_max)) continue;
            const auto& need = segment.document(slot);
            if (!exclusion_of(need, achievement, today_day))
                selection.offer(lexical + sum_of(factors_of(need, achievement)), v, slot);
        }
    }
    return selection.settle([&](const Document& need) {
        return score_of(statement_of(terms_of(need), achievements), need, achievement);
    });
}

} // namespace jishi::matching
