#include "market/access.hpp"

#include <algorithm>
#include <array>

namespace jishi::market {

namespace {

struct ActorRule {
    Actor actor;
    Roles any_of;
    Scope scope;
};

// In the order of Actor. `system` is nobody's.
constexpr std::array actor_rules{
    ActorRule{Actor::admin, {Role::org_admin}, Scope::admin},
    ActorRule{Actor::owner, {Role::listing_editor}, Scope::write},
    ActorRule{Actor::market_operator, {Role::market_operator}, Scope::operate},
    ActorRule{Actor::buyer, {Role::deal_maker}, Scope::write},
    ActorRule{Actor::seller, {Role::deal_maker}, Scope::write},
    ActorRule{Actor::offerer, {Role::deal_maker}, Scope::write},
    ActorRule{Actor::receiver, {Role::deal_maker}, Scope::write},
    ActorRule{Actor::broker, {Role::broker}, Scope::write},
    ActorRule{Actor::principal, {Role::deal_maker}, Scope::write},
    ActorRule{Actor::drafter, {Role::deal_maker}, Scope::write},
    ActorRule{Actor::counterparty, {Role::deal_maker}, Scope::write},
    ActorRule{Actor::signatory, {Role::signer}, Scope::sign},
    ActorRule{Actor::proposer, {Role::deal_maker}, Scope::write},
    ActorRule{Actor::other_party, {Role::deal_maker}, Scope::write},
    ActorRule{Actor::need_side, {Role::deal_maker, Role::listing_editor}, Scope::write},
    ActorRule{Actor::achievement_side, {Role::deal_maker, Role::listing_editor}, Scope::write},
    ActorRule{Actor::system, {}, Scope::admin},
};

constexpr bool actor_rules_in_order() {
    for (std::size_t i = 0; i < actor_rules.size(); ++i)
        if (actor_rules[i].actor != static_cast<Actor>(i)) return false;
    return actor_rules.size() == Vocabulary<Actor>::names.size();
}
static_assert(actor_rules_in_order());

struct ActionRule {
    Action action;
    Roles any_of; // empty: every member
    Scope scope;
};

constexpr std::array action_rules{
    ActionRule{Action::read_own_things, {}, Scope::read},
    ActionRule{Action::create_listing, {Role::listing_editor}, Scope::write},
    ActionRule{Action::open_deal, {Role::deal_maker, Role::broker}, Scope::write},
    ActionRule{Action::offer_mandate, {Role::broker}, Scope::write},
    ActionRule{Action::save_search, {}, Scope::write},
    ActionRule{Action::manage_members, {Role::org_admin}, Scope::admin},
    ActionRule{Action::manage_own_tokens, {}, Scope::admin},
    ActionRule{Action::review_market, {Role::market_operator}, Scope::operate},
    ActionRule{Action::read_audit, {Role::market_operator}, Scope::read},
    ActionRule{Action::plan_meetings, {Role::market_operator}, Scope::read},
};

constexpr bool action_rules_in_order() {
    for (std::size_t i = 0; i < action_rules.size(); ++i)
        if (action_rules[i].action != static_cast<Action>(i)) return false;
    return action_rules.size() == Vocabulary<Action>::names.size();
}
static_assert(action_rules_in_order());

bool belongs(const Caller* caller, OrganisationId organisation) {
    return caller && caller->organisation == organisation;
}

} // namespace

Actors actors_of(const Caller& caller, std::span<const Relation> relations) {
    Actors actors;
    const auto add_if_allowed = [&](Actor actor) {
        const auto& rule = actor_rules[static_cast<std::size_t>(actor)];
        if (!(rule.any_of & caller.roles).empty() && caller.scopes.has(rule.scope))
            actors.add(actor);
    };
    for (const auto& relation : relations)
        if (relation.organisation == caller.organisation) add_if_allowed(relation.actor);
    if (caller.is_operator()) add_if_allowed(Actor::market_operator);
    return actors;
}

std::vector<Relation> relations_of(const Organisation& organisation) {
    return {{Actor::admin, organisation.id}};
}

std::vector<Relation> relations_of(const Listing& listing) {
    return {{Actor::owner, listing.owner}};
}

std::vector<Relation> relations_of(const Match& match) {
    return {
        {Actor::need_side, match.need_owner}, {Actor::achievement_side, match.achievement_owner}};
}

std::vector<Relation> relations_of(const Deal& deal) {
    std::vector<Relation> relations{{Actor::buyer, deal.buyer}, {Actor::seller, deal.seller}};
    if (deal.offer_by) {
        relations.push_back({Actor::offerer, *deal.offer_by});
        relations.push_back(
            {Actor::receiver, *deal.offer_by == deal.buyer ? deal.seller : deal.buyer}
        );
    }
    return relations;
}

std::vector<Relation> relations_of(const Mandate& mandate) {
    return {{Actor::principal, mandate.principal}};
}

std::vector<Relation> relations_of(const Contract& contract) {
    const auto other = [&](OrganisationId side) {
        return side == contract.buyer ? contract.seller : contract.buyer;
    };
    std::vector<Relation> relations{
        {Actor::buyer, contract.buyer},
        {Actor::seller, contract.seller},
        {Actor::drafter, contract.drafter},
        {Actor::counterparty, other(contract.drafter)},
        {Actor::signatory, contract.buyer},
        {Actor::signatory, contract.seller},
    };
    if (contract.termination_by) {
        relations.push_back({Actor::proposer, *contract.termination_by});
        relations.push_back({Actor::other_party, other(*contract.termination_by)});
    }
    return relations;
}

Verdict permit(const Caller& caller, Action action) {
    const auto& rule = action_rules[static_cast<std::size_t>(action)];
    if (!caller.scopes.has(rule.scope))
        return Refusal{
            .code = RefusalCode::scope_missing, .about = std::string(name_of(rule.scope))};
    if (rule.any_of.has(Role::market_operator) && !caller.is_operator())
        return RefusalCode::not_permitted;
    if (!rule.any_of.empty() && (rule.any_of & caller.roles).empty())
        return RefusalCode::not_permitted;
    return Done{};
}

bool may_see(const Caller* caller, const Listing& listing) {
    return is_live(listing.state) || listing.state == ListingState::closed ||
           listing.state == ListingState::solved || belongs(caller, listing.owner) ||
           (caller && caller->is_operator());
}

bool may_see_confidential(const Caller* caller, const Listing& listing) {
    return belongs(caller, listing.owner) || (caller && caller->is_operator());
}

bool may_see_owner(const Caller* caller, const Listing& listing, Confidentiality confidentiality) {
    return confidentiality == Confidentiality::open || belongs(caller, listing.owner) ||
           (caller && caller->is_operator());
}

bool may_see(const Caller& caller, const Organisation& organisation) {
    return organisation.state == VerificationState::verified ||
           caller.organisation == organisation.id || caller.is_operator();
}

bool may_see(const Caller& caller, const Match& match) {
    return caller.organisation == match.need_owner ||
           caller.organisation == match.achievement_owner || caller.is_operator();
}

bool may_see(const Caller& caller, const Deal& deal) {
    return caller.organisation == deal.buyer || caller.organisation == deal.seller ||
           caller.is_operator();
}

bool may_see_buyer(const Caller& caller, const Deal& deal) {
    return !deal.buyer_hidden || caller.organisation == deal.buyer || caller.is_operator();
}

bool may_see_secrets_of_other(const Caller& caller, const Deal& deal) {
    return may_see(caller, deal) && deal.state == DealState::contracted;
}

bool may_see(const Caller& caller, const Mandate& mandate) {
    return caller.organisation == mandate.principal ||
           caller.organisation == mandate.broker_organisation || caller.is_operator();
}

bool may_see(const Caller& caller, const Contract& contract) {
    return caller.organisation == contract.buyer || caller.organisation == contract.seller ||
           caller.is_operator();
}

} // namespace jishi::market
