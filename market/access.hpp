// Who may do and see what: the only place that decides it. A process row says which actors may fire
// it; this file says who is such an actor. Everything that is not a process row is an Action.
#pragma once

#include "market/contract.hpp"
#include "market/deal.hpp"
#include "market/listing.hpp"
#include "market/match.hpp"
#include "market/party.hpp"
#include "market/process.hpp"

#include <span>

namespace jishi::market {

// One organisation in one role towards a thing.
struct Relation {
    Actor actor = Actor::owner;
    OrganisationId organisation;
};

// The actors that the caller is, given who stands in which relation. The caller's role and the
// token's scope must allow it: an organisation's signer signs, its deal maker deals.
Actors actors_of(const Caller& caller, std::span<const Relation> relations);

// Relations of the aggregates.
std::vector<Relation> relations_of(const Organisation& organisation);
std::vector<Relation> relations_of(const Listing& listing);
std::vector<Relation> relations_of(const Match& match);
std::vector<Relation> relations_of(const Deal& deal);
std::vector<Relation> relations_of(const Mandate& mandate);
std::vector<Relation> relations_of(const Contract& contract);

// clang-format off
#define JISHI_ACTIONS(X)                                                                           \
    X(read_own_things) X(create_listing) X(open_deal) X(offer_mandate) X(save_search)              \
    X(manage_members) X(manage_own_tokens) X(review_market) X(read_audit) X(plan_meetings)
// clang-format on
JISHI_VOCABULARY(Action, JISHI_ACTIONS);

// Refuses with scope_missing, then not_permitted.
Verdict permit(const Caller& caller, Action action);

// What an absent caller sees is what the public sees.
bool may_see(const Caller* caller, const Listing& listing);              // at all
bool may_see_confidential(const Caller* caller, const Listing& listing); // its confidential text
bool may_see_owner(const Caller* caller, const Listing& listing, Confidentiality confidentiality);
bool may_see(const Caller& caller, const Organisation& organisation);
bool may_see(const Caller& caller, const Match& match);
bool may_see(const Caller& caller, const Deal& deal);
bool may_see_buyer(
    const Caller& caller, const Deal& deal
); // not while an anonymous buyer is hidden
bool may_see_secrets_of_other(
    const Caller& caller, const Deal& deal
); // the confidential text of the pinned listings
bool may_see(const Caller& caller, const Mandate& mandate);
bool may_see(const Caller& caller, const Contract& contract);

} // namespace jishi::market
