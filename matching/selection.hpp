// The best contenders of a ranking, in the order in which matches are shown.
#pragma once

#include "matching/engine.hpp"
#include "matching/scoring.hpp"

#include <algorithm>
#include <vector>

namespace jishi::matching {

inline std::vector<RankedMatch> shown(
    std::vector<Contender> contenders,
    const Collection& listings,
    std::size_t k,
    const Calibration& calibration
) {
    const auto store_of = [&](const Contender& one) -> const ListingStore& {
        return listings.views()[one.view].segment->listings();
    };
    keep_best(contenders, k, &Contender::score);
    for (const auto& one : contenders)
        store_of(one).prefetch_start(one.slot);
    for (const auto& one : contenders)
        store_of(one).prefetch_bytes(one.slot);
    std::vector<RankedMatch> out;
    out.reserve(contenders.size());
    for (const auto& one : contenders)
        out.push_back(
            {std::make_shared<const Document>(store_of(one).document(one.slot)),
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
