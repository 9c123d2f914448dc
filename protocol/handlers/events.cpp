// GET /api/v1/events: the event log as the caller may see it; GET /api/v1/live: the same, pushed.
#include "market/access.hpp"
#include "protocol/handlers/common.hpp"
#include "protocol/handlers/event_json.hpp"

#include <algorithm>
#include <limits>

namespace jishi::protocol {

namespace {

using market::Caller;
using market::Result;

constexpr std::int64_t page_default = 100;
// Events that one request looks through: where the caller may see few of them, the page comes back
// short and `last_seq` says how far it got.
constexpr std::uint32_t read_max = 500;

bool is_addressed_to(const Caller& caller, const market::Event& event) {
    return std::ranges::find(event.audience, caller.organisation) != event.audience.end() ||
           (event.operators_told && caller.is_operator());
}

Result<Reply> list(const Services& services, const Request& request) {
    const auto& caller = *request.caller;
    if (const auto permitted = market::permit(caller, market::Action::read_own_things); !permitted)
        return permitted.refusal();
    auto last = static_cast<std::uint64_t>(request.query_integer("after").value_or(0));
    const auto limit = request.query_integer("limit").value_or(page_default);
    json::Writer out;
    out.begin_object().key("items").begin_array();
    std::int64_t written = 0;
    for (const auto& logged : services.read_events(last, read_max)) {
        if (written == limit) break;
        last = logged.position;
        const bool addressed = is_addressed_to(caller, logged.event);
        if (!addressed && !logged.event.everyone_told) continue;
        write_event(out, logged, addressed ? Reason::shown : Reason::withheld);
        ++written;
    }
    out.end_array().field("last_seq", last).end_object();
    return ok(out.take());
}

constexpr std::array events_query{
    json::optional(
        "after",
        json::integer(0, std::numeric_limits<std::int64_t>::max()),
        "上一次的 last_seq",
        "last_seq of the time before"
    ),
    json::optional(
        "limit", json::integer(1, events_page_max), "条数，默认 100", "How many, 100 by default"
    ),
};

} // namespace

std::vector<Route> event_routes(const Services& services) {
    return {
        {.pattern = "/api/v1/events",
         .operation = "list_events",
         .handler = bound(services, list),
         .scope = market::Scope::read,
         .query = events_query,
         .response = &event_list_schema,
         .tag = "events",
         .summary_zh = "与本机构有关的事件",
         .summary_en = "What happened that concerns the caller"},
        {.pattern = "/api/v1/live",
         .operation = "live_events",
         .scope = market::Scope::read,
         .success = 101,
         .tag = "events",
         .summary_zh = "实时事件（WebSocket）",
         .summary_en = "The same events, pushed over a WebSocket",
         .live = true},
    };
}

} // namespace jishi::protocol
