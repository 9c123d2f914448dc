// The processes of a few rows each: an organisation's verification, a match, a broker's mandate.
// Source: domain 6.2 (verification machine), 6.16 (mandate); the match answers of both sides are
// ours.
#pragma once

#include "market/process.hpp"

namespace jishi::market {

#define JISHI_VERIFICATION_STATES(X)                                                               \
    X(none) X(unverified) X(submitted) X(verified) X(rejected) X(suspended)
JISHI_VOCABULARY(VerificationState, JISHI_VERIFICATION_STATES);
#define JISHI_VERIFICATION_EVENTS(X)                                                               \
    X(register_organisation) X(submit) X(approve) X(reject) X(suspend) X(restore)
JISHI_VOCABULARY(VerificationEvent, JISHI_VERIFICATION_EVENTS);
using VerificationRow = Row<VerificationState, VerificationEvent>;

// What one side of a match has said. Each side answers for itself; the match is mutual when both
// have accepted.
#define JISHI_ANSWERS(X) X(none) X(pending) X(accepted) X(dismissed)
JISHI_VOCABULARY(Answer, JISHI_ANSWERS);
#define JISHI_MATCH_EVENTS(X) X(propose) X(accept) X(dismiss)
JISHI_VOCABULARY(MatchEvent, JISHI_MATCH_EVENTS);
using AnswerRow = Row<Answer, MatchEvent>;

#define JISHI_MANDATE_STATES(X)                                                                    \
    X(none) X(offered) X(accepted) X(declined) X(withdrawn) X(revoked) X(ended)
JISHI_VOCABULARY(MandateState, JISHI_MANDATE_STATES);
#define JISHI_MANDATE_EVENTS(X) X(offer) X(accept) X(decline) X(withdraw) X(revoke) X(end)
JISHI_VOCABULARY(MandateEvent, JISHI_MANDATE_EVENTS);
using MandateRow = Row<MandateState, MandateEvent>;

namespace small_rows {

inline constexpr Actors admin{Actor::admin};
inline constexpr Actors oper{Actor::market_operator};
inline constexpr Actors sys{Actor::system};
inline constexpr Actors side{Actor::need_side, Actor::achievement_side};
inline constexpr Actors broker{Actor::broker};
inline constexpr Actors principal{Actor::principal};
inline constexpr Guard any = Guard::none;

using VS = VerificationState;
using VE = VerificationEvent;
inline constexpr std::array verification{
    VerificationRow{VS::none, VE::register_organisation, sys, VS::unverified},
    VerificationRow{VS::unverified, VE::submit, admin, VS::submitted},
    VerificationRow{VS::unverified, VE::reject, oper, VS::rejected, any, true},
    VerificationRow{VS::submitted, VE::approve, oper, VS::verified},
    VerificationRow{VS::submitted, VE::reject, oper, VS::rejected, any, true},
    VerificationRow{VS::rejected, VE::submit, admin, VS::submitted},
    VerificationRow{VS::verified, VE::suspend, oper, VS::suspended, any, true},
    VerificationRow{VS::suspended, VE::restore, oper, VS::verified},
};

inline constexpr std::array answer{
    AnswerRow{Answer::none, MatchEvent::propose, sys, Answer::pending},
    AnswerRow{Answer::pending, MatchEvent::accept, side, Answer::accepted},
    AnswerRow{Answer::pending, MatchEvent::dismiss, side, Answer::dismissed, any, true},
    AnswerRow{Answer::accepted, MatchEvent::dismiss, side, Answer::dismissed, any, true},
};

using DS = MandateState;
using DE = MandateEvent;
inline constexpr std::array mandate{
    MandateRow{DS::none, DE::offer, broker, DS::offered},
    MandateRow{DS::offered, DE::accept, principal, DS::accepted},
    MandateRow{DS::offered, DE::decline, principal, DS::declined, any, true},
    MandateRow{DS::offered, DE::withdraw, broker, DS::withdrawn},
    MandateRow{DS::accepted, DE::revoke, principal, DS::revoked, any, true},
    MandateRow{DS::accepted, DE::end, broker, DS::ended},
};

static_assert(
    deterministic(verification) && every_state_reachable(verification) &&
    no_dead_end(verification, {})
);
static_assert(
    deterministic(answer) && every_state_reachable(answer) &&
    no_dead_end(answer, {Answer::dismissed})
);
static_assert(deterministic(mandate) && every_state_reachable(mandate));
static_assert(no_dead_end(mandate, {DS::declined, DS::withdrawn, DS::revoked, DS::ended}));

} // namespace small_rows

} // namespace jishi::market
