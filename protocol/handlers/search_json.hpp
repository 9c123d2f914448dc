// A page of search results.
#pragma once

#include "matching/search.hpp"
#include "protocol/json/schema.hpp"

#include <string>
#include <string_view>

namespace jishi::protocol {

extern const json::Schema search_page_schema;

// `next_cursor` is the one to show, empty on the last page.
std::string search_page_json(const matching::SearchPage& page, std::string_view next_cursor);

} // namespace jishi::protocol
