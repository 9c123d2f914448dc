// Where a page ended: an opaque text for callers, a sort key and an id for us.
#pragma once

#include "matching/search.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace jishi::matching {

struct PageEnd {
    SortBy sort = SortBy::relevance;
    double key = 0; // of the last hit; the larger comes first
    market::ListingId id;
    bool operator==(const PageEnd&) const = default;
};

std::string cursor_of(const PageEnd& end);
std::optional<PageEnd> parse_cursor(std::string_view text);

} // namespace jishi::matching
