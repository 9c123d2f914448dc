#include "protocol/handlers/event_json.hpp"

#include "protocol/handlers/common.hpp"

#include <limits>

namespace jishi::protocol {

namespace {

constexpr json::Schema position_schema = json::integer(0, std::numeric_limits<std::int64_t>::max());
constexpr json::Schema fact_schema = json::text(0, 1'000);

constexpr std::array event_fields{
    json::required("seq", position_schema, "日志位置", "Position in the log"),
    json::required("id", json::id("evt")),
    json::required("object", json::text(1, 60), "所涉对象的编号", "The id of what it happened to"),
    json::required(
        "name", json::text(1, 100), "事件，如 need.publish", "The event, as need.publish"
    ),
    json::required("from", json::text(0, 40), "之前的状态", "The state before"),
    json::required("to", json::text(0, 40), "之后的状态", "The state after"),
    json::required("at", json::instant()),
    json::required(
        "facts", json::map_of(fact_schema, 50), "相关编号与数值", "Related ids and figures"
    ),
    json::required(
        "reason", reason_schema.or_null(), "理由；仅相关方可见", "Why; for those concerned"
    ),
};
constexpr json::Schema event_schema = json::object("Event", event_fields);
constexpr std::array event_list_fields{
    json::required("items", json::array(event_schema, 0, events_page_max)),
    json::required(
        "last_seq",
        position_schema,
        "读到的位置，作为下一次的 after",
        "Read up to here; the next `after`"
    ),
};

} // namespace

const json::Schema event_list_schema = json::object("EventList", event_list_fields);

void write_event(json::Writer& out, const market::LoggedEvent& logged, Reason reason) {
    const auto& event = logged.event;
    out.begin_object()
        .field("seq", logged.position)
        .field("id", event.id.text())
        .field("object", event.object)
        .field("name", event.name)
        .field("from", event.from)
        .field("to", event.to)
        .field("at", shown(event.at))
        .key("facts")
        .begin_object();
    for (const auto& [name, value] : event.facts)
        out.field(name, value);
    out.end_object().key("reason");
    if (reason == Reason::shown && !event.reason.empty())
        out.value(event.reason);
    else
        out.null();
    out.end_object();
}

} // namespace jishi::protocol
