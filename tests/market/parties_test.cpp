#include "market/parties.hpp"
#include "market/rules.hpp"
#include "tests/support/precedence.hpp"
#include "tests/support/table.hpp"

#include <gtest/gtest.h>

namespace jishi::market {
namespace {

using namespace tests;

OrganisationDraft some_organisation() {
    return {.uscc = sample_uscc(77), .name = "新公司", .division = "330304"};
}
MemberDraft some_member() {
    return {.login = "wang", .name = "王五", .roles = {}, .password_hash = "hash"};
}

TEST(Parties, TheFirstMemberHoldsEveryRoleThatTheKindMayHold) {
    each_row<2>(
        R"(
        // kind        roles
        university     15      // org_admin, listing_editor, deal_maker, signer
        institute      15
        enterprise     15
        intermediary   31      // and broker
        government     33      // org_admin, market_operator
        )",
        [](const std::string& kind, const std::string& roles) {
            MarketWorld world;
            auto draft = some_organisation();
            draft.kind = *parse_name<OrganisationKind>(kind);
            const auto before = world.events();
            const auto registered =
                must(register_organisation(world.books, draft, some_member(), true));
            EXPECT_EQ(registered.member.roles.bits, std::stoul(roles));
            EXPECT_EQ(registered.organisation.state, VerificationState::unverified);
            EXPECT_EQ(
                world.happened_since(before),
                "organisation.register_organisation none unverified\nmember.join  active\n"
            );
        }
    );
}

TEST(Parties, ACodeIsStoredInOneFormHoweverItWasTyped) {
    MarketWorld world;
    auto draft = some_organisation();
    const auto code = draft.uscc;
    auto typed = code.substr(0, 2) + " " + code.substr(2);
    typed.replace(0, 1, "９");
    draft.uscc = typed;
    EXPECT_EQ(
        must(register_organisation(world.books, draft, some_member())).organisation.uscc, code
    );

    auto again = some_member();
    again.login = "zhao";
    EXPECT_EQ(told(register_organisation(world.books, draft, again)), "duplicate_uscc");
}

struct Registering {
    MarketWorld world;
    OrganisationDraft organisation = some_organisation();
    MemberDraft member = some_member();
    std::string run() { return told(register_organisation(world.books, organisation, member)); }
};

TEST(Parties, RegisteringIsRefusedInOrder) {
    the_earlier_fault_is_told<Registering>({
        {"invalid_fields", "", [](Registering& c) { c.organisation.division = "999999"; }},
        {"duplicate_login",
         "",
         [](Registering& c) { c.member.login = c.world.university.member.login; }},
        {"duplicate_uscc",
         "",
         [](Registering& c) { c.organisation.uscc = c.world.university.organisation.uscc; }},
    });
}

TEST(Parties, EveryFieldOfANewOrganisationThatIsWrongIsTold) {
    MarketWorld world;
    const OrganisationDraft draft{
        .uscc = "913",
        .name = "x",
        .division = "999999",
        .industry = "ZZ",
        .kind = OrganisationKind::government};
    EXPECT_EQ(
        fields_told(register_organisation(world.books, draft, some_member())),
        "/organisation/uscc bad_format | /organisation/division not_found | "
        "/organisation/industry bad_format | /organisation/kind not_one_of"
    );
}

struct Verifying {
    MarketWorld world;
    Party party = world.join(OrganisationKind::enterprise, "新公司");
    Caller caller = world.bureau.caller;
    VerificationEvent event = VerificationEvent::reject;
    std::string reason = "材料不全";
    std::optional<std::uint32_t> version;

    Verifying() { world.verify(party, VerificationEvent::submit, party.caller); }
    std::string run() {
        return told(fire_verification(world.books, caller, party.id(), event, reason, version));
    }
};

TEST(Parties, VerificationIsRefusedInOrder) {
    the_earlier_fault_is_told<Verifying>({
        {"not_found", "caller", [](Verifying& c) { c.caller = c.world.rival.caller; }},
        {"event_not_allowed", "event", [](Verifying& c) { c.event = VerificationEvent::suspend; }},
        {"not_permitted", "caller", [](Verifying& c) { c.caller = c.party.caller; }},
        {"reason_required", "", [](Verifying& c) { c.reason.clear(); }},
        {"version_stale", "", [](Verifying& c) { c.version = 1; }},
    });
}

TEST(Parties, ARejectedOrganisationKnowsWhyAndMaySubmitAgain) {
    Verifying c;
    EXPECT_EQ(c.run(), "ok");
    EXPECT_EQ(c.world.organisation(c.party).state_reason, "材料不全");
    const auto before = c.world.events();
    c.world.verify(c.party, VerificationEvent::submit, c.party.caller);
    c.world.verify(c.party, VerificationEvent::approve, c.world.bureau.caller);
    EXPECT_EQ(
        c.world.happened_since(before),
        "organisation.submit rejected submitted\norganisation.approve submitted verified\n"
    );
    EXPECT_EQ(c.world.organisation(c.party).state_reason, "");
}

struct Adding {
    MarketWorld world;
    Caller caller = world.university.caller;
    MemberDraft draft{
        .login = "li", .name = "李四", .roles = {Role::signer}, .password_hash = "hash"};
    std::string run() { return told(add_member(world.books, caller, draft)); }
    void fill(std::size_t count) {
        for (auto i = world.books.parties.members_of(caller.organisation).size(); i < count; ++i)
            world.colleague(world.university, {Role::signer});
    }
};

TEST(Parties, AddingAMemberIsRefusedInOrder) {
    the_earlier_fault_is_told<Adding>({
        {"scope_missing", "", [](Adding& c) { c.caller.scopes = {Scope::write}; }},
        {"not_permitted", "", [](Adding& c) { c.caller.roles = {Role::deal_maker}; }},
        {"invalid_fields", "", [](Adding& c) { c.draft.roles = {Role::market_operator}; }},
        {"duplicate_login", "", [](Adding& c) { c.draft.login = c.world.rival.member.login; }},
        {"limit_reached", "", [](Adding& c) { c.fill(members_max); }},
    });
    Adding almost_full;
    almost_full.fill(members_max - 1);
    EXPECT_EQ(almost_full.run(), "ok");
}

struct Changing {
    MarketWorld world;
    Caller caller = world.university.caller;
    Party colleague = world.colleague(world.university, {Role::org_admin, Role::signer});
    MemberId id = colleague.member.id;
    std::optional<Roles> roles = Roles{Role::signer};
    std::optional<MemberStatus> status;
    std::optional<std::uint32_t> version;
    std::string run() {
        return told(change_member(world.books, caller, id, roles, status, version));
    }
};

TEST(Parties, ChangingAMemberIsRefusedInOrder) {
    the_earlier_fault_is_told<Changing>({
        {"not_found", "id", [](Changing& c) { c.id = c.world.rival.member.id; }},
        {"scope_missing", "", [](Changing& c) { c.caller.scopes = {Scope::read}; }},
        {"not_permitted", "", [](Changing& c) { c.caller.roles = {Role::listing_editor}; }},
        {"invalid_fields", "roles", [](Changing& c) { c.roles = Roles{Role::broker}; }},
        {"version_stale", "", [](Changing& c) { c.version = 9; }},
        {"event_not_allowed",
         "id",
         [](Changing& c) {
             must(change_member(
                 c.world.books, c.world.university.caller, c.id, Roles{Role::signer}, {}, {}
             ));
             c.id = c.world.university.member.id;
         }},
    });
}

TEST(Parties, AnOrganisationKeepsAnAdministratorWhoIsActive) {
    Changing c;
    const auto first = c.world.university.member.id;
    c.roles.reset();
    c.status = MemberStatus::disabled;
    EXPECT_EQ(c.run(), "ok");
    c.id = first;
    EXPECT_EQ(c.run(), "event_not_allowed") << "the other administrator is disabled";
    c.status.reset();
    c.roles = Roles{Role::deal_maker};
    EXPECT_EQ(c.run(), "event_not_allowed");
    c.roles = Roles{Role::org_admin};
    EXPECT_EQ(c.run(), "ok");
}

// ---- signing in ----

struct SigningIn {
    MarketWorld world;
    std::string login = world.enterprise.member.login;

    Result<SignInAttempt> begin() { return begin_sign_in(world.books, login); }
    void fail(int times) {
        for (int i = 0; i < times; ++i)
            EXPECT_EQ(told(begin()), "ok") << "guess " << i + 1;
    }
};

TEST(Parties, TheFifthWrongGuessLocksTheLoginForAQuarterOfAnHour) {
    SigningIn c;
    c.fail(5);
    const auto locked_at = c.world.books.now;
    EXPECT_EQ(told(c.begin()), "account_locked");
    c.world.wait(15 * minute_us - 1);
    EXPECT_EQ(told(c.begin()), "account_locked");
    c.world.books.set_now(locked_at + 15 * minute_us);
    c.fail(5);
    EXPECT_EQ(told(c.begin()), "account_locked") << "and again after five more";
}

TEST(Parties, FourWrongGuessesAreForgivenByTheRightOne) {
    SigningIn c;
    for (int round = 0; round < 3; ++round) {
        c.fail(4);
        const auto attempt = must(c.begin());
        EXPECT_EQ(told(finish_sign_in(c.world.books, attempt, "secret")), "ok");
    }
}

TEST(Parties, GuessesThatRunInParallelAllCount) {
    SigningIn c;
    std::vector<SignInAttempt> running;
    for (int i = 0; i < 5; ++i)
        running.push_back(must(c.begin()));
    EXPECT_EQ(told(c.begin()), "account_locked") << "none of the five has been checked yet";
}

TEST(Parties, AnUnknownLoginGivesNoCredentialAndLeavesNoTrace) {
    SigningIn c;
    c.login = "nobody";
    const auto writes = c.world.books.writes();
    const auto attempt = must(c.begin());
    EXPECT_FALSE(attempt.member || attempt.credential);
    EXPECT_EQ(c.world.books.writes(), writes);
}

TEST(Parties, ASignInThatIsOvertakenIsRefused) {
    SigningIn changed;
    const auto attempt = must(changed.begin());
    change_password(changed.world.books, attempt.member->id, "new hash", {});
    EXPECT_EQ(told(finish_sign_in(changed.world.books, attempt, "secret")), "credentials_wrong");

    SigningIn disabled;
    const auto colleague = disabled.world.colleague(disabled.world.enterprise, {Role::signer});
    disabled.login = colleague.member.login;
    const auto late = must(disabled.begin());
    must(change_member(
        disabled.world.books,
        disabled.world.enterprise.caller,
        colleague.member.id,
        {},
        MemberStatus::disabled,
        {}
    ));
    EXPECT_EQ(told(finish_sign_in(disabled.world.books, late, "secret")), "account_disabled");
}

TEST(Parties, ASessionEndsAtTheInstantItsHoursAreOver) {
    SigningIn c;
    must(finish_sign_in(c.world.books, must(c.begin()), "secret"));
    const auto caller = must(authenticate(c.world.books, "secret"));
    EXPECT_EQ(caller.member, c.world.enterprise.member.id);
    EXPECT_EQ(caller.organisation, c.world.enterprise.id());
    EXPECT_TRUE(caller.is_verified());
    EXPECT_EQ(told(authenticate(c.world.books, "another")), "session_expired");
    c.world.wait(12 * hour_us - 1);
    EXPECT_EQ(told(authenticate(c.world.books, "secret")), "ok");
    c.world.wait(1);
    EXPECT_EQ(told(authenticate(c.world.books, "secret")), "session_expired");
}

TEST(Parties, DisablingAMemberAndChangingAPasswordEndSessions) {
    SigningIn c;
    const auto member = c.world.enterprise.member.id;
    const auto kept = must(finish_sign_in(c.world.books, must(c.begin()), "kept"));
    must(finish_sign_in(c.world.books, must(c.begin()), "other"));
    change_password(c.world.books, member, "new hash", kept.id);
    EXPECT_EQ(told(authenticate(c.world.books, "kept")), "ok");
    EXPECT_EQ(told(authenticate(c.world.books, "other")), "session_expired");

    const auto boss = c.world.colleague(c.world.enterprise, {Role::org_admin});
    must(change_member(c.world.books, boss.caller, member, {}, MemberStatus::disabled, {}));
    EXPECT_EQ(told(authenticate(c.world.books, "kept")), "session_expired");
    EXPECT_EQ(told(finish_sign_in(c.world.books, must(c.begin()), "x")), "account_disabled");
}

// ---- tokens ----

struct Issuing {
    MarketWorld world;
    Caller caller = world.enterprise.caller;
    TokenDraft draft{.label = "erp", .scopes = {Scope::read}, .days = 365, .secret_hash = "token"};
    std::string run() { return told(issue_token(world.books, caller, draft)); }
    void fill(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i)
            must(issue_token(
                world.books, world.enterprise.caller, {"", {Scope::read}, 1, std::to_string(i)}
            ));
    }
};

TEST(Parties, IssuingATokenIsRefusedInOrder) {
    the_earlier_fault_is_told<Issuing>({
        {"scope_missing",
         "",
         [](Issuing& c) {
             c.caller.scopes = {Scope::read, Scope::write};
         }},
        {"invalid_fields",
         "",
         [](Issuing& c) {
             c.caller.scopes = c.caller.scopes.without({Scope::sign});
             c.draft.scopes = {Scope::sign};
         }},
        {"invalid_fields", "days", [](Issuing& c) { c.draft.days = 0; }},
        {"invalid_fields", "days", [](Issuing& c) { c.draft.days = 366; }},
        {"limit_reached", "", [](Issuing& c) { c.fill(tokens_max); }},
    });
    Issuing almost_full;
    almost_full.fill(tokens_max - 1);
    EXPECT_EQ(almost_full.run(), "ok");
}

TEST(Parties, ATokenThatExpiredOrWasRevokedMakesRoomForAnother) {
    Issuing c;
    c.fill(tokens_max);
    const auto live = c.world.books.parties.sessions_of(c.caller.member, SessionKind::api_token);
    c.world.books.parties.revoke_session(live.front().id, c.caller.member, c.world.books.now);
    EXPECT_EQ(c.run(), "ok");
    EXPECT_EQ(c.run(), "limit_reached");
    c.world.wait(day_us);
    EXPECT_EQ(c.run(), "ok");
}

TEST(Parties, TheRuleOfTheDayOfTheActCounts) {
    Issuing c;
    c.world.books.rule_book.set(
        rules::token_days_max, 10, add_days(shanghai_date(c.world.books.now), 1)
    );
    EXPECT_EQ(c.run(), "ok");
    c.world.wait(day_us);
    EXPECT_EQ(c.run(), "invalid_fields");
}

} // namespace
} // namespace jishi::market
