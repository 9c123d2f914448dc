// An event as its readers see it: never who did it, never who else was told.
#pragma once

#include "market/event.hpp"
#include "protocol/json/schema.hpp"
#include "protocol/json/writer.hpp"

#include <cstdint>

namespace jishi::protocol {

inline constexpr std::int64_t events_page_max = 200;

extern const json::Schema event_list_schema;

// A reason is for those an event is addressed to, not for everyone.
enum class Reason : bool { withheld, shown };
void write_event(json::Writer& out, const market::LoggedEvent& logged, Reason reason);

} // namespace jishi::protocol
