// Who is like in meaning, where terms find too few.
#pragma once

#include "matching/scoring.hpp"

#include <functional>
#include <optional>
#include <vector>

namespace jishi::matching {

// What the listing's meaning, so far aligned with the asker's, counts; above 0 if more than usual.
using MeaningScore =
    std::function<double(std::uint32_t view, SlotIndex slot, std::int32_t alignment)>;
// The listing as a contender whose meaning counts so much; nothing where it is excluded.
using AsContender =
    std::function<std::optional<Contender>(std::uint32_t view, SlotIndex slot, double meaning)>;

// Adds, of the live listings that are not yet among the contenders, those whose meaning counts most
// and has anything in common with the asker's: until the contenders are `wanted`, and what ties
// with the last. Looks at the meaning of every listing: meant for the few who share terms with
// nearly nobody. REQUIRES: contenders in the order of views and slots, which they are no more
// afterwards.
void add_nearest(
    const Collection& listings,
    const Meaning& asker,
    std::size_t wanted,
    const MeaningScore& score_of,
    const AsContender& as_contender,
    std::vector<Contender>& to
);

} // namespace jishi::matching
