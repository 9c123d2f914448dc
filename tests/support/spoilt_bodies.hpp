// Request bodies made from a schema: one that fits, and for every member at every depth those that
// do not, each with what the market has to say about it.
#pragma once

#include "market/refusal.hpp"
#include "protocol/json/schema.hpp"

#include <string>
#include <vector>

namespace jishi::test {

// Every member is there, each as small as it may be.
std::string fitting_body(const protocol::json::Schema& schema);

struct SpoiltBody {
    std::string what; // for the failure's text: "/offer/terms/mode as a number"
    std::string body;
    market::RefusalCode code = market::RefusalCode::invalid_fields;
    // The one error that is told; of malformed_json none.
    std::string pointer{}, reason{};
    std::string bound{}; // empty: not looked at
};

// A value at its limit is sent together with a member that does not exist: that member alone may be
// refused, so that these bodies, too, change nothing.
inline constexpr const char* no_such_member = "no_such_member";
std::vector<SpoiltBody> spoilt_bodies(const protocol::json::Schema& schema);

} // namespace jishi::test
