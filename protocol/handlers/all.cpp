#include "protocol/handlers/common.hpp"

#include <iterator>

namespace jishi::protocol {

std::vector<Route> make_routes(const Services& services) {
    std::vector<Route> all;
    for (const auto routes_of :
         {party_routes,
          member_routes,
          session_routes,
          token_routes,
          listing_routes,
          search_routes,
          match_routes,
          match_plan_routes,
          grade_routes,
          deal_routes,
          mandate_routes,
          contract_routes,
          event_routes}) {
        auto routes = routes_of(services);
        all.insert(all.end(), std::move_iterator(routes.begin()), std::move_iterator(routes.end()));
    }
    return all;
}

} // namespace jishi::protocol
