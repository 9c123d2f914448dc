// A contract from its draft to its end. Source: domain 6.8. Nothing can be edited once signing has
// begun; the last signature makes it effective in one transaction with the listing and the rival
// deals.
#pragma once

#include "market/process.hpp"

namespace jishi::market {

// clang-format off
#define JISHI_CONTRACT_STATES(X)                                                                   \
    X(none) X(draft) X(in_review) X(returned) X(signing) X(effective) X(performing)                \
    X(terminating) X(disputed) X(completed) X(terminated) X(cancelled)
// clang-format on
JISHI_VOCABULARY(ContractState, JISHI_CONTRACT_STATES);

// clang-format off
#define JISHI_CONTRACT_EVENTS(X)                                                                   \
    X(create) X(revise) X(submit) X(return_to_drafter) X(approve) X(sign) X(decline) X(start)      \
    X(complete) X(propose_termination) X(agree_termination) X(refuse_termination) X(dispute)       \
    X(resolve_continue) X(resolve_terminate) X(cancel) X(close_by_rival)
// clang-format on
JISHI_VOCABULARY(ContractEvent, JISHI_CONTRACT_EVENTS);

using ContractRow = Row<ContractState, ContractEvent>;

namespace contract_rows {

using S = ContractState;
using E = ContractEvent;
inline constexpr Actors drafter{Actor::drafter};
inline constexpr Actors counter{Actor::counterparty};
inline constexpr Actors sides{Actor::buyer, Actor::seller};
inline constexpr Actors buyer{Actor::buyer};
inline constexpr Actors signatory{Actor::signatory};
inline constexpr Actors other{Actor::other_party};
inline constexpr Actors proposer_too{Actor::proposer, Actor::other_party};
inline constexpr Actors oper{Actor::market_operator};
inline constexpr Actors sys{Actor::system};
inline constexpr Guard any = Guard::none;
inline constexpr Effects none{};
inline constexpr Effects sign_one{Effect::store_signature};
inline constexpr Effects sign_last{Effect::store_signature, Effect::make_contract_effective};

// clang-format off
inline constexpr std::array contract{
    //          from            event                   actors        to              guard               reason effects
    ContractRow{S::none,        E::create,              sides,        S::draft,       any,                false, none},
    ContractRow{S::draft,       E::revise,              drafter,      S::draft,       any,                false, none},
    ContractRow{S::draft,       E::submit,              drafter,      S::in_review,   any,                false, none},
    ContractRow{S::draft,       E::cancel,              drafter,      S::cancelled,   any,                true,  none},
    ContractRow{S::draft,       E::close_by_rival,      sys,          S::cancelled,   any,                false, none},
    ContractRow{S::in_review,   E::return_to_drafter,   counter,      S::returned,    any,                true,  none},
    ContractRow{S::in_review,   E::approve,             counter,      S::signing,     any,                false, none},
    ContractRow{S::in_review,   E::close_by_rival,      sys,          S::cancelled,   any,                false, none},
    ContractRow{S::returned,    E::revise,              drafter,      S::returned,    any,                false, none},
    ContractRow{S::returned,    E::submit,              drafter,      S::in_review,   any,                false, none},
    ContractRow{S::returned,    E::cancel,              drafter,      S::cancelled,   any,                true,  none},
    ContractRow{S::returned,    E::close_by_rival,      sys,          S::cancelled,   any,                false, none},
    ContractRow{S::signing,     E::sign,                signatory,    S::signing,     Guard::more_signatures, false, sign_one},
    ContractRow{S::signing,     E::sign,                signatory,    S::effective,   Guard::last_signature, false, sign_last},
    ContractRow{S::signing,     E::decline,             sides,        S::cancelled,   any,                true,  none},
    ContractRow{S::signing,     E::close_by_rival,      sys,          S::cancelled,   any,                false, none},
    ContractRow{S::effective,   E::start,               sides,        S::performing,  any,                false, none},
    ContractRow{S::effective,   E::propose_termination, sides,        S::terminating, any,                true,  none},
    ContractRow{S::effective,   E::dispute,             sides,        S::disputed,    any,                true,  none},
    ContractRow{S::performing,  E::complete,            buyer,        S::completed,   any,                false, none},
    ContractRow{S::performing,  E::propose_termination, sides,        S::terminating, any,                true,  none},
    ContractRow{S::performing,  E::dispute,             sides,        S::disputed,    any,                true,  none},
    ContractRow{S::terminating, E::agree_termination,   other,        S::terminated,  any,                false, none},
    ContractRow{S::terminating, E::refuse_termination,  proposer_too, S::performing,  any,                false, none},
    ContractRow{S::terminating, E::dispute,             sides,        S::disputed,    any,                true,  none},
    ContractRow{S::disputed,    E::resolve_continue,    oper,         S::performing,  any,                true,  none},
    ContractRow{S::disputed,    E::resolve_terminate,   oper,         S::terminated,  any,                true,  none},
};
// clang-format on

inline constexpr Set<S> terminal{S::completed, S::terminated, S::cancelled};

static_assert(deterministic(contract));
static_assert(every_state_reachable(contract));
static_assert(no_exit_from(contract, terminal) && no_dead_end(contract, terminal));

} // namespace contract_rows

// The parties are bound: the contract came into force and is the record of a transaction.
constexpr bool is_in_force(ContractState state) {
    return state >= ContractState::effective && state <= ContractState::terminated;
}

} // namespace jishi::market
