#include "matching/nearest.hpp"

#include <algorithm>

namespace jishi::matching {

void add_nearest(
    const Collection& listings,
    const Meaning& asker,
    std::size_t wanted,
    const AsContender& as_contender,
    std::vector<Contender>& to
) {
    if (to.size() >= wanted || alignment(asker, asker) == 0) return;
    std::vector<Contender> found;
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
            if (const auto one = as_contender(view, slot, likenesses[i])) found.push_back(*one);
        }
    }
    keep_best(found, wanted - to.size(), &Contender::meaning);
    to.insert(to.end(), found.begin(), found.end());
}

} // namespace jishi::matching
