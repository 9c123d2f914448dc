// Standing questions: joined to the routes of the search.
#pragma once

#include "protocol/services.hpp"

#include <vector>

namespace jishi::protocol {

std::vector<Route> saved_search_routes(const Services& services);

} // namespace jishi::protocol
