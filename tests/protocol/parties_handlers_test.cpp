#include "tests/protocol/market_house.hpp"

namespace jishi::protocol::house {

namespace {

using market::OrganisationKind;

std::string sign_in_body(std::string_view login, std::string_view password) {
    return R"({"login":")" + std::string(login) + R"(","password":")" + std::string(password) +
           R"("})";
}

Answer try_sign_in(MarketHouse& house, std::string_view login, std::string_view password) {
    return house.send("POST", "/api/v1/sessions", "", {.body = sign_in_body(login, password)});
}

} // namespace

TEST(Organisations, AreVerifiedByTheOperatorAfterTheySubmitted) {
    MarketHouse house;
    const auto university = house.join(OrganisationKind::university, "tsinghua", false);
    const auto me = house.get("/api/v1/me", university);
    EXPECT_EQ(me.at("/organisation/state"), "unverified");
    EXPECT_EQ(me.at("/organisation/available_actions"), "[submit]");
    EXPECT_EQ(me.at("/roles"), "[org_admin listing_editor deal_maker signer]");
    EXPECT_EQ(me.at("/scopes"), "[read write sign operate admin]");

    const auto address = "/api/v1/organisations/" + university.organisation;
    EXPECT_EQ(
        house.act(address, university, R"({"action":"approve"})").outcome(), "409 event_not_allowed"
    );
    EXPECT_EQ(house.act(address, university, R"({"action":"submit"})").at("/state"), "submitted");
    EXPECT_EQ(
        house.act(address, university, R"({"action":"approve"})").outcome(), "403 not_permitted"
    );
    EXPECT_EQ(
        house.act(address, house.operate(), R"({"action":"reject","reason":" "})").outcome(),
        "422 reason_required /reason missing"
    );
    EXPECT_EQ(
        house.act(address, house.operate(), R"({"action":"reject","reason":"证照不清"})")
            .at("/state_reason"),
        "证照不清"
    );
    EXPECT_EQ(house.act(address, university, R"({"action":"submit"})").at("/version"), "4");
    EXPECT_EQ(
        house.act(address, house.operate(), R"({"action":"approve"})").at("/available_actions"),
        "[suspend]"
    );
}

TEST(Organisations, AreSeenByOthersOnceVerifiedButNotWhyTheyWereJudged) {
    MarketHouse house;
    const auto other = house.join(OrganisationKind::enterprise, "huawei");
    const auto hidden = house.join(OrganisationKind::enterprise, "fresh", false);
    EXPECT_EQ(
        house.get("/api/v1/organisations/" + hidden.organisation, other).outcome(), "404 not_found"
    );
    EXPECT_EQ(
        house.get("/api/v1/organisations/" + other.organisation, hidden).at("/state_reason"), "null"
    );
    EXPECT_EQ(house.get("/api/v1/organisations/need_1", other).outcome(), "404 not_found");
}

TEST(Organisations, AreListedForTheOperatorPageByPage) {
    MarketHouse house;
    const auto bureau = house.operate();
    const auto first = house.join(OrganisationKind::enterprise, "first", false);
    const auto second = house.join(OrganisationKind::enterprise, "second", false);
    EXPECT_EQ(house.get("/api/v1/organisations", first).outcome(), "403 not_permitted");
    const std::string newest = "/api/v1/organisations?state=unverified&limit=1";
    const auto page = house.get(newest, bureau);
    EXPECT_EQ(page.at("/items/0/id"), second.organisation);
    const auto next = house.get(newest + "&cursor=" + page.at("/next_cursor"), bureau);
    EXPECT_EQ(next.at("/items/0/id"), first.organisation);
    EXPECT_EQ(house.get("/api/v1/organisations?state=verified", bureau).at("/items/0"), "null");
    EXPECT_EQ(
        house.get("/api/v1/organisations?cursor=forged", bureau).outcome(), "400 cursor_invalid"
    );
}

TEST(Organisations, TellWhatIsWrongWithARegistration) {
    MarketHouse house;
    const auto tried = [&](const std::string& body) {
        return house.send("POST", "/api/v1/organisations", "", {.body = body}).outcome();
    };
    EXPECT_EQ(
        tried(house.registration("zhang", "enterprise", "short pwd")),
        "422 invalid_fields /member/password too_short"
    );
    EXPECT_EQ(tried(house.registration("zhang", "enterprise", "ten chars!")), "201");
    EXPECT_EQ(tried(house.registration("wang", "enterprise", std::string(127, 'x') + "y")), "201");
    EXPECT_EQ(
        tried(house.registration("li.", "enterprise", std::string(128, 'x') + "y")),
        "422 invalid_fields /member/password too_long"
    );
    EXPECT_EQ(
        tried(house.registration("zhao", "enterprise", "ZHAO is my name")),
        "422 invalid_fields /member/password too_weak"
    );
    EXPECT_EQ(
        tried(house.registration("Zhao", "enterprise", "ten chars!")),
        "422 invalid_fields /member/login bad_format"
    );
    EXPECT_EQ(
        tried(house.registration("zhang", "enterprise", "ten chars!")), "409 duplicate_login"
    );
    EXPECT_EQ(
        tried(house.registration("gov", "government", "ten chars!")),
        "422 invalid_fields /organisation/kind not_one_of"
    );
}

TEST(Organisations, AreRegisteredOnceForARequestThatIsRepeated) {
    MarketHouse house;
    const auto body = house.registration("zhang", "enterprise", "ten chars!");
    const auto first = house.send("POST", "/api/v1/organisations", "", {.body = body, .key = "k"});
    const auto again = house.send("POST", "/api/v1/organisations", "", {.body = body, .key = "k"});
    EXPECT_TRUE(again.replayed);
    EXPECT_EQ(again.body, first.body);
    auto other_password = body;
    other_password.replace(other_password.find("ten chars!"), 10, "another pw");
    EXPECT_EQ(
        house.send("POST", "/api/v1/organisations", "", {.body = other_password, .key = "k"})
            .outcome(),
        "409 duplicate_login" // strangers share no keys: another request stands for itself
    );
}

TEST(Members, AreManagedByTheAdministrator) {
    MarketHouse house;
    const auto admin = house.join(OrganisationKind::enterprise, "admin");
    const auto added = house.post(
        "/api/v1/members",
        admin,
        R"({"login":"maker","name":"王五","password":"correct horse battery","roles":["deal_maker"]})"
    );
    EXPECT_EQ(added.outcome(), "201");
    const auto maker = house.sign_in("maker");
    EXPECT_EQ(
        house
            .post(
                "/api/v1/members",
                maker,
                R"({"login":"more","name":"赵六","password":"correct horse","roles":[]})"
            )
            .outcome(),
        "403 not_permitted"
    );
    EXPECT_EQ(house.get("/api/v1/members", maker).at("/items/1/login"), "maker");

    const auto patch = [&](const std::string& id, const std::string& body, const std::string& etag
                       ) {
        return house.send(
            "PATCH", "/api/v1/members/" + id, admin.token, {.body = body, .etag = etag}
        );
    };
    EXPECT_EQ(
        patch(maker.member, R"({"roles":["broker"]})", "\"v1\"").outcome(),
        "422 invalid_fields /roles inconsistent"
    );
    EXPECT_EQ(
        patch(maker.member, R"({"roles":["signer"]})", "\"v9\"").outcome(), "412 version_stale"
    );
    EXPECT_EQ(patch(maker.member, R"({"roles":["signer"]})", "").outcome(), "428 if_match_missing");
    EXPECT_EQ(patch(maker.member, R"({"status":"disabled"})", "\"v1\"").at("/status"), "disabled");
    EXPECT_EQ(house.ended, std::vector{*market::MemberId::parse(maker.member)});
    EXPECT_EQ(house.get("/api/v1/me", maker).outcome(), "401 session_expired");
    EXPECT_EQ(
        patch(admin.member, R"({"status":"disabled"})", "\"v1\"").outcome(), "409 event_not_allowed"
    );
}

TEST(Sessions, TellNobodyWhetherALoginExists) {
    MarketHouse house;
    house.join(OrganisationKind::enterprise, "zhang", false);
    EXPECT_EQ(try_sign_in(house, "zhang", "a wrong guess").outcome(), "401 credentials_wrong");
    EXPECT_EQ(try_sign_in(house, "nobody", "a wrong guess").outcome(), "401 credentials_wrong");
}

TEST(Sessions, AreLockedOutAfterFiveWrongGuessesInARow) {
    MarketHouse house;
    house.join(OrganisationKind::enterprise, "zhang", false);
    for (int guess = 1; guess <= 4; ++guess)
        EXPECT_EQ(try_sign_in(house, "zhang", "a wrong guess").outcome(), "401 credentials_wrong");
    EXPECT_EQ(try_sign_in(house, "zhang", good_password).outcome(), "201");
    for (int guess = 1; guess <= 5; ++guess)
        EXPECT_EQ(try_sign_in(house, "zhang", "a wrong guess").outcome(), "401 credentials_wrong");
    EXPECT_EQ(try_sign_in(house, "zhang", good_password).outcome(), "423 account_locked");
    house.now = house.now + 15 * market::minute_us;
    EXPECT_EQ(try_sign_in(house, "zhang", good_password).outcome(), "201");
}

TEST(Sessions, HashThePasswordAgainWhenItsHashIsOfAnotherCost) {
    MarketHouse house;
    const auto person = house.join(OrganisationKind::enterprise, "zhang", false);
    const auto member = *market::MemberId::parse(person.member);
    // Of good_password, at 8 MiB and one pass.
    const std::string old_hash = "$argon2id$v=19$m=8192,t=1,p=1$IRevdqlHp18Isb+wUXEMEQ$"
                                 "3e02XbdWO8iXMGY/RVlK111BnETEoaYoqKGpcvughmQ";
    house.unit([&](market::Books& books) {
        books.parties.put_credential({.member = member, .password_hash = old_hash});
        return true;
    });
    EXPECT_EQ(try_sign_in(house, "zhang", good_password).outcome(), "201");
    const auto now_kept =
        house.unit([&](market::Books& books) { return *books.parties.take_credential(member); });
    EXPECT_FALSE(needs_rehash(now_kept.password_hash));
    EXPECT_EQ(now_kept.failures, 0u);
    EXPECT_EQ(try_sign_in(house, "zhang", good_password).outcome(), "201");
}

TEST(Sessions, EndWhenTheyAreSignedOut) {
    MarketHouse house;
    const auto person = house.join(OrganisationKind::enterprise, "zhang", false);
    EXPECT_EQ(house.send("DELETE", "/api/v1/sessions/current", person.token, {}).outcome(), "204");
    EXPECT_EQ(house.get("/api/v1/me", person).outcome(), "401 session_expired");
    EXPECT_EQ(house.ended.size(), 1u);
    EXPECT_EQ(
        house.send("GET", "/api/v1/me", "not-one-of-ours", {}).outcome(), "401 unauthenticated"
    );
    EXPECT_EQ(house.send("GET", "/api/v1/me", "", {}).outcome(), "401 unauthenticated");
}

TEST(Passwords, AreChangedByWhoKnowsTheOldOneAndEndOtherSessions) {
    MarketHouse house;
    const auto here = house.join(OrganisationKind::enterprise, "zhang", false);
    const auto elsewhere = house.sign_in("zhang");
    const auto change = [&](std::string_view old_one, std::string_view new_one) {
        const auto body = R"({"old_password":")" + std::string(old_one) + R"(","new_password":")" +
                          std::string(new_one) + R"("})";
        return house.send("PUT", "/api/v1/me/password", here.token, {.body = body}).outcome();
    };
    EXPECT_EQ(change(good_password, "zhang zhang"), "422 invalid_fields /new_password too_weak");
    EXPECT_EQ(change("a wrong guess", "another password"), "401 credentials_wrong");
    EXPECT_EQ(change(good_password, "another password"), "204");
    EXPECT_EQ(house.get("/api/v1/me", here).outcome(), "200");
    EXPECT_EQ(house.get("/api/v1/me", elsewhere).outcome(), "401 session_expired");
    EXPECT_EQ(try_sign_in(house, "zhang", good_password).outcome(), "401 credentials_wrong");
    EXPECT_EQ(try_sign_in(house, "zhang", "another password").outcome(), "201");
    for (int guess = 1; guess <= 5; ++guess)
        change("a wrong guess", "another password");
    EXPECT_EQ(change("another password", "a third password"), "423 account_locked");
}

TEST(Tokens, ShowTheirSecretOnceAndDoOnlyWhatTheirScopesSay) {
    MarketHouse house;
    const auto person = house.join(OrganisationKind::enterprise, "zhang");
    const std::string body = R"({"label":"sync","scopes":["read"],"days":1})";
    const auto issued =
        house.send("POST", "/api/v1/tokens", person.token, {.body = body, .key = "k"});
    const auto again =
        house.send("POST", "/api/v1/tokens", person.token, {.body = body, .key = "k"});
    EXPECT_TRUE(again.replayed);
    EXPECT_EQ(again.at("/id"), issued.at("/id"));
    EXPECT_EQ(again.at("/secret"), "null");

    const Person reader{issued.at("/secret"), person.organisation, person.member};
    EXPECT_EQ(house.get("/api/v1/me", reader).at("/scopes"), "[read]");
    EXPECT_EQ(house.get("/api/v1/tokens", reader).outcome(), "403 scope_missing");
    EXPECT_EQ(
        house.post("/api/v1/deals", reader, R"({"action":"inquire"})").outcome(),
        "403 scope_missing"
    );

    EXPECT_EQ(house.get("/api/v1/tokens", person).at("/items/0/label"), "sync");
    const auto address = "/api/v1/tokens/" + issued.at("/id");
    EXPECT_EQ(house.send("DELETE", address, person.token, {}).outcome(), "204");
    EXPECT_EQ(house.send("DELETE", address, person.token, {}).outcome(), "404 not_found");
    EXPECT_EQ(house.get("/api/v1/me", reader).outcome(), "401 session_expired");
    EXPECT_EQ(house.get("/api/v1/tokens", person).at("/items/0"), "null");
}

TEST(Tokens, AreLimitedInNumberAndDays) {
    MarketHouse house;
    const auto person = house.join(OrganisationKind::enterprise, "zhang", false);
    const auto issue = [&](int days) {
        return house
            .post(
                "/api/v1/tokens",
                person,
                R"({"label":"","scopes":["read"],"days":)" + std::to_string(days) + "}"
            )
            .outcome();
    };
    EXPECT_EQ(issue(366), "422 invalid_fields /days too_large");
    for (int i = 0; i < 20; ++i)
        EXPECT_EQ(issue(365), "201");
    EXPECT_EQ(issue(1), "409 limit_reached");
}

} // namespace jishi::protocol::house
