// Lists of listings that are read from the books: joined to the routes of the listings.
#pragma once

#include "protocol/services.hpp"

#include <vector>

namespace jishi::protocol {

std::vector<Route> listing_list_routes(const Services& services);

} // namespace jishi::protocol
