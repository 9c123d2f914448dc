// The lives of an achievement and of a need. Source: domain 6.3 and 6.4; a live listing that is
// revised stays on the market in its approved revision until the operator approves the next.
#pragma once

#include "market/process.hpp"

namespace jishi::market {

// clang-format off
#define JISHI_LISTING_STATES(X)                                                                    \
    X(none) X(draft) X(submitted) X(returned) X(published) X(engaged) X(suspended) X(expired)      \
    X(withdrawn) X(closed) X(solved) X(unsolved)
// clang-format on
JISHI_VOCABULARY(ListingState, JISHI_LISTING_STATES);

// clang-format off
#define JISHI_LISTING_EVENTS(X)                                                                    \
    X(create) X(revise) X(submit) X(return_to_owner) X(publish) X(approve_revision)                \
    X(decline_revision) X(engage) X(disengage) X(suspend) X(restore) X(withdraw) X(expire)         \
    X(renew) X(close_by_contract) X(solve) X(close_unsolved) X(reopen)
// clang-format on
JISHI_VOCABULARY(ListingEvent, JISHI_LISTING_EVENTS);

using ListingRow = Row<ListingState, ListingEvent>;

namespace listing_rows {

using S = ListingState;
using E = ListingEvent;
inline constexpr Actors owner{Actor::owner};
inline constexpr Actors oper{Actor::market_operator};
inline constexpr Actors sys{Actor::system};
inline constexpr Guard any = Guard::none;
inline constexpr Effects none{};
inline constexpr Effects live{Effect::go_live, Effect::clear_review};
inline constexpr Effects gone{Effect::leave_market, Effect::clear_review};
inline constexpr Effects ask{Effect::ask_review};
inline constexpr Effects answered{Effect::clear_review};
inline constexpr Effects settled{
    Effect::leave_market, Effect::clear_review, Effect::close_rival_deals};

// clang-format off
inline constexpr std::array achievement{
    //         from          event                actors to            guard               reason effects
    ListingRow{S::none,      E::create,           owner, S::draft,     any,                false, none},
    ListingRow{S::draft,     E::revise,           owner, S::draft,     any,                false, none},
    ListingRow{S::draft,     E::submit,           owner, S::submitted, any,                false, ask},
    ListingRow{S::draft,     E::withdraw,         owner, S::withdrawn, any,                false, none},
    ListingRow{S::returned,  E::revise,           owner, S::returned,  any,                false, none},
    ListingRow{S::returned,  E::submit,           owner, S::submitted, any,                false, ask},
    ListingRow{S::returned,  E::withdraw,         owner, S::withdrawn, any,                false, none},
    ListingRow{S::submitted, E::return_to_owner,  oper,  S::returned,  any,                true,  answered},
    ListingRow{S::submitted, E::publish,          oper,  S::published, any,                false, live},
    ListingRow{S::submitted, E::withdraw,         owner, S::withdrawn, any,                false, gone},
    ListingRow{S::published, E::revise,           owner, S::published, any,                false, ask},
    ListingRow{S::published, E::approve_revision, oper,  S::published, any,                false, live},
    ListingRow{S::published, E::decline_revision, oper,  S::published, any,                true,  answered},
    ListingRow{S::published, E::engage,           sys,   S::engaged,   any,                false, none},
    ListingRow{S::published, E::withdraw,         owner, S::withdrawn, any,                false, gone},
    ListingRow{S::published, E::expire,           sys,   S::expired,   any,                false, gone},
    ListingRow{S::published, E::suspend,          oper,  S::suspended, any,                true,  gone},
    ListingRow{S::published, E::close_by_contract, sys,  S::closed,    any,                false, settled},
    ListingRow{S::engaged,   E::revise,           owner, S::engaged,   any,                false, ask},
    ListingRow{S::engaged,   E::approve_revision, oper,  S::engaged,   any,                false, live},
    ListingRow{S::engaged,   E::decline_revision, oper,  S::engaged,   any,                true,  answered},
    ListingRow{S::engaged,   E::disengage,        sys,   S::published, any,                false, none},
    ListingRow{S::engaged,   E::suspend,          oper,  S::suspended, any,                true,  gone},
    ListingRow{S::engaged,   E::close_by_contract, sys,  S::closed,    any,                false, settled},
    ListingRow{S::suspended, E::restore,          oper,  S::published, Guard::no_open_deals, false, live},
    ListingRow{S::suspended, E::restore,          oper,  S::engaged,   Guard::open_deals,  false, live},
    ListingRow{S::suspended, E::withdraw,         owner, S::withdrawn, Guard::no_open_deals, false, none},
    ListingRow{S::expired,   E::renew,            owner, S::published, any,                false, live},
    ListingRow{S::expired,   E::revise,           owner, S::draft,     any,                false, none},
    ListingRow{S::expired,   E::withdraw,         owner, S::withdrawn, any,                false, none},
    ListingRow{S::closed,    E::reopen,           oper,  S::published, any,                true,  live},
};
// clang-format on

// clang-format off
inline constexpr std::array need{
    //         from          event                actors to            guard               reason effects
    ListingRow{S::none,      E::create,           owner, S::draft,     any,                false, none},
    ListingRow{S::draft,     E::revise,           owner, S::draft,     any,                false, none},
    ListingRow{S::draft,     E::submit,           owner, S::submitted, any,                false, ask},
    ListingRow{S::draft,     E::withdraw,         owner, S::withdrawn, any,                false, none},
    ListingRow{S::returned,  E::revise,           owner, S::returned,  any,                false, none},
    ListingRow{S::returned,  E::submit,           owner, S::submitted, any,                false, ask},
    ListingRow{S::returned,  E::withdraw,         owner, S::withdrawn, any,                false, none},
    ListingRow{S::submitted, E::return_to_owner,  oper,  S::returned,  any,                true,  answered},
    ListingRow{S::submitted, E::publish,          oper,  S::published, any,                false, live},
    ListingRow{S::submitted, E::withdraw,         owner, S::withdrawn, any,                false, gone},
    ListingRow{S::published, E::revise,           owner, S::published, any,                false, ask},
    ListingRow{S::published, E::approve_revision, oper,  S::published, any,                false, live},
    ListingRow{S::published, E::decline_revision, oper,  S::published, any,                true,  answered},
    ListingRow{S::published, E::engage,           sys,   S::engaged,   any,                false, none},
    ListingRow{S::published, E::withdraw,         owner, S::withdrawn, any,                false, gone},
    ListingRow{S::published, E::expire,           sys,   S::expired,   any,                false, gone},
    ListingRow{S::published, E::suspend,          oper,  S::suspended, any,                true,  gone},
    ListingRow{S::published, E::solve,            owner, S::solved,    any,                true,  settled},
    ListingRow{S::published, E::close_unsolved,   owner, S::unsolved,  any,                true,  gone},
    ListingRow{S::engaged,   E::revise,           owner, S::engaged,   any,                false, ask},
    ListingRow{S::engaged,   E::approve_revision, oper,  S::engaged,   any,                false, live},
    ListingRow{S::engaged,   E::decline_revision, oper,  S::engaged,   any,                true,  answered},
    ListingRow{S::engaged,   E::disengage,        sys,   S::published, any,                false, none},
    ListingRow{S::engaged,   E::suspend,          oper,  S::suspended, any,                true,  gone},
    ListingRow{S::engaged,   E::solve,            owner, S::solved,    any,                true,  settled},
    ListingRow{S::suspended, E::restore,          oper,  S::published, Guard::no_open_deals, false, live},
    ListingRow{S::suspended, E::restore,          oper,  S::engaged,   Guard::open_deals,  false, live},
    ListingRow{S::suspended, E::withdraw,         owner, S::withdrawn, Guard::no_open_deals, false, none},
    ListingRow{S::expired,   E::renew,            owner, S::published, any,                false, live},
    ListingRow{S::expired,   E::revise,           owner, S::draft,     any,                false, none},
    ListingRow{S::expired,   E::withdraw,         owner, S::withdrawn, any,                false, none},
};
// clang-format on

inline constexpr Set<S> achievement_terminal{S::withdrawn};
inline constexpr Set<S> achievement_unused{S::solved, S::unsolved};
inline constexpr Set<S> need_terminal{S::withdrawn, S::solved, S::unsolved};
inline constexpr Set<S> need_unused{S::closed};

static_assert(deterministic(achievement) && deterministic(need));
static_assert(
    every_state_reachable(achievement, achievement_unused) &&
    every_state_reachable(need, need_unused)
);
static_assert(no_exit_from(achievement, achievement_terminal) && no_exit_from(need, need_terminal));
static_assert(no_dead_end(achievement, achievement_terminal, achievement_unused));
static_assert(no_dead_end(need, need_terminal, need_unused));

} // namespace listing_rows

// On the market: found by search, matched, open for deals.
constexpr bool is_live(ListingState state) {
    return state == ListingState::published || state == ListingState::engaged;
}

} // namespace jishi::market
