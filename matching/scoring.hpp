// Adds up what the listings of a view share with a statement. Exact whole numbers; the long lists
// of the terms that weigh little are not walked but only asked about listings that can still be
// among the best (the MaxScore of Turtle and Flood, 1995, a segment at a time).
#pragma once

#include "matching/weighting.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace jishi::matching {

struct SlotSum {
    SlotIndex slot;
    std::int64_t sum; // in weight units, without the base
};

class ViewScorer {
public:
    // REQUIRES: both outlive it.
    ViewScorer(const Collection::View& view, const Statement& statement);

    // Every listing whose sum is at least `floor` and above 0, with its exact sum. A floor of 0 is
    // raised where that still leaves at least `enough` of them, or all there are.
    std::vector<SlotSum> at_least(std::int64_t& floor, std::size_t enough);

    // The sums of these listings. REQUIRES: ascending slots.
    std::vector<std::int64_t> sums_of(std::span<const SlotIndex> slots) const;

private:
    struct Found {
        PostingList list;
        std::int32_t weight;
        std::int64_t most; // that it adds to any listing of the view
        bool is_character;
    };
    void find_most();
    void walk(const Found& term, std::vector<std::int32_t>& sums) const;
    std::size_t walked_first(std::int64_t floor);
    std::vector<SlotSum> asked(
        const std::vector<std::int32_t>& sums, std::span<const Found> rest, std::int64_t floor
    ) const;

    const Collection::View& view_;
    const ImpactTable& impacts_;
    std::vector<Found> terms_;
};

} // namespace jishi::matching
