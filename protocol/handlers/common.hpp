// What the handlers of every resource share: rows of the route table, identifiers, money,
// vocabularies, lists.
#pragma once

#include "market/books.hpp"
#include "market/money.hpp"
#include "market/process.hpp"
#include "protocol/etag.hpp"
#include "protocol/json/reader.hpp"
#include "protocol/json/schema.hpp"
#include "protocol/json/writer.hpp"
#include "protocol/services.hpp"

#include <array>
#include <concepts>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace jishi::protocol {

// Joined by make_routes, as those of services.hpp.
std::vector<Route> member_routes(const Services& services);
std::vector<Route> token_routes(const Services& services);
std::vector<Route> mandate_routes(const Services& services);
std::vector<Route> match_plan_routes(const Services& services);
std::vector<Route> grade_routes(const Services& services);

// ---- rows of the route table ----

using HandlerFunction = market::Result<Reply> (*)(const Services&, const Request&);

inline Handler bound(const Services& services, HandlerFunction function) {
    return [&services, function](const Request& request) { return function(services, request); };
}

// ---- units of work ----

// A unit of work that yields a value instead of a reply: `work` is given the books and returns a
// Result<T>.
template<class T, class Work>
market::Result<T> yield_from_unit(const Services& services, Work work) {
    std::optional<T> value;
    const auto done = services.in_unit([&](market::Books& books) -> market::Result<Reply> {
        market::Result<T> result = work(books);
        if (!result) return result.refusal();
        value = *std::move(result);
        return Reply{};
    });
    if (!done) return done.refusal();
    return *std::move(value);
}

// once() for a request whose body holds a password: what is kept to recognise the request again is
// keyed, so that nobody who reads the stored answers can try passwords against it.
market::Result<Reply>
once_with_password(const Services& services, const Request& request, const UnitWork& work);

// ---- requests ----

// An id in the address, {id} where it is not said. A text of another form names nothing: not_found.
template<class IdType>
market::Result<IdType> path_id(const Request& request, std::string_view name = "id") {
    const auto id = IdType::parse(request.path_value(name));
    if (!id) return market::RefusalCode::not_found;
    return *id;
}

// Of If-Match, in the width of the market's versions; one that is too large is no version of
// anything.
std::optional<std::uint32_t> expected_version(const Request& request);

// The following read what the schema has accepted.
template<class Enum>
Enum enum_of(std::string_view name) {
    return *market::parse_name<Enum>(name);
}
template<class Enum>
market::Set<Enum> set_of(const json::Array& names) {
    market::Set<Enum> set;
    for (const auto name : names)
        set.add(enum_of<Enum>(name.text()));
    return set;
}
template<class Enum>
std::optional<Enum> query_enum(const Request& request, std::string_view name) {
    const auto text = request.query_text(name);
    return text ? market::parse_name<Enum>(*text) : std::nullopt;
}
std::optional<market::Date> date_of(const json::Object& object, std::string_view name);
market::Instant instant_of(const json::Object& object, std::string_view name);
std::string text_of(const json::Object& object, std::string_view name);
std::string reason_of(const Request& request); // trimmed: a blank reason is none

// ---- shapes ----

inline constexpr json::Field limit_query = json::optional(
    "limit",
    json::integer(1, page_limit_max),
    "每页条数，默认 20",
    "Entries of a page, 20 by default"
);
inline constexpr json::Field cursor_query = json::optional(
    "cursor", json::text(1, 512), "上一页的 next_cursor", "next_cursor of the page before"
);
inline constexpr std::array page_query{limit_query, cursor_query};

// The states of a process without the void before creation.
template<class State>
constexpr std::span<const std::string_view> states_of() {
    return market::names_of<State>().subspan(1);
}
template<class State>
constexpr json::Field state_query() {
    return json::optional(
        "state", json::one_of(states_of<State>()), "只要此状态", "Of this state only"
    );
}

// The names of the events that people fire on a thing that exists, from the rows of its process:
// what POST
// .../actions takes. `elsewhere` are events that have an address of their own.
template<const auto& rows, auto... elsewhere>
struct ActionNames {
    using Event = std::remove_cvref_t<decltype(rows[0].event)>;
    using State = std::remove_cvref_t<decltype(rows[0].from)>;

    static constexpr bool offered(Event event) {
        const bool is_elsewhere = ((event == elsewhere) || ...);
        if (is_elsewhere) return false;
        for (const auto& row : rows)
            if (row.event == event && row.from != State{} &&
                !row.actors.without({market::Actor::system}).empty())
                return true;
        return false;
    }
    static constexpr std::size_t count() {
        std::size_t number = 0;
        for (std::size_t i = 0; i < market::names_of<Event>().size(); ++i)
            number += offered(static_cast<Event>(i)) ? 1 : 0;
        return number;
    }
    static constexpr auto collect() {
        std::array<std::string_view, count()> found{};
        std::size_t at = 0;
        for (std::size_t i = 0; i < market::names_of<Event>().size(); ++i)
            if (offered(static_cast<Event>(i))) found[at++] = market::names_of<Event>()[i];
        return found;
    }
    static constexpr auto names = collect();
};
template<const auto& rows, auto... elsewhere>
inline constexpr std::span<const std::string_view> action_names =
    ActionNames<rows, elsewhere...>::names;

constexpr json::Field action_field(std::span<const std::string_view> names) {
    return json::required("action", json::one_of(names), "要执行的操作", "What to do");
}
inline constexpr json::Field reason_field = json::optional(
    "reason", json::paragraphs(0, 500), "理由；部分操作必填", "Why; some actions require it"
);

// The names that `available_actions` may hold.
template<class Event>
inline constexpr json::Schema event_name_schema = json::one_of(market::names_of<Event>());
template<class Event>
constexpr json::Field available_actions_field() {
    return json::required(
        "available_actions",
        json::array(event_name_schema<Event>, 0, 40),
        "调用者此刻可执行的操作",
        "What the caller may do now"
    );
}

inline constexpr json::Schema version_schema = json::integer(1, 4'294'967'295);
inline constexpr json::Schema hash_schema = json::text(0, 64);
inline constexpr json::Schema reason_schema = json::paragraphs(0, 2'000);

inline constexpr std::array<std::string_view, 1> currencies{"CNY"};
inline constexpr std::array money_fields{
    json::required("amount_fen", json::integer(0, market::fen_max), "金额（分）", "Amount in fen"),
    json::optional(
        "currency", json::one_of(currencies), "币种，只有 CNY", "CNY; there is no other"
    ),
};
inline constexpr json::Schema money_schema = json::object("Money", money_fields);

// {"items":[...],"next_cursor":...}; `item` must be of static storage.
constexpr std::array<json::Field, 2>
list_fields(const json::Schema& item, std::int64_t items_max = page_limit_max) {
    return {
        json::required("items", json::array(item, 0, items_max)),
        json::required(
            "next_cursor",
            json::text(0, 512).or_null(),
            "null 表示没有更多",
            "null: there are no more"
        )};
}

template<std::size_t n, std::size_t m>
constexpr std::array<json::Field, n + m>
joined(const std::array<json::Field, n>& first, const std::array<json::Field, m>& second) {
    std::array<json::Field, n + m> all{};
    for (std::size_t i = 0; i < n; ++i)
        all[i] = first[i];
    for (std::size_t i = 0; i < m; ++i)
        all[n + i] = second[i];
    return all;
}

// ---- answers ----

void write_money(json::Writer& out, std::string_view name, market::Fen amount_fen);
void write_names(
    json::Writer& out, std::string_view name, const std::vector<std::string_view>& names
);

template<class Enum>
void write_set(json::Writer& out, std::string_view name, market::Set<Enum> set) {
    out.key(name).begin_array();
    for (std::size_t i = 0; i < market::names_of<Enum>().size(); ++i)
        if (set.has(static_cast<Enum>(i))) out.value(market::names_of<Enum>()[i]);
    out.end_array();
}

// As field() takes it: absent becomes null.
std::optional<std::string> shown(const std::optional<market::Instant>& at);
std::optional<std::string> shown(const std::optional<market::Date>& date);
inline std::string shown(market::Instant at) {
    return market::format_instant(at);
}
inline std::string shown(market::Date date) {
    return market::format_date(date);
}

template<class Things, class Write>
void write_items(json::Writer& out, const Things& things, Write write) {
    out.key("items").begin_array();
    for (const auto& thing : things)
        write(out, thing);
    out.end_array();
}

// One page, read newest first by id. `write(out, thing)` writes one object.
template<class Thing, class Write>
Reply page_reply(
    const Services& services,
    const market::PageRequest& page,
    const std::vector<Thing>& things,
    Write write
) {
    json::Writer out;
    out.begin_object();
    write_items(out, things, write);
    out.key("next_cursor");
    if (things.size() < page.limit)
        out.null();
    else
        out.value(services.cursors.encode(market::id_text(things.back().id.bytes)));
    out.end_object();
    return ok(out.take());
}

// A list that is always given whole.
template<class Thing, class Write>
Reply whole_list_reply(const std::vector<Thing>& things, Write write) {
    json::Writer out;
    out.begin_object();
    write_items(out, things, write);
    out.key("next_cursor").null().end_object();
    return ok(out.take());
}

// What happened to an object, in order: names, states, reasons, no persons.
extern const json::Schema history_schema;
Reply history_reply(market::Books& books, const std::string& object_id);

} // namespace jishi::protocol
