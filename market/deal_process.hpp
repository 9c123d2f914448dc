// How two sides come to terms. Source: domain 6.5. Offers never change: a new one supersedes.
#pragma once

#include "market/process.hpp"

namespace jishi::market {

// clang-format off
#define JISHI_DEAL_STATES(X)                                                                       \
    X(none) X(inquiry) X(quote_requested) X(offer_pending) X(counter_pending) X(terms_agreed)      \
    X(contracted) X(rejected) X(withdrawn) X(expired) X(closed_by_rival)
// clang-format on
JISHI_VOCABULARY(DealState, JISHI_DEAL_STATES);

// clang-format off
#define JISHI_DEAL_EVENTS(X)                                                                       \
    X(inquire) X(request_quote) X(make_offer) X(counter) X(accept) X(reject) X(withdraw)           \
    X(declare_related_party) X(reveal_identity) X(operator_reject) X(operator_withdraw)            \
    X(expire) X(contract_effective) X(close_by_rival)
// clang-format on
JISHI_VOCABULARY(DealEvent, JISHI_DEAL_EVENTS);

using DealRow = Row<DealState, DealEvent>;

namespace deal_rows {

using S = DealState;
using E = DealEvent;
inline constexpr Actors buyer{Actor::buyer};
inline constexpr Actors sides{Actor::buyer, Actor::seller};
inline constexpr Actors sides_or_broker{Actor::buyer, Actor::seller, Actor::broker};
inline constexpr Actors buyer_or_broker{Actor::buyer, Actor::broker};
inline constexpr Actors seller{Actor::seller};
inline constexpr Actors seller_or_broker{Actor::seller, Actor::broker};
inline constexpr Actors receiver{Actor::receiver};
inline constexpr Actors receiver_or_broker{Actor::receiver, Actor::broker};
inline constexpr Actors oper{Actor::market_operator};
inline constexpr Actors sys{Actor::system};
inline constexpr Guard any = Guard::none;
inline constexpr Effects none{};
inline constexpr Effects offer{Effect::store_offer};
inline constexpr Effects pin{Effect::pin_terms};

// clang-format off
inline constexpr std::array deal{
    //      from                event                     actors              to                    guard reason effects
    DealRow{S::none,            E::inquire,               sides_or_broker,    S::inquiry,           any, false, none},
    DealRow{S::none,            E::request_quote,         buyer_or_broker,    S::quote_requested,   any, false, none},
    DealRow{S::none,            E::make_offer,            sides_or_broker,    S::offer_pending,     any, false, offer},
    DealRow{S::inquiry,         E::request_quote,         buyer_or_broker,    S::quote_requested,   any, false, none},
    DealRow{S::inquiry,         E::make_offer,            sides_or_broker,    S::offer_pending,     any, false, offer},
    DealRow{S::inquiry,         E::withdraw,              sides,              S::withdrawn,         any, true,  none},
    DealRow{S::inquiry,         E::reveal_identity,       buyer,              S::inquiry,           any, false, none},
    DealRow{S::inquiry,         E::operator_withdraw,     oper,               S::withdrawn,         any, true,  none},
    DealRow{S::inquiry,         E::expire,                sys,                S::expired,           any, false, none},
    DealRow{S::inquiry,         E::close_by_rival,        sys,                S::closed_by_rival,   any, false, none},
    DealRow{S::quote_requested, E::make_offer,            seller_or_broker,   S::offer_pending,     any, false, offer},
    DealRow{S::quote_requested, E::reject,                seller,             S::rejected,          any, true,  none},
    DealRow{S::quote_requested, E::withdraw,              sides,              S::withdrawn,         any, true,  none},
    DealRow{S::quote_requested, E::reveal_identity,       buyer,              S::quote_requested,   any, false, none},
    DealRow{S::quote_requested, E::operator_reject,       oper,               S::rejected,          any, true,  none},
    DealRow{S::quote_requested, E::operator_withdraw,     oper,               S::withdrawn,         any, true,  none},
    DealRow{S::quote_requested, E::expire,                sys,                S::expired,           any, false, none},
    DealRow{S::quote_requested, E::close_by_rival,        sys,                S::closed_by_rival,   any, false, none},
    DealRow{S::offer_pending,   E::counter,               receiver_or_broker, S::counter_pending,   any, false, offer},
    DealRow{S::offer_pending,   E::accept,                receiver,           S::terms_agreed,      any, false, pin},
    DealRow{S::offer_pending,   E::reject,                receiver,           S::rejected,          any, true,  none},
    DealRow{S::offer_pending,   E::withdraw,              sides,              S::withdrawn,         any, true,  none},
    DealRow{S::offer_pending,   E::declare_related_party, sides,              S::offer_pending,     any, false, none},
    DealRow{S::offer_pending,   E::reveal_identity,       buyer,              S::offer_pending,     any, false, none},
    DealRow{S::offer_pending,   E::operator_reject,       oper,               S::rejected,          any, true,  none},
    DealRow{S::offer_pending,   E::operator_withdraw,     oper,               S::withdrawn,         any, true,  none},
    DealRow{S::offer_pending,   E::expire,                sys,                S::expired,           any, false, none},
    DealRow{S::offer_pending,   E::close_by_rival,        sys,                S::closed_by_rival,   any, false, none},
    DealRow{S::counter_pending, E::counter,               receiver_or_broker, S::offer_pending,     any, false, offer},
    DealRow{S::counter_pending, E::accept,                receiver,           S::terms_agreed,      any, false, pin},
    DealRow{S::counter_pending, E::reject,                receiver,           S::rejected,          any, true,  none},
    DealRow{S::counter_pending, E::withdraw,              sides,              S::withdrawn,         any, true,  none},
    DealRow{S::counter_pending, E::declare_related_party, sides,              S::counter_pending,   any, false, none},
    DealRow{S::counter_pending, E::reveal_identity,       buyer,              S::counter_pending,   any, false, none},
    DealRow{S::counter_pending, E::operator_reject,       oper,               S::rejected,          any, true,  none},
    DealRow{S::counter_pending, E::operator_withdraw,     oper,               S::withdrawn,         any, true,  none},
    DealRow{S::counter_pending, E::expire,                sys,                S::expired,           any, false, none},
    DealRow{S::counter_pending, E::close_by_rival,        sys,                S::closed_by_rival,   any, false, none},
    DealRow{S::terms_agreed,    E::contract_effective,    sys,                S::contracted,        any, false, none},
    DealRow{S::terms_agreed,    E::withdraw,              sides,              S::withdrawn,         any, true,  none},
    DealRow{S::terms_agreed,    E::operator_withdraw,     oper,               S::withdrawn,         any, true,  none},
    DealRow{S::terms_agreed,    E::expire,                sys,                S::expired,           any, false, none},
    DealRow{S::terms_agreed,    E::close_by_rival,        sys,                S::closed_by_rival,   any, false, none},
};
// clang-format on

inline constexpr Set<S> terminal{
    S::contracted, S::rejected, S::withdrawn, S::expired, S::closed_by_rival};

static_assert(deterministic(deal));
static_assert(every_state_reachable(deal));
static_assert(no_exit_from(deal, terminal) && no_dead_end(deal, terminal));

} // namespace deal_rows

constexpr bool is_open(DealState state) {
    return state != DealState::none && !deal_rows::terminal.has(state);
}

} // namespace jishi::market
