// The addresses about the program itself: health, metrics, the API's own description, a first page.
#pragma once

#include "protocol/routes.hpp"

#include <functional>
#include <string>
#include <vector>

namespace jishi::app {

struct MetaSources {
    std::function<std::string()> metrics, openapi;
    std::function<bool()> is_ready; // may throw: not ready
};

std::vector<protocol::Route> meta_routes(MetaSources sources);

} // namespace jishi::app
