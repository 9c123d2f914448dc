// The matches that people confirmed, with their texts: what the whole market learns from besides
// its listings.
#pragma once

#include "matching/document.hpp"
#include "storage/store.hpp"

#include <functional>
#include <span>
#include <vector>

namespace jishi::app {

// Pairs with a combined grade (market/feedback.hpp) of a match, by need id, then achievement id.
std::vector<market::Pair> confirmed_matches(storage::Store& store);

struct ConfirmedTexts {
    matching::Document need, achievement;
};

// Of the same in their order. The best end with both listings closed, so each has the text it had
// when it was last live; a pair with a listing that the public may no longer see
// (market/access.hpp) is left out. Once `stopped` says yes, less than all.
std::vector<ConfirmedTexts> texts_of(
    storage::Store& store, std::span<const market::Pair> pairs, const std::function<bool()>& stopped
);

} // namespace jishi::app
