// Signing in and out over HTTP: what ends a session, what a token may be used for, what needs none.
#include "storage/connection.hpp"
#include "storage/embedded_server.hpp"
#include "tests/scenario/crowded_market.hpp"
#include "tests/support/table.hpp"

#include <gtest/gtest.h>

namespace jishi::test {
namespace {

CrowdedMarket& market() {
    return CrowdedMarket::instance();
}

constexpr const char* new_password = "another-long-password";

// A new member of the university; the id.
std::string hire(const std::string& login, const std::string& roles = R"("listing_editor")") {
    const auto added = market().person("full").post(
        "/api/v1/members",
        R"({"login":")" + login + R"(","name":"赵六","roles":[)" + roles + R"(],"password":")" +
            password + "\"}"
    );
    EXPECT_EQ(added.status, 201) << added.body;
    return added.text("id");
}

Answer try_to_sign_in(const std::string& login, const std::string& with) {
    Person stranger(market().port());
    return stranger.post(
        "/api/v1/sessions", R"({"login":")" + login + R"(","password":")" + with + "\"}"
    );
}

void guess(const std::string& login, int times) {
    for (int i = 0; i < times; ++i)
        EXPECT_EQ(
            try_to_sign_in(login, "a-wrong-guess-" + std::to_string(i)).code(), "credentials_wrong"
        ) << i;
}

Answer change_password(Person& person, const std::string& from, const std::string& to) {
    return person.put(
        "/api/v1/me/password",
        R"({"old_password":")" + from + R"(","new_password":")" + to + "\"}",
        "\"v1\""
    );
}

Person with_token(const std::string& token) {
    Person person(market().port());
    person.use_token(token);
    return person;
}

TEST(SignIn, IsLockedAfterFiveWrongGuessesAndNotAfterFour) {
    hire("locked.out");
    guess("locked.out", 4);
    EXPECT_EQ(try_to_sign_in("locked.out", password).status, 201);
    guess("locked.out", 4); // the count began anew
    const auto inside = try_to_sign_in("locked.out", password);
    EXPECT_EQ(inside.status, 201);
    guess("locked.out", 5);
    EXPECT_EQ(try_to_sign_in("locked.out", password).status, 423);
    EXPECT_EQ(try_to_sign_in("locked.out", password).code(), "account_locked");
    EXPECT_EQ(try_to_sign_in("locked.out", "a-wrong-guess").code(), "account_locked");
    HttpClient http("127.0.0.1", market().port());
    EXPECT_FALSE(http.post("/api/v1/sessions", R"({"login":"locked.out","password":"x"})")
                     .header("retry-after")
                     .empty());
    EXPECT_EQ(with_token(inside.text("token")).get("/api/v1/me").status, 200)
        << "who is inside stays inside";

    storage::Connection(*storage::running_embedded(market().data()))
        .execute("UPDATE credential SET locked_until = 1 WHERE locked_until IS NOT NULL"
        ); // the time has passed
    EXPECT_EQ(try_to_sign_in("locked.out", password).status, 201);
}

TEST(SignIn, GuessesAtTheOldPasswordCountAsGuesses) {
    hire("guessed.at");
    Person person(market().port(), "guessed.at", password);
    EXPECT_EQ(change_password(person, password, "guessed.at").status, 422)
        << "too weak is told before it counts";
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(
            change_password(person, "a-wrong-guess", new_password).code(), "credentials_wrong"
        );
    EXPECT_EQ(change_password(person, password, new_password).code(), "account_locked");
    EXPECT_EQ(try_to_sign_in("guessed.at", password).code(), "account_locked");
}

TEST(SignIn, TellsAnUnknownLoginFromNoWrongPassword) {
    hire("known.login");
    const auto known = try_to_sign_in("known.login", "a-wrong-guess"),
               unknown = try_to_sign_in("unknown.login", "a-wrong-guess");
    EXPECT_EQ(known.status, unknown.status);
    EXPECT_EQ(known.text("type"), unknown.text("type"));
    EXPECT_EQ(known.text("detail"), unknown.text("detail"));
}

TEST(SignOut, EndsItsTokenAndNoOther) {
    hire("comes.and.goes");
    Person first(market().port(), "comes.and.goes", password),
        second(market().port(), "comes.and.goes", password);
    WsClient live(
        "127.0.0.1", market().port(), "/api/v1/live", {{"Authorization", "Bearer " + first.token()}}
    );
    live.send_text(R"({"type":"hello"})");
    EXPECT_NE(live.read_text()->find("ready"), std::string::npos);
    EXPECT_EQ(first.remove("/api/v1/sessions/current").status, 204);
    EXPECT_EQ(first.get("/api/v1/me").code(), "session_expired");
    EXPECT_EQ(first.remove("/api/v1/sessions/current").code(), "session_expired");
    EXPECT_EQ(live.read_text(), std::nullopt) << "what was pushed to it ends, too";
    EXPECT_EQ(second.get("/api/v1/me").status, 200);
}

TEST(PasswordChange, EndsEverySessionAndTokenButItsOwn) {
    hire("changes.password");
    Person here(market().port(), "changes.password", password),
        elsewhere(market().port(), "changes.password", password);
    const auto issued = here.post("/api/v1/tokens", R"({"label":"x","scopes":["read"]})");
    auto program = with_token(issued.text("secret"));
    EXPECT_EQ(program.get("/api/v1/me").status, 200);
    EXPECT_EQ(change_password(here, password, new_password).status, 204);
    EXPECT_EQ(here.get("/api/v1/me").status, 200);
    EXPECT_EQ(elsewhere.get("/api/v1/me").code(), "session_expired");
    EXPECT_EQ(program.get("/api/v1/me").code(), "session_expired");
    EXPECT_EQ(try_to_sign_in("changes.password", password).code(), "credentials_wrong");
    EXPECT_EQ(try_to_sign_in("changes.password", new_password).status, 201);
}

TEST(Member, WhoIsDisabledOrLosesARoleLosesItAtOnce) {
    const auto member = "/api/v1/members/" + hire("loses.rights");
    Person person(market().port(), "loses.rights", password);
    auto& admin = market().person("full");
    EXPECT_EQ(person.post("/api/v1/needs", R"({"title":"尚可起草"})").status, 201);
    EXPECT_EQ(admin.patch(member, R"({"roles":["signer"]})", "\"v1\"").status, 200);
    EXPECT_EQ(person.post("/api/v1/needs", R"({"title":"不可起草"})").code(), "not_permitted");
    EXPECT_EQ(admin.patch(member, R"({"status":"disabled"})", "\"v2\"").status, 200);
    EXPECT_GE(person.get("/api/v1/me").status, 401);
    EXPECT_LE(person.get("/api/v1/me").status, 403);
    EXPECT_EQ(try_to_sign_in("loses.rights", password).code(), "account_disabled");
    EXPECT_EQ(admin.patch(member, R"({"status":"active"})", "\"v3\"").status, 200);
    EXPECT_EQ(person.get("/api/v1/me").code(), "session_expired") << "what was ended stays ended";
    EXPECT_EQ(try_to_sign_in("loses.rights", password).status, 201);
}

// A token of one scope, in the hands of somebody who may do everything: what it opens. Right or
// not, nothing changes.
TEST(Token, OpensWhatItsScopeSaysAndNothingElse) {
    const auto organisation = "/api/v1/organisations/" + market().id("other/organisation");
    const auto contract = "/api/v1/contracts/" + market().id("own/contract") + "/signatures";
    const auto waiting = "/api/v1/needs/" + market().id("own/waiting_need") + "/actions";
    const std::string hash = R"({"document_hash":")" + std::string(64, '0') + "\"}";
    tests::each_row<8>(
        R"(
        // scope   me   members  tokens  new-need  sign  organisations  approve
        read       200  200      403     403       403   403            403
        write      403  403      403     422       403   403            403
        sign       403  403      403     403       409   403            403
        operate    403  403      403     403       403   200            412
        admin      403  403      200     403       403   403            403
    )",
        [&](const std::string& scope,
            const std::string& me,
            const std::string& members,
            const std::string& tokens,
            const std::string& need,
            const std::string& signature,
            const std::string& organisations,
            const std::string& approve) {
            const auto issue = [&](const char* owner) {
                const auto issued = market().person(owner).post(
                    "/api/v1/tokens", R"({"label":"one scope","scopes":[")" + scope + "\"]}"
                );
                EXPECT_EQ(issued.status, 201) << issued.body;
                return with_token(issued.text("secret"));
            };
            auto member = issue("full"), operates = issue("operator");
            EXPECT_EQ(std::to_string(member.get("/api/v1/me").status), me);
            EXPECT_EQ(std::to_string(member.get("/api/v1/members").status), members);
            EXPECT_EQ(std::to_string(member.get("/api/v1/tokens").status), tokens);
            EXPECT_EQ(
                std::to_string(
                    member.post("/api/v1/needs", R"({"title":"行业有误","industry":"Z9999"})")
                        .status
                ),
                need
            );
            EXPECT_EQ(std::to_string(member.post(contract, hash).status), signature);
            EXPECT_EQ(std::to_string(operates.get("/api/v1/organisations").status), organisations);
            // An action is the process's to decide: who lacks the scope and may not see the thing
            // is told of none.
            const auto approved =
                operates.post(organisation + "/actions", R"({"action":"approve"})", "\"v999\"");
            EXPECT_EQ(std::to_string(approved.status), approve) << approved.body;
            EXPECT_EQ(
                std::to_string(operates.post(waiting, R"({"action":"publish"})", "\"v999\"").status
                ),
                approve
            );
        }
    );
}

TEST(Token, HandsOnNoMoreThanItHas) {
    auto& full = market().person("full");
    const auto issued =
        full.post("/api/v1/tokens", R"({"label":"issues","scopes":["admin","read"]})");
    auto program = with_token(issued.text("secret"));
    EXPECT_EQ(program.get("/api/v1/me").count("scopes"), 2u);
    const auto more = program.post("/api/v1/tokens", R"({"label":"x","scopes":["read","write"]})");
    EXPECT_EQ(more.status, 422);
    EXPECT_EQ(more.text("errors/0/pointer"), "/scopes");
    EXPECT_EQ(program.post("/api/v1/tokens", R"({"label":"x","scopes":["read"]})").status, 201);
    EXPECT_EQ(
        full.post("/api/v1/tokens", R"({"label":"x","scopes":["read"],"days":365})").status, 201
    );
    EXPECT_EQ(
        full.post("/api/v1/tokens", R"({"label":"x","scopes":["read"],"days":366})")
            .text("errors/0/pointer"),
        "/days"
    );
}

TEST(Token, IsToldOnceEvenWhenTheRequestIsRepeated) {
    auto& full = market().person("full");
    const auto key = fresh_key();
    const auto issue = [&] {
        full.use_key(key);
        return full.post("/api/v1/tokens", R"({"label":"once","scopes":["read"]})");
    };
    const auto first = issue(), again = issue();
    EXPECT_EQ(first.text("secret").size(), 47u);
    EXPECT_EQ(again.status, 201);
    EXPECT_EQ(again.text("id"), first.text("id"));
    EXPECT_EQ(again.text("secret"), "");
    EXPECT_EQ(full.get("/api/v1/tokens").body.find(first.text("secret")), std::string::npos);
}

TEST(PublicPages, NeedNoLogin) {
    HttpClient http("127.0.0.1", market().port());
    for (const HeaderList& headers :
         {HeaderList{}, HeaderList{{"Authorization", "Bearer not-a-secret"}}})
        for (const auto* path :
             {"/healthz",
              "/readyz",
              "/metrics",
              "/",
              "/api/v1/openapi.json",
              "/api/v1/needs",
              "/api/v1/achievements"})
            EXPECT_EQ(http.get(path, headers).status, 200) << path;
    EXPECT_NE(http.get("/metrics").body.find("# TYPE "), std::string::npos);
    EXPECT_EQ(http.get("/metrics").body.find("jst_"), std::string::npos);
}

} // namespace
} // namespace jishi::test
