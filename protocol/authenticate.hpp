// Who stands behind "Authorization: Bearer ...".
#pragma once

#include "protocol/dispatch.hpp"
#include "protocol/services.hpp"

namespace jishi::protocol {

// For Callbacks::authenticate; blocks on one unit of work. Refuses unauthenticated (no bearer
// secret of ours), session_expired, account_disabled.
Authenticated authenticate_bearer(const Services& services, const Request& request);

} // namespace jishi::protocol
