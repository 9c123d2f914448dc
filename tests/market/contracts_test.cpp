#include "market/contracts.hpp"
#include "tests/support/precedence.hpp"
#include "tests/support/table.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace jishi::market {
namespace {

using namespace tests;

using E = ContractEvent;

// Both sides have agreed; nothing is drafted yet.
struct Agreed {
    MarketWorld world;
    ListingId achievement = world.achievement();
    ListingId need = world.need();
    DealId deal = world.agreed(world.enterprise, achievement, need);
    Caller caller = world.university.caller;
};

TEST(Contracts, AnExclusiveContractIsDraftedReviewedSignedAndClosesTheAchievement) {
    Agreed c;
    auto& world = c.world;
    const auto rival_need = world.publish(world.rival, ListingKind::need);
    const auto rival_deal = world.agreed(world.rival, c.achievement, rival_need);
    const auto rival_contract = world.ready_to_sign(world.rival, rival_deal);
    const auto before = world.events();
    const auto id = world.drafted(c.deal);
    world.fire(world.university, id, E::submit);
    world.fire(world.enterprise, id, E::return_to_drafter, "缺附件");
    must(revise_contract(world.books, world.university.caller, id, sample_contract(), {}));
    world.fire(world.university, id, E::submit);
    world.fire(world.enterprise, id, E::approve);
    EXPECT_EQ(must(world.sign(world.enterprise.caller, id)).state, ContractState::signing);
    EXPECT_EQ(must(world.sign(world.university.caller, id)).state, ContractState::effective);
    EXPECT_EQ(
        world.happened_since(before),
        "contract.create none draft\n"
        "contract.submit draft in_review\n"
        "contract.return_to_drafter in_review returned\n"
        "contract.revise returned returned\n"
        "contract.submit returned in_review\n"
        "contract.approve in_review signing\n"
        "contract.sign signing signing\n"
        "contract.sign signing effective\n"
        "deal.contract_effective terms_agreed contracted\n"
        "achievement.close_by_contract engaged closed\n"
        "deal.close_by_rival terms_agreed closed_by_rival\n"
        "contract.close_by_rival signing cancelled\n"
        "need.disengage engaged published\n" // the rival's
        "need.disengage engaged published\n" // the buyer's
    );
    EXPECT_EQ(world.contract(id).effective_at, world.books.now);
    EXPECT_EQ(world.contract(id).signatures.size(), 2u);
    EXPECT_EQ(world.listing(c.achievement).state_reason, id.text());
    EXPECT_EQ(told(world.sign(world.rival.caller, rival_contract)), "listing_closed_by_contract");
}

TEST(Contracts, TheRightDecidesWhetherTheAchievementIsClosed) {
    each_row<3>(
        R"(
        // mode                      kind          achievement after
        transfer                     transfer      closed
        exclusive_licence            licence       closed
        sole_licence                 licence       closed
        non_exclusive_licence        licence       engaged
        open_licence                 licence       engaged
        equity                       transfer      engaged
        co_development               development   engaged
        commissioned_development     development   engaged
        consulting                   consulting    engaged
        service                      service       engaged
        trial                        service       engaged
        )",
        [](const std::string& mode, const std::string& kind, const std::string& after) {
            MarketWorld world;
            const auto achievement = world.achievement();
            const auto terms = sample_terms(*parse_name<CooperationMode>(mode));
            const auto deal = world.agreed(world.enterprise, achievement, {}, terms);
            const auto other = world.inquire(world.rival, achievement);
            const auto id = world.ready_to_sign(
                world.enterprise, deal, sample_contract(*parse_name<ContractKind>(kind))
            );
            must(world.sign(world.university.caller, id));
            must(world.sign(world.enterprise.caller, id));
            EXPECT_EQ(name_of(world.listing(achievement).state), after);
            EXPECT_EQ(is_open(world.deal(other).state), after == "engaged");
            EXPECT_EQ(world.deal(deal).state, DealState::contracted);
        }
    );
}

TEST(Contracts, OfTwoBuyersAtTheTableTheFirstToCompleteWins) {
    MarketWorld world;
    const auto achievement = world.achievement();
    const auto first =
        world.ready_to_sign(world.enterprise, world.agreed(world.enterprise, achievement));
    const auto second = world.ready_to_sign(world.rival, world.agreed(world.rival, achievement));
    must(world.sign(world.university.caller, first));
    must(world.sign(world.university.caller, second));
    must(world.sign(world.rival.caller, second));
    EXPECT_EQ(world.contract(first).state, ContractState::cancelled);
    const auto writes = world.books.writes();
    EXPECT_EQ(told(world.sign(world.enterprise.caller, first)), "listing_closed_by_contract");
    EXPECT_EQ(world.books.writes(), writes);
}

// ---- drafting ----

struct Drafting : Agreed {
    ContractContent content = sample_contract();
    std::string run() { return told(draft_contract(world.books, caller, deal, content)); }
};

TEST(Contracts, DraftingIsRefusedInOrder) {
    the_earlier_fault_is_told<Drafting>({
        {"not_found", "caller", [](Drafting& c) { c.caller = c.world.rival.caller; }},
        {"not_permitted", "caller", [](Drafting& c) { c.caller.roles = {Role::signer}; }},
        {"organisation_unverified",
         "",
         [](Drafting& c) { c.caller.verification = VerificationState::suspended; }},
        {"event_not_allowed",
         "deal",
         [](Drafting& c) {
             c.world.books.deal_book.deals.edit(c.deal).state = DealState::offer_pending;
         }},
        {"contract_exists", "deal", [](Drafting& c) { c.world.drafted(c.deal); }},
        {"invalid_fields", "", [](Drafting& c) { c.content.confidentiality.clear(); }},
    });
}

TEST(Contracts, TheAcceptedTermsStandInPlaceOfWhateverTheDraftSays) {
    Drafting c;
    c.content.terms.price_fen = 1;
    const auto contract = must(draft_contract(c.world.books, c.caller, c.deal, c.content));
    EXPECT_EQ(
        c.world.books.sha256_hex(terms_text(contract.content.terms)),
        c.world.deal(c.deal).terms_hash
    );
    auto content = contract.content;
    content.terms.price_fen = 1;
    EXPECT_EQ(
        must(revise_contract(c.world.books, c.caller, contract.id, content, {})).content.terms,
        sample_terms()
    );
}

TEST(Contracts, ACancelledContractMakesRoomForAnother) {
    Drafting c;
    const auto id = c.world.drafted(c.deal);
    EXPECT_EQ(c.run(), "contract_exists");
    c.world.fire(c.world.university, id, E::cancel, "重写");
    EXPECT_EQ(c.run(), "ok");
}

struct Revising : Agreed {
    ContractId id = world.drafted(deal);
    ContractContent content = sample_contract();
    std::optional<std::uint32_t> version;
    std::string run() { return told(revise_contract(world.books, caller, id, content, version)); }
};

TEST(Contracts, RevisingIsRefusedInOrder) {
    the_earlier_fault_is_told<Revising>({
        {"not_found", "caller", [](Revising& c) { c.caller = c.world.rival.caller; }},
        {"event_not_allowed",
         "",
         [](Revising& c) { c.world.fire(c.world.university, c.id, E::submit); }},
        {"not_permitted", "caller", [](Revising& c) { c.caller = c.world.enterprise.caller; }},
        {"version_stale", "", [](Revising& c) { c.version = 7; }},
        {"invalid_fields", "", [](Revising& c) { c.content.ip_items.clear(); }},
    });
}

TEST(Contracts, NothingCanBeEditedOnceSigningHasBegun) {
    Agreed c;
    const auto id = c.world.ready_to_sign(c.world.enterprise, c.deal);
    for (const auto* side : {&c.world.university, &c.world.enterprise})
        EXPECT_EQ(
            told(revise_contract(c.world.books, side->caller, id, sample_contract(), {})),
            "event_not_allowed"
        );
}

// ---- signing ----

struct Signing : Agreed {
    ContractId id = world.ready_to_sign(world.enterprise, deal);
    std::string hash = world.contract(id).document_hash;
    std::string run() { return told(sign_contract(world.books, caller, id, hash)); }

    Contract& row() { return world.books.contract_book.contracts.edit(id); }
    Listing& listing(ListingId which) { return world.books.listing_book.listings.edit(which); }
    void rewrite(const std::function<void(ContractContent&)>& change) {
        change(row().content);
        hash = row().document_hash = world.books.sha256_hex(document_of(world.books, row()));
    }
};

TEST(Contracts, SigningIsRefusedInOrder) {
    the_earlier_fault_is_told<Signing>({
        {"not_found", "caller", [](Signing& c) { c.caller = c.world.rival.caller; }},
        {"listing_closed_by_contract",
         "achievement",
         [](Signing& c) { c.listing(c.achievement).state = ListingState::closed; }},
        {"event_not_allowed", "", [](Signing& c) { c.row().state = ContractState::in_review; }},
        {"not_permitted",
         "caller",
         [](Signing& c) { c.caller.scopes = all_scopes.without({Scope::sign}); }},
        {"listing_not_open",
         "achievement",
         [](Signing& c) { c.listing(c.achievement).state = ListingState::suspended; }},
        {"listing_not_open",
         "",
         [](Signing& c) { c.listing(c.need).state = ListingState::suspended; }},
        {"already_signed",
         "",
         [](Signing& c) {
             c.row().signatures.push_back(
                 {c.world.university.id(), c.world.university.member.id, c.hash, {}}
             );
         }},
        {"organisation_unverified", "", [](Signing& c) { c.world.suspend(c.world.enterprise); }},
        {"document_changed", "hash", [](Signing& c) { c.hash[0] = c.hash[0] == '0' ? '1' : '0'; }},
        {"terms_differ",
         "",
         [](Signing& c) { c.world.books.deal_book.deals.edit(c.deal).terms_hash = "other"; }},
        {"invalid_fields",
         "hash",
         [](Signing& c) { c.rewrite([](auto& content) { content.confidentiality.clear(); }); }},
    });
}

TEST(Contracts, APriceThatWasChangedBehindTheDealCannotBeSigned) {
    Signing c;
    c.rewrite([](ContractContent& content) { content.terms.price_fen += 1; });
    EXPECT_EQ(c.run(), "terms_differ");
}

TEST(Contracts, ARenamedPartyMustBeReadAgain) {
    Signing c;
    c.world.books.party_book.organisations.edit(c.world.enterprise.id()).name = "改名公司";
    EXPECT_EQ(c.run(), "document_changed");
}

TEST(Contracts, OnlyASignerSignsAndIsOfferedToOnce) {
    Signing c;
    const auto has_sign = [&](const Caller& caller) {
        const auto names = available_actions(caller, c.world.contract(c.id));
        return std::find(names.begin(), names.end(), "sign") != names.end();
    };
    EXPECT_FALSE(has_sign(as(c.caller, {Role::deal_maker})));
    EXPECT_TRUE(has_sign(as(c.caller, {Role::signer})));
    EXPECT_EQ(c.run(), "ok");
    EXPECT_FALSE(has_sign(c.caller));
    EXPECT_TRUE(has_sign(c.world.enterprise.caller));
    EXPECT_EQ(c.run(), "already_signed");
}

TEST(Contracts, AClosedAchievementIsReopenedOnlyAfterItsContractWasUndone) {
    Signing c;
    must(c.world.sign(c.world.university.caller, c.id));
    must(c.world.sign(c.world.enterprise.caller, c.id));
    const auto reopen = [&] {
        return told(act_on_listing(
            c.world.books,
            c.world.bureau.caller,
            c.achievement,
            ListingEvent::reopen,
            "合同解除",
            {}
        ));
    };
    EXPECT_EQ(reopen(), "event_not_allowed");
    EXPECT_TRUE(
        available_actions(c.world.books, c.world.bureau.caller, c.world.listing(c.achievement))
            .empty()
    );
    c.world.fire(c.world.enterprise, c.id, E::propose_termination, "不可抗力");
    EXPECT_EQ(reopen(), "event_not_allowed");
    c.world.fire(c.world.university, c.id, E::agree_termination);
    EXPECT_EQ(reopen(), "ok");
}

// ---- after signing ----

struct InForce : Signing {
    E event = E::dispute;
    std::string reason = "未交付";
    std::optional<std::uint32_t> version;

    InForce() {
        must(world.sign(world.university.caller, id));
        must(world.sign(world.enterprise.caller, id));
    }
    std::string run() {
        return told(act_on_contract(world.books, caller, id, event, reason, version));
    }
    std::string by(const Party& party, E which) {
        return told(act_on_contract(world.books, party.caller, id, which, "原因", {}));
    }
};

TEST(Contracts, ActingIsRefusedInOrder) {
    the_earlier_fault_is_told<InForce>({
        {"not_found", "caller", [](InForce& c) { c.caller = c.world.rival.caller; }},
        {"event_not_allowed", "", [](InForce& c) { c.row().state = ContractState::completed; }},
        {"not_permitted", "caller", [](InForce& c) { c.caller.roles = {Role::signer}; }},
        {"reason_required", "", [](InForce& c) { c.reason.clear(); }},
        {"version_stale", "", [](InForce& c) { c.version = 1; }},
    });
    for (const auto event : {E::create, E::revise, E::sign}) {
        InForce c;
        c.event = event;
        EXPECT_EQ(c.run(), "event_not_allowed") << "it has a use-case of its own";
    }
}

TEST(Contracts, ATerminationNeedsTheOtherSide) {
    InForce c;
    EXPECT_EQ(c.by(c.world.enterprise, E::propose_termination), "ok");
    EXPECT_EQ(c.by(c.world.enterprise, E::agree_termination), "not_permitted");
    EXPECT_EQ(c.by(c.world.enterprise, E::refuse_termination), "ok") << "it may be taken back";
    EXPECT_EQ(c.by(c.world.university, E::propose_termination), "ok");
    EXPECT_EQ(c.by(c.world.university, E::agree_termination), "not_permitted");
    EXPECT_EQ(c.by(c.world.enterprise, E::agree_termination), "ok");
    EXPECT_EQ(c.world.contract(c.id).state, ContractState::terminated);
}

TEST(Contracts, TheBuyerSaysThatAContractIsFulfilledAndTheOperatorSettlesADispute) {
    InForce c;
    EXPECT_EQ(c.by(c.world.university, E::start), "ok");
    EXPECT_EQ(c.by(c.world.university, E::complete), "not_permitted");
    EXPECT_EQ(c.by(c.world.university, E::dispute), "ok");
    EXPECT_EQ(c.by(c.world.enterprise, E::resolve_continue), "not_permitted");
    EXPECT_EQ(c.by(c.world.bureau, E::resolve_continue), "ok");
    EXPECT_EQ(c.by(c.world.enterprise, E::complete), "ok");
    EXPECT_EQ(c.by(c.world.enterprise, E::dispute), "event_not_allowed");
}

} // namespace
} // namespace jishi::market
