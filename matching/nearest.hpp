// Who is like in meaning, where terms find too few.
#pragma once

#include "matching/scoring.hpp"

#include <functional>
#include <vector>

namespace jishi::matching {

// Adds, of the live listings that are not yet among the contenders, those whose meaning has most in
// common with the asker's, anything and more than usual, and which are not excluded: until the
// contenders are `wanted`, and what ties with the last. `contender` gives one with what that
// counts. Looks at every listing: meant for the few who share terms with nearly nobody. REQUIRES:
// contenders in the order of views and slots, which they are no more afterwards.
void add_nearest(
    const Collection& listings,
    const Meaning& asker,
    std::size_t wanted,
    const std::function<Contender(std::uint32_t view, SlotIndex slot, std::int32_t alignment)>&
        contender,
    const std::function<bool(const Contender&)>& excludes,
    std::vector<Contender>& to
);

} // namespace jishi::matching
