// An event of the log as it is pushed to live sockets.
#pragma once

#include "market/event.hpp"
#include "protocol/ws/hub.hpp"

namespace jishi::protocol {

// One text goes to all who are told, so an event for everyone carries no reason.
LiveEvent live_event(const market::LoggedEvent& logged);

} // namespace jishi::protocol
