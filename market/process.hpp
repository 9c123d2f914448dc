// A process is one constexpr table of rows. Authorisation, refusals, timers, `available_actions`,
// the events and the diagrams in docs/processes.md all come from it; the static_asserts under each
// table prove it sound.
#pragma once

#include "market/result.hpp"
#include "market/taxonomy.hpp"

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace jishi::market {

// Who the caller is to the thing: a relation, not an account. access.hpp derives it from roles and
// ownership.
// clang-format off
#define JISHI_ACTORS(X)                                                                            \
    X(admin) X(owner) X(market_operator) X(buyer) X(seller) X(offerer) X(receiver) X(broker)       \
    X(principal) X(drafter) X(counterparty) X(signatory) X(proposer) X(other_party) X(need_side)   \
    X(achievement_side) X(system)
// clang-format on
JISHI_VOCABULARY(Actor, JISHI_ACTORS);
using Actors = Set<Actor>;

// A condition beyond state and actor that the use-case evaluates before it asks for the row.
// clang-format off
#define JISHI_GUARDS(X)                                                                            \
    X(none) X(no_open_deals) X(open_deals) X(last_signature) X(more_signatures)                    \
    X(right_is_exclusive) X(right_is_shared)
// clang-format on
JISHI_VOCABULARY(Guard, JISHI_GUARDS);
using Guards = Set<Guard>;

// What the row's transaction does besides the change of state; the use-case that fires the row
// carries it out.
// clang-format off
#define JISHI_EFFECTS(X)                                                                           \
    X(go_live) X(leave_market) X(clear_review) X(ask_review) X(pin_terms) X(store_offer)           \
    X(store_signature) X(make_contract_effective) X(close_rival_deals)
// clang-format on
JISHI_VOCABULARY(Effect, JISHI_EFFECTS);
using Effects = Set<Effect>;

template<class State, class Event>
struct Row {
    State from;
    Event event;
    Actors actors;
    State to;
    Guard guard = Guard::none;
    bool needs_reason = false;
    Effects effects{};
};

// ---- proofs ----

// The same state, event and guard never leads to two places, and an unguarded row has no guarded
// twin.
template<class State, class Event, std::size_t N>
constexpr bool deterministic(const std::array<Row<State, Event>, N>& rows) {
    for (std::size_t i = 0; i < N; ++i)
        for (std::size_t j = i + 1; j < N; ++j)
            if (rows[i].from == rows[j].from && rows[i].event == rows[j].event &&
                (rows[i].guard == rows[j].guard || rows[i].guard == Guard::none ||
                 rows[j].guard == Guard::none))
                return false;
    return true;
}

// Every state but the first (the void before creation) can be reached from it, unless it is listed
// as unused.
template<class State, class Event, std::size_t N>
constexpr bool
every_state_reachable(const std::array<Row<State, Event>, N>& rows, Set<State> unused = {}) {
    Set<State> reached{static_cast<State>(0)};
    for (std::size_t round = 0; round < N; ++round)
        for (const auto& row : rows)
            if (reached.has(row.from)) reached.add(row.to);
    for (std::size_t i = 0; i < Vocabulary<State>::names.size(); ++i)
        if (reached.has(static_cast<State>(i)) == unused.has(static_cast<State>(i))) return false;
    return true;
}

template<class State, class Event, std::size_t N>
constexpr bool no_exit_from(const std::array<Row<State, Event>, N>& rows, Set<State> terminal) {
    for (const auto& row : rows)
        if (terminal.has(row.from)) return false;
    return true;
}

// Every state that is neither void nor terminal can be left.
template<class State, class Event, std::size_t N>
constexpr bool no_dead_end(
    const std::array<Row<State, Event>, N>& rows, Set<State> terminal, Set<State> unused = {}
) {
    for (std::size_t i = 0; i < Vocabulary<State>::names.size(); ++i) {
        const auto state = static_cast<State>(i);
        if (terminal.has(state) || unused.has(state)) continue;
        bool leaves = false;
        for (const auto& row : rows)
            leaves = leaves || (row.from == state && row.to != state);
        if (!leaves) return false;
    }
    return true;
}

// ---- questions ----

// The row for an event, or in precedence order: event_not_allowed (with the allowed events),
// not_permitted, reason_required.
template<class State, class Event>
Result<Row<State, Event>> find_row(
    std::type_identity_t<std::span<const Row<State, Event>>> rows,
    State from,
    Event event,
    Actors actors,
    Guards holding,
    std::string_view reason
) {
    bool known = false;
    for (const auto& row : rows) {
        if (row.from != from || row.event != event) continue;
        if (row.guard != Guard::none && !holding.has(row.guard)) continue;
        known = true;
        if ((row.actors & actors).empty()) continue;
        if (row.needs_reason && reason.empty())
            return Refusal{
                .code = RefusalCode::reason_required,
                .fields = {{.pointer = "/reason", .reason = FieldReason::missing}}};
        return row;
    }
    if (known) return RefusalCode::not_permitted;
    return Refusal{.code = RefusalCode::event_not_allowed, .about = std::string(name_of(from))};
}

// What these actors may do now, in table order: the object's `available_actions`. The system's rows
// are not offered.
template<class State, class Event, std::size_t N>
std::vector<std::string_view> available_actions(
    std::span<const Row<State, Event>, N> rows, State from, Actors actors, Guards holding
) {
    std::vector<std::string_view> names;
    const auto people = actors.without({Actor::system});
    for (const auto& row : rows) {
        if (row.from != from || (row.actors & people).empty()) continue;
        if (row.guard != Guard::none && !holding.has(row.guard)) continue;
        if (names.empty() || names.back() != name_of(row.event))
            names.push_back(name_of(row.event));
    }
    return names;
}

} // namespace jishi::market
