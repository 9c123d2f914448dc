#include "app/match_gate.hpp"

#include <algorithm>
#include <functional>

namespace jishi::app {

bool MatchGate::admits(
    const matching::Snapshot& snapshot,
    const matching::Document& listing,
    double score,
    std::size_t best_max,
    std::int32_t today_day
) {
    auto [place, unknown] = best_.try_emplace(listing.id);
    auto& heap = place->second;
    if (unknown) {
        for (const auto& ranked : snapshot.rank_for(listing, best_max, today_day))
            heap.push_back(ranked.score.score);
        std::make_heap(heap.begin(), heap.end(), std::greater<>());
        // The snapshot holds the new counterpart already.
        return heap.size() < best_max || score >= heap.front();
    }
    if (heap.size() >= best_max) {
        if (score < heap.front()) return false;
        std::pop_heap(heap.begin(), heap.end(), std::greater<>());
        heap.pop_back();
    }
    heap.push_back(score);
    std::push_heap(heap.begin(), heap.end(), std::greater<>());
    return true;
}

} // namespace jishi::app
