// The addresses about the program itself: health, metrics, the API's own description, a first page.
#pragma once

#include "protocol/routes.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace jishi::app {

// The model that listings are ranked by.
struct ModelNote {
    std::string version;
    std::int64_t listings = 0; // that it was learned from
};

struct MetaSources {
    std::function<std::string()> metrics, openapi;
    std::function<bool()> is_ready; // may throw: not ready
    std::function<ModelNote()> model;
};

std::vector<protocol::Route> meta_routes(const MetaSources& sources);

} // namespace jishi::app
