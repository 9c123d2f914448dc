// What the content of a listing must mean. Its shape - types, lengths, characters - was checked
// where it came in.
#pragma once

#include "market/listing.hpp"

#include <vector>

namespace jishi::market {

// What holds for every stored revision, drafts too: numbers and codes that are given must be right.
std::vector<FieldRefusal> check_content(ListingKind kind, const ListingContent& content);

// What the market asks before it shows a listing: field, mode, a public text, and for a need a
// deadline still to come.
std::vector<FieldRefusal>
check_complete(ListingKind kind, const ListingContent& content, Date today);

// 0..100: how much of what a reader looks for has been filled in. Missing parts cost no one the
// market; they cost rank.
int completeness(ListingKind kind, const ListingContent& content);

// Patent numbers in their canonical form, keywords without duplicates. REQUIRES: check_content
// found nothing.
void normalise(ListingContent& content);

} // namespace jishi::market
