// Learns a model from the texts of a market and from the matches people confirmed in it: nothing is
// downloaded and no word list is kept. Deterministic: the same history gives the same model, bit
// for bit.
#pragma once

#include "matching/document.hpp"
#include "matching/listing_source.hpp"
#include "matching/model.hpp"

#include <functional>
#include <memory>
#include <span>

namespace jishi::matching {

struct LearningLimits {
    std::size_t listings_max = 200'000;   // of each kind, evenly over the market
    std::size_t confirmed_max = 20'000;   // evenly over all
    std::size_t texts_kept_max = 100'000; // of all these, evenly: read many times, so held as terms
    std::uint32_t dimensions = 256;       // of a meaning; 0 leaves meanings out
    // Asked many times while it learns; once it says yes it must go on to, and learning ends.
    std::function<bool()> stopped = [] { return false; };
    // Called when it needs much less memory from then on.
    std::function<void()> lighter = [] {};
};

inline constexpr double confirmed_grade_min = 3; // of 1 to 4

// A pair that people called a match. Its listings need not be live any more.
struct ConfirmedMatch {
    const Document *need, *achievement;
};

// The order of matches does not matter. Null when it was stopped. REQUIRES:
// dimensions are a multiple of 16.
std::shared_ptr<const Model> learn(
    const ListingSource& achievements,
    const ListingSource& needs,
    std::span<const ConfirmedMatch> confirmed = {},
    const LearningLimits& limits = {}
);

} // namespace jishi::matching
