// The route table of the program without its handlers: what every address promises.
#pragma once

#include "protocol/routes.hpp"

#include <string_view>

namespace jishi::test {

// None of its handlers may be called.
const protocol::RouteTable& promised_routes();

// Throws std::out_of_range where no route is called so.
const protocol::Route& promised_route(std::string_view operation);

} // namespace jishi::test
