#include "matching/nearest.hpp"

#include <algorithm>

namespace jishi::matching {

namespace {
struct Like {
    double score;
    std::uint32_t view;
    SlotIndex slot;
};
} // namespace

void add_nearest(
    const Collection& listings,
    const Meaning& asker,
    std::size_t wanted,
    const MeaningScore& score_of,
    const AsContender& as_contender,
    std::vector<Contender>& to
) {
    if (to.size() >= wanted || alignment(asker, asker) == 0) return;
    std::vector<Like> found;
    found.reserve(listings.size());
    auto known = to.begin();
    for (std::uint32_t view = 0; view < listings.views().size(); ++view) {
        const auto likenesses = alignments(listings.views()[view].segment->meanings(), asker);
        const auto& classes = *listings.views()[view].length_classes;
        for (std::size_t i = 0; i < classes.size(); ++i) {
            const auto slot = static_cast<SlotIndex>(i);
            if (known != to.end() && known->view == view && known->slot == slot) {
                ++known;
                continue;
            }
            if (classes[i] == 0 || likenesses[i] <= 0) continue;
            if (const auto score = score_of(view, slot, likenesses[i]); score > 0)
                found.push_back({score, view, slot});
        }
    }
    // Whether one is excluded is asked of no more than it takes: that costs most.
    std::ranges::make_heap(found, {}, &Like::score);
    double last = 0;
    while (!found.empty() && (to.size() < wanted || found.front().score == last)) {
        std::ranges::pop_heap(found, {}, &Like::score);
        const auto [score, view, slot] = found.back();
        found.pop_back();
        if (const auto one = as_contender(view, slot, score)) to.push_back(*one), last = score;
    }
}

} // namespace jishi::matching
