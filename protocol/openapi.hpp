// The OpenAPI 3.1 document, written from the route table: what the server checks is what the
// document says.
#pragma once

#include "protocol/routes.hpp"

#include <string>
#include <string_view>

namespace jishi::protocol {

std::string
openapi_document(const RouteTable& routes, std::string_view title, std::string_view version);

} // namespace jishi::protocol
