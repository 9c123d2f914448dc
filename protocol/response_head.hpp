// The head of an answer as bytes.
#pragma once

#include "protocol/reply.hpp"

#include <ctime>
#include <string>
#include <string_view>

namespace jishi::protocol {

// What the connection adds to a reply.
struct Framing {
    bool keep_alive = true;
    bool http_1_0 = false;
    bool no_store = false; // the request carried credentials
    std::string_view date;
    std::string_view request_id;
    std::string_view cors_origin{}; // an allowed one
};

std::string response_head(const Reply& reply, const Framing& framing);

// "Sun, 06 Nov 1994 08:49:37 GMT"
std::string http_date(std::time_t at);

} // namespace jishi::protocol
