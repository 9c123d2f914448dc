// The matches that people confirmed, with their texts: what the whole market learns from besides
// its listings.
#pragma once

#include "matching/document.hpp"
#include "storage/store.hpp"

#include <vector>

namespace jishi::app {

struct ConfirmedTexts {
    matching::Document need, achievement;
};

// Pairs with a combined grade (market/feedback.hpp) of a match, at most `most` and then evenly
// spread, by need id, then achievement id. The best end with both listings closed, so each has the
// text it had when it was last live.
std::vector<ConfirmedTexts> confirmed_matches(storage::Store& store, std::size_t most);

} // namespace jishi::app
