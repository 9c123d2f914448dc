// The columns of an event but its stamp, for the book that writes events and the log that reads
// them.
#pragma once

#include "market/event.hpp"
#include "storage/row.hpp"

namespace jishi::storage {

struct EventMap {
    using Object = market::Event;
    static constexpr std::string_view table = "event";
    static void columns(auto& io, auto& e) {
        io("id", e.id);
        io("object", e.object);
        io("object_version", e.object_version);
        io("name", e.name);
        io("from_state", e.from);
        io("to_state", e.to);
        io("member_id", e.member);
        io("reason", e.reason);
        io("facts", e.facts);
        io("audience", e.audience);
        io("operators_told", e.operators_told);
        io("everyone_told", e.everyone_told);
        io("happened_at", e.at);
    }
};

} // namespace jishi::storage
