// The matches that people confirmed, with their texts: what the whole market learns from besides
// its listings.
#pragma once

#include "matching/document.hpp"
#include "storage/store.hpp"

#include <functional>
#include <vector>

namespace jishi::app {

struct ConfirmedTexts {
    matching::Document need, achievement;
};

// Pairs with a combined grade (market/feedback.hpp) of a match, at most `most` and then evenly
// spread, by need id, then achievement id. The best end with both listings closed, so each has the
// text it had when it was last live; a listing that the public may no longer see
// (market/access.hpp) teaches nothing. Once `stopped` says yes, less than all.
std::vector<ConfirmedTexts>
confirmed_matches(storage::Store& store, std::size_t most, const std::function<bool()>& stopped);

} // namespace jishi::app
