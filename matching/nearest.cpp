#include "matching/nearest.hpp"

namespace jishi::matching {

void add_nearest(
    const Collection& listings,
    std::size_t wanted,
    const std::function<Contender(std::uint32_t view, SlotIndex slot)>& contender,
    const std::function<bool(const Contender&)>& excludes,
    std::vector<Contender>& to
) {
    if (to.size() >= wanted) return;
    std::vector<Contender> found;
    auto known = to.begin();
    for (std::uint32_t view = 0; view < listings.views().size(); ++view) {
        const auto& classes = *listings.views()[view].length_classes;
        for (std::size_t i = 0; i < classes.size(); ++i) {
            const auto slot = static_cast<SlotIndex>(i);
            if (known != to.end() && known->view == view && known->slot == slot) {
                ++known;
                continue;
            }
            if (classes[i] == 0) continue;
            const auto one = contender(view, slot);
            if (one.meaning > 0 && !excludes(one)) found.push_back(one);
        }
    }
    keep_best(found, wanted - to.size(), &Contender::meaning);
    to.insert(to.end(), found.begin(), found.end());
}

} // namespace jishi::matching
