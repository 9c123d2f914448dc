#include "protocol/handlers/common.hpp"

#include "market/text.hpp"
#include "protocol/secrets.hpp"

#include <algorithm>
#include <limits>

namespace jishi::protocol {

namespace {

constexpr std::int64_t history_entries_max = 10'000;

constexpr std::array history_entry_fields{
    json::required("name", json::text(1, 100), "事件，如 deal.accept", "The event, as deal.accept"),
    json::required("from", json::text(0, 40), "之前的状态", "The state before"),
    json::required("to", json::text(0, 40), "之后的状态", "The state after"),
    json::required("at", json::instant()),
    json::required("reason", reason_schema),
};
constexpr json::Schema history_entry_schema = json::object("HistoryEntry", history_entry_fields);
constexpr auto history_fields = list_fields(history_entry_schema, history_entries_max);

} // namespace

const json::Schema history_schema = json::object("History", history_fields);

market::Result<Reply>
once_with_password(const Services& services, const Request& request, const UnitWork& work) {
    Request keyed = request;
    keyed.body = services.cursors.encode(sha256_hex(request.body));
    return once(services, keyed, work);
}

std::optional<std::uint32_t> expected_version(const Request& request) {
    constexpr std::uint64_t last = std::numeric_limits<std::uint32_t>::max();
    if (!request.expected_version) return {};
    return static_cast<std::uint32_t>(std::min(*request.expected_version, last));
}

std::optional<market::Date> date_of(const json::Object& object, std::string_view name) {
    const auto text = object.optional_text(name);
    return text ? market::parse_date(*text) : std::nullopt;
}

market::Instant instant_of(const json::Object& object, std::string_view name) {
    return *market::parse_instant(object.text(name));
}

std::string text_of(const json::Object& object, std::string_view name) {
    return std::string(object.text(name));
}

std::string reason_of(const Request& request) {
    return market::trim(request.object().text("reason"));
}

void write_money(json::Writer& out, std::string_view name, market::Fen amount_fen) {
    out.key(name)
        .begin_object()
        .field("amount_fen", amount_fen)
        .field("currency", currencies[0])
        .end_object();
}

void write_names(
    json::Writer& out, std::string_view name, const std::vector<std::string_view>& names
) {
    out.key(name).begin_array();
    for (const auto each : names)
        out.value(each);
    out.end_array();
}

std::optional<std::string> shown(const std::optional<market::Instant>& at) {
    return at ? std::optional(market::format_instant(*at)) : std::nullopt;
}

std::optional<std::string> shown(const std::optional<market::Date>& date) {
    return date ? std::optional(market::format_date(*date)) : std::nullopt;
}

Reply history_reply(market::Books& books, const std::string& object_id) {
    return whole_list_reply(
        books.events.history_of(object_id),
        [](json::Writer& out, const market::Event& event) {
            out.begin_object()
                .field("name", event.name)
                .field("from", event.from)
                .field("to", event.to);
            out.field("at", shown(event.at)).field("reason", event.reason).end_object();
        }
    );
}

} // namespace jishi::protocol
