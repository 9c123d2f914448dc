#include "protocol/live_json.hpp"

#include "protocol/handlers/event_json.hpp"

namespace jishi::protocol {

LiveEvent live_event(const market::LoggedEvent& logged) {
    const auto& event = logged.event;
    json::Writer out;
    write_event(out, logged, event.everyone_told ? Reason::withheld : Reason::shown);
    LiveEvent live{
        .sequence = logged.position,
        .json = out.take(),
        .audience = {},
        .operators = event.operators_told,
        .everyone = event.everyone_told};
    for (const auto& organisation : event.audience)
        live.audience.push_back(organisation.bytes);
    return live;
}

} // namespace jishi::protocol
