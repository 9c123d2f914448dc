// The question a reader puts to the catalogue, as query parameters: of the search route and of
// saved searches.
#pragma once

#include "market/result.hpp"
#include "matching/search.hpp"
#include "protocol/json/schema.hpp"
#include "protocol/request.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace jishi::protocol {

// q, field*, mode*, industry, division, trl_min, trl_max, price_min_fen, price_max_fen, owner,
// published_since, sort, plain, limit, cursor.
std::span<const json::Field> search_parameters();

// REQUIRES: the parameters fit the table. Refuses invalid_fields where an upper end lies below its
// lower end. The page cursor is not read here: it is signed, and the route holds the key.
market::Result<matching::SearchQuery>
parse_search(market::ListingKind kind, const std::vector<QueryValue>& parameters);

// "q=%E7%94%B5%E6%B1%A0&trl_min=5", checked with the same table. Refuses invalid_fields with the
// pointer /query.
market::Result<matching::SearchQuery>
parse_saved_query(market::ListingKind kind, std::string_view query_string);

} // namespace jishi::protocol
