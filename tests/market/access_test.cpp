#include "market/access.hpp"
#include "tests/support/market_world.hpp"
#include "tests/support/table.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace jishi::market {
namespace {

using namespace tests;

const OrganisationId ours{{1}};
const OrganisationId theirs{{2}};

template<class Enum>
Set<Enum> set_of(const std::string& names) {
    Set<Enum> set;
    for (std::size_t i = 0; i < Vocabulary<Enum>::names.size(); ++i)
        if (("," + names + ",").find("," + std::string(Vocabulary<Enum>::names[i]) + ",") !=
            names.npos)
            set.add(static_cast<Enum>(i));
    return set;
}

// Every member with one role and a token of one scope, of every kind of organisation.
void for_each_caller(const std::function<void(const Caller&)>& check) {
    for (const auto kind : names_of<OrganisationKind>())
        for (const auto role : names_of<Role>())
            for (const auto scope : names_of<Scope>()) {
                const testing::ScopedTrace trace(
                    "access_test",
                    0,
                    std::string(kind) + " " + std::string(role) + " " + std::string(scope)
                );
                check(
                    {.organisation = ours,
                     .kind = *parse_name<OrganisationKind>(kind),
                     .roles = {*parse_name<Role>(role)},
                     .scopes = {*parse_name<Scope>(scope)}}
                );
            }
}

TEST(Access, AnActorIsAMemberWithTheRoleWhoseOrganisationStandsInTheRelation) {
    each_row<3>(
        R"(
        // actor            roles, one of              scope
        admin               org_admin                  admin
        owner               listing_editor             write
        buyer               deal_maker                 write
        seller              deal_maker                 write
        offerer             deal_maker                 write
        receiver            deal_maker                 write
        broker              broker                     write
        principal           deal_maker                 write
        drafter             deal_maker                 write
        counterparty        deal_maker                 write
        signatory           signer                     sign
        proposer            deal_maker                 write
        other_party         deal_maker                 write
        need_side           deal_maker,listing_editor  write
        achievement_side    deal_maker,listing_editor  write
        system              ""                         ""
        )",
        [](const std::string& actor_name, const std::string& roles, const std::string& scope) {
            const auto actor = *parse_name<Actor>(actor_name);
            for_each_caller([&](const Caller& caller) {
                const bool able = !(caller.roles & set_of<Role>(roles)).empty() &&
                                  caller.scopes == set_of<Scope>(scope);
                const std::vector<Relation> own{{actor, ours}}, other{{actor, theirs}};
                EXPECT_EQ(actors_of(caller, own).has(actor), able);
                EXPECT_FALSE(actors_of(caller, other).has(actor));
            });
        }
    );
}

TEST(Access, TheOperatorIsAMemberOfAGovernmentBodyWithTheRoleAndTheScope) {
    for_each_caller([](const Caller& caller) {
        const bool able = caller.kind == OrganisationKind::government &&
                          caller.roles.has(Role::market_operator) &&
                          caller.scopes.has(Scope::operate);
        EXPECT_EQ(actors_of(caller, {}).has(Actor::market_operator), able);
        EXPECT_EQ(actors_of(caller, {}) == Actors{}, !able) << "a stranger is nobody else";
    });
}

TEST(Access, AnActionIsPermittedByScopeAndThenByRole) {
    each_row<3>(
        R"(
        // action           scope    roles, one of
        read_own_things     read     ""
        create_listing      write    listing_editor
        open_deal           write    deal_maker,broker
        offer_mandate       write    broker
        save_search         write    ""
        manage_members      admin    org_admin
        manage_own_tokens   admin    ""
        review_market       operate  market_operator
        read_audit          read     market_operator
        plan_meetings       read     market_operator
        )",
        [](const std::string& name, const std::string& scope, const std::string& roles) {
            for_each_caller([&](const Caller& caller) {
                const bool operates =
                    caller.kind == OrganisationKind::government || roles != "market_operator";
                const bool able =
                    roles.empty() || (operates && !(caller.roles & set_of<Role>(roles)).empty());
                EXPECT_EQ(
                    told(permit(caller, *parse_name<Action>(name))),
                    caller.scopes != set_of<Scope>(scope) ? "scope_missing"
                    : able                                ? "ok"
                                                          : "not_permitted"
                );
            });
        }
    );
}

const Caller owner_caller{.organisation = ours};
const Caller stranger{.organisation = OrganisationId{{3}}, .roles = Roles{0xFF}};
const Caller operator_caller{
    .organisation = OrganisationId{{9}},
    .kind = OrganisationKind::government,
    .roles = {Role::market_operator}};

TEST(Access, ThePublicSeesAListingThatIsOnTheMarketOrCameToAGoodEnd) {
    each_row<2>(
        R"(
        // state     public
        draft        hidden
        submitted    hidden
        returned     hidden
        published    seen
        engaged      seen
        suspended    hidden
        expired      hidden
        withdrawn    hidden
        closed       seen
        solved       seen
        unsolved     hidden
        )",
        [](const std::string& state, const std::string& expected) {
            const Listing listing{.owner = ours, .state = *parse_name<ListingState>(state)};
            EXPECT_EQ(may_see(nullptr, listing), expected == "seen");
            EXPECT_EQ(may_see(&stranger, listing), expected == "seen");
            EXPECT_TRUE(may_see(&owner_caller, listing));
            EXPECT_TRUE(may_see(&operator_caller, listing));
            EXPECT_FALSE(may_see_confidential(nullptr, listing));
            EXPECT_FALSE(may_see_confidential(&stranger, listing));
            EXPECT_TRUE(may_see_confidential(&owner_caller, listing));
            EXPECT_TRUE(may_see_confidential(&operator_caller, listing));
        }
    );
}

TEST(Access, TheOwnerOfAnAnonymousNeedIsNeverShownToOthers) {
    for (const auto state : names_of<ListingState>()) {
        const Listing need{
            .id = {ListingKind::need, {}},
            .owner = ours,
            .state = *parse_name<ListingState>(state)};
        for (const auto* other : {static_cast<const Caller*>(nullptr), &stranger}) {
            EXPECT_FALSE(may_see_owner(other, need, Confidentiality::anonymous));
            EXPECT_TRUE(may_see_owner(other, need, Confidentiality::open));
        }
        EXPECT_TRUE(may_see_owner(&owner_caller, need, Confidentiality::anonymous));
        EXPECT_TRUE(may_see_owner(&operator_caller, need, Confidentiality::anonymous));
    }
}

TEST(Access, OnlyVerifiedOrganisationsAreSeenByOthers) {
    for (const auto state : names_of<VerificationState>()) {
        const Organisation organisation{.id = ours, .state = *parse_name<VerificationState>(state)};
        EXPECT_EQ(may_see(stranger, organisation), state == "verified");
        EXPECT_TRUE(may_see(owner_caller, organisation));
        EXPECT_TRUE(may_see(operator_caller, organisation));
    }
}

TEST(Access, WhatTwoOrganisationsHaveWithEachOtherIsSeenByThemAndTheOperator) {
    const Caller other_side{.organisation = theirs};
    const Match match{.need_owner = ours, .achievement_owner = theirs};
    const Deal deal{.buyer = ours, .seller = theirs};
    const Mandate mandate{.principal = ours, .broker_organisation = theirs};
    const Contract contract{.buyer = ours, .seller = theirs};
    for (const auto* caller : {&owner_caller, &other_side, &operator_caller, &stranger}) {
        const bool expected = caller != &stranger;
        EXPECT_EQ(may_see(*caller, match), expected);
        EXPECT_EQ(may_see(*caller, deal), expected);
        EXPECT_EQ(may_see(*caller, mandate), expected);
        EXPECT_EQ(may_see(*caller, contract), expected);
    }
}

TEST(Access, AHiddenBuyerIsSeenByItselfAndTheOperator) {
    const Caller seller{.organisation = theirs};
    for (const bool hidden : {true, false}) {
        const Deal deal{.buyer = ours, .seller = theirs, .buyer_hidden = hidden};
        EXPECT_EQ(may_see_buyer(seller, deal), !hidden);
        EXPECT_TRUE(may_see_buyer(owner_caller, deal));
        EXPECT_TRUE(may_see_buyer(operator_caller, deal));
    }
}

TEST(Access, ConfidentialTextsAreOpenedToTheOtherSideOnceTheContractIsInForce) {
    for (const auto state : names_of<DealState>()) {
        const Deal deal{.buyer = ours, .seller = theirs, .state = *parse_name<DealState>(state)};
        EXPECT_EQ(
            may_see_secrets_of_other(Caller{.organisation = theirs}, deal), state == "contracted"
        );
        EXPECT_FALSE(may_see_secrets_of_other(stranger, deal));
    }
}

} // namespace
} // namespace jishi::market
