#include "app/match_gate.hpp"

#include <algorithm>

namespace jishi::app {

bool MatchGate::admits(
    const matching::Snapshot& snapshot,
    const matching::Document& listing,
    const market::ListingId& found,
    double score,
    std::size_t best_max,
    std::int32_t today_day
) {
    auto [place, unknown] = best_.try_emplace(listing.id);
    auto& best = place->second;
    if (unknown)
        for (const auto& ranked :
             snapshot.rank_for(listing, best_max, today_day, {}, matching::Repeats::each))
            best[ranked.document->id] = ranked.score.score;
    if (best.contains(found) || best.size() < best_max) {
        best[found] = score;
        return true;
    }
    const auto worst = std::min_element(best.begin(), best.end(), [](const auto& a, const auto& b) {
        return a.second < b.second;
    });
    if (score <= worst->second) return false;
    best.erase(worst);
    best[found] = score;
    return true;
}

} // namespace jishi::app
