// Who comes into question for a ranking, the best of them, and the order in which matches are
// shown.
#pragma once

#include "matching/engine.hpp"
#include "matching/slot_set.hpp"
#include "matching/weighting.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <vector>

namespace jishi::matching {

struct Contender {
    std::uint32_t view;
    SlotIndex slot;
    double base = 0;      // of the need
    std::int64_t sum = 0; // in weight units, over the terms that were added
    double meaning = 0, factors = 0, lift = 0;

    double lexical() const { return static_cast<double>(sum) * weight_unit - base; }
    double score() const { return settled(lexical() + meaning + factors + lift); }
};

// The n-th highest value, or the lowest. REQUIRES: n > 0; any contenders.
template<class Value>
double value_of_best(const std::vector<Contender>& contenders, std::size_t n, Value value) {
    std::vector<double> values;
    for (const auto& one : contenders)
        values.push_back(std::invoke(value, one));
    const auto last = values.begin() + static_cast<std::ptrdiff_t>(std::min(n, values.size()) - 1);
    std::nth_element(values.begin(), last, values.end(), std::greater<>());
    return *last;
}

// Leaves the n best and what ties with the last of them.
template<class Value>
void keep_best(std::vector<Contender>& contenders, std::size_t n, Value value) {
    if (contenders.size() <= n) return;
    const double least = value_of_best(contenders, n, value);
    std::erase_if(contenders, [&](const Contender& one) {
        return std::invoke(value, one) < least;
    });
}

// The k best as they are shown.
inline std::vector<RankedMatch> shown(
    std::vector<Contender> contenders,
    const Collection& listings,
    std::size_t k,
    const Calibration& calibration
) {
    keep_best(contenders, k, &Contender::score);
    std::vector<RankedMatch> out;
    for (const auto& one : contenders)
        out.push_back(
            {std::make_shared<const Document>(
                 listings.views()[one.view].segment->listings().document(one.slot)
             ),
             pair_score(one.score(), calibration)}
        );
    std::sort(out.begin(), out.end(), [](const RankedMatch& a, const RankedMatch& b) {
        if (a.score.raw != b.score.raw) return a.score.raw > b.score.raw;
        return a.document->id < b.document->id;
    });
    if (out.size() > k) out.resize(k);
    return out;
}

} // namespace jishi::matching
