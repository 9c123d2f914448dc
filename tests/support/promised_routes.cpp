#include "tests/support/promised_routes.hpp"

#include "app/meta_routes.hpp"
#include "protocol/services.hpp"

#include <stdexcept>
#include <string>

namespace jishi::test {

const protocol::RouteTable& promised_routes() {
    static const protocol::Services services{
        .in_unit = {},
        .snapshot = {},
        .now = {},
        .cursors = protocol::Cursors({}),
        .read_events = {},
        .end_live = {}};
    static const protocol::RouteTable table = [] {
        auto routes = protocol::make_routes(services);
        for (auto& route : app::meta_routes({}))
            routes.push_back(std::move(route));
        return protocol::RouteTable(std::move(routes));
    }();
    return table;
}

const protocol::Route& promised_route(std::string_view operation) {
    for (const auto& route : promised_routes().all())
        if (route.operation == operation) return route;
    throw std::out_of_range("no route is called " + std::string(operation));
}

} // namespace jishi::test
