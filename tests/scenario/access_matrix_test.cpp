// Every address of the program x everybody x the things of everybody, against the real market. Those who are refused
// send a request that would be right from others; those who may send one with a flaw that is found only behind the
// door, so that the whole matrix changes nothing.
#include "tests/scenario/access_table.hpp"
#include "tests/scenario/crowded_market.hpp"
#include "tests/support/promised_routes.hpp"
#include "tests/support/table.hpp"

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <set>

namespace jishi::test {
namespace {

// How an operation is called.
struct Probe {
    std::string name;   // of the table: the operation, perhaps with ":variant"
    std::string thing{};  // what {id} stands for: "own/" + thing
    std::string body{};   // right; {id} is replaced
    std::string flawed{}; // empty: a stale version is the flaw
    int refused_as = 412; // for the flaw; 0: those who may are not tried here, for it cannot be done without a change
};

std::string action(const std::string& name, const std::string& more = {}) {
    return R"({"action":")" + name + "\"" + (more.empty() ? "" : "," + more) + "}";
}

constexpr const char* reason = R"("reason":"理由")";
constexpr const char* impossible_industry = R"({"title":"行业不存在的","industry":"Z9999"})";
const std::string another_achievement = achievement_json("改写的成果", "改写之后的公开介绍，足够长了");
const std::string another_need = need_json("改写的需求", "改写之后的公开介绍，足够长了");

std::string deal_on(const std::string& valid_until) {
    return R"({"achievement_id":"{public/achievement}","action":"make_offer","offer":{"terms":{"mode":"transfer",)"
           R"("price":{"amount_fen":1},"payment_mode":"lump_sum","instalments":[{"label":"x","amount_fen":1}],)"
           R"("deliverables":"x","acceptance":"x"},"valid_until":")" + valid_until + "\"}}";
}

std::string contract_on_deal(bool flawed) {
    auto json = contract_json("{id}");
    if (flawed) json.replace(json.find("2030-12-31"), 10, "2000-01-01"); // ends before it begins
    return json;
}

std::string revised_contract() {
    auto json = contract_on_deal(false);
    return json.replace(0, json.find("\"kind\""), "{");
}

std::vector<Probe> probes() {
    return {
        {"sign_in", "", "", R"({"login":"","password":"x"})", 422},
        {"register_organisation", "", "", R"({"organisation":{}})", 422},
        {"sign_out", "", "", "", 0},
        {"change_password", "", R"({"old_password":"a-long-password-for-tests","new_password":"another-long-password"})",
         R"({"old_password":"a-long-password-for-tests","new_password":"aaaaaaaaaaaa"})", 422},
        {"issue_token", "", R"({"label":"x","scopes":["read"]})", R"({"label":"x","scopes":["read"],"days":36500})", 422},
        {"revoke_token", "token", "", "", 0},
        {"create_saved_search", "", R"({"name":"x","kind":"need","query":"q=x"})", R"({"name":"x","kind":"need","query":"no=x"})", 422},
        {"delete_saved_search", "saved_search", "", "", 0},
        {"act_on_organisation", "organisation", action("suspend", reason), "", 412},
        {"add_member", "", R"({"login":"new.member","name":"x","roles":[],"password":"a-long-password-for-tests"})",
         R"({"login":"new.member","name":"x","roles":[],"password":"aaaaaaaaaaaa"})", 422},
        {"change_member", "member", R"({"status":"disabled"})", "", 412},
        {"create_achievement", "", another_achievement, impossible_industry, 422},
        {"create_need", "", another_need, impossible_industry, 422},
        {"revise_achievement", "achievement", another_achievement, "", 412},
        {"revise_need", "need", another_need, "", 412},
        {"act_on_achievement", "achievement", action("submit"), "", 412},
        {"act_on_achievement:publish", "waiting_achievement", action("publish"), "", 412},
        {"act_on_achievement:withdraw", "achievement", action("withdraw"), "", 412},
        {"act_on_need", "need", action("submit"), "", 412},
        {"act_on_need:publish", "waiting_need", action("publish"), "", 412},
        {"act_on_need:solve", "need", action("solve", reason), "", 412},
        {"act_on_match", "match", action("accept"), "", 412},
        {"open_deal", "", deal_on("2026-12-31T00:00:00Z"), deal_on("2001-01-01T00:00:00Z"), 422},
        {"act_on_deal", "deal", action("reject", reason), "", 412},
        {"act_on_deal:operator", "deal", action("operator_withdraw", reason), "", 412},
        {"offer_mandate", "", R"({"listing_id":"{public/achievement}","commission_bp":1})",
         R"({"listing_id":"{public/achievement}","commission_bp":9999})", 422},
        {"act_on_mandate", "mandate", action("accept"), "", 412},
        {"act_on_mandate:withdraw", "mandate", action("withdraw"), "", 412},
        {"draft_contract", "agreed_deal", contract_on_deal(false), contract_on_deal(true), 422},
        {"revise_contract", "draft_contract", revised_contract(), "", 412},
        {"act_on_contract", "draft_contract", action("submit"), "", 412},
        {"sign_contract", "contract", R"({"document_hash":"{hash}"})", R"({"document_hash":")" + std::string(64, '0') + "\"}", 409},
        {"get_organisation", "organisation"}, {"get_match", "match"}, {"get_deal", "deal"}, {"list_offers", "deal"},
        {"get_deal_history", "deal"}, {"get_mandate", "mandate"}, {"get_contract", "contract"},
        {"get_contract_document", "contract"}, {"get_contract_history", "contract"}, {"get_achievement", "achievement"},
        {"get_achievement_revision", "achievement"}, {"get_achievement_history", "achievement"},
        {"list_achievement_matches", "achievement"}, {"get_need", "need"}, {"get_need_revision", "need"},
        {"get_need_history", "need"}, {"list_need_matches", "need"},
    };
}

Probe probe_named(const std::string& name) {
    static const auto all = probes();
    for (const auto& probe : all)
        if (probe.name == name) return probe;
    return {.name = name};
}

const std::array<std::vector<std::string>, 12> columns{{
    {"nobody"}, {"garbled", "unknown", "expired", "revoked"}, {"reader"}, {"admin"}, {"editor"}, {"dealer"}, {"signer"},
    {"full"}, {"rival"}, {"unverified"}, {"broker"}, {"operator"},
}};

class AccessMatrix : public ::testing::Test {
protected:
    static void SetUpTestSuite() { market_ = &CrowdedMarket::instance(); }

    inline static CrowdedMarket* market_ = nullptr;
};

// One call of the matrix.
struct Call {
    const protocol::Route* route = nullptr;
    Probe probe;
    std::string whose; // own, other, public, absent, "-"
    std::string id;

    std::string method() const { return std::string(protocol::method_name(route->method)); }
    bool is_read() const { return route->method == protocol::Method::get; }
};

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
        text.replace(at, what.size(), by);
    return text;
}

std::string path_of(const Call& call) {
    auto path = replaced(std::string(call.route->pattern), "{id}", call.id);
    return replaced(path, "{number}", "1");
}

// What an honest reader of the thing sees: its owner, or the operator.
Answer look_at(CrowdedMarket& market, const Call& call) {
    const auto& thing = call.probe.thing;
    auto& owner = market.person(call.whose == "own" ? "full" : "other");
    if (thing == "member") return owner.get("/api/v1/members");
    if (thing == "token") return owner.get("/api/v1/tokens");
    if (thing == "saved_search") return owner.get("/api/v1/saved-searches");
    auto path = std::string(call.route->pattern);
    if (thing == "agreed_deal") path = "/api/v1/deals/{id}";
    path = path.substr(0, path.find("{id}")) + call.id;
    return market.person("operator").get(path);
}

Answer place(CrowdedMarket& market, Person& caller, const Call& call, bool may, const std::string& etag) {
    if (call.route->live) {
        HeaderList headers;
        if (!caller.token().empty()) headers.emplace_back("Authorization", "Bearer " + caller.token());
        const WsClient socket("127.0.0.1", market.port(), path_of(call), headers);
        return {.status = socket.status(), .body = socket.response().body, .etag = {}, .location = {}, .broken_promises = {}};
    }
    auto body = may && !call.probe.flawed.empty() ? call.probe.flawed : call.probe.body;
    body = replaced(replaced(body, "{id}", call.id), "{public/achievement}", market.id("public/achievement"));
    body = replaced(body, "{hash}", market.id("own/document_hash"));
    HeaderList headers;
    if (!body.empty()) headers.emplace_back("Content-Type", "application/json");
    if (call.route->needs_idempotency_key) headers.emplace_back("Idempotency-Key", fresh_key());
    if (call.route->needs_if_match) headers.emplace_back("If-Match", may || etag.empty() ? "\"v999\"" : etag);
    return caller.send(call.method(), path_of(call), body, std::move(headers));
}

void try_all(CrowdedMarket& market, const Call& call, const std::vector<std::string>& row) {
    const bool has_object = !call.id.empty() && call.whose != "absent";
    const auto before = has_object && !call.is_read() ? look_at(market, call) : Answer{};
    const auto etag = call.probe.thing == "member" ? std::string("\"v1\"") : before.etag;
    const auto position = market.last_position();
    for (std::size_t column = 0; column < columns.size(); ++column) {
        const auto& expected = row[row.size() == 3 ? 2 : column + 2];
        const bool may = expected == "yes";
        if (may && !call.is_read() && call.probe.refused_as == 0) continue;
        const int status = !may ? std::stoi(expected) : call.is_read() ? call.route->success : call.probe.refused_as;
        for (const auto& name : columns[column]) {
            const auto answer = place(market, market.person(name), call, may, etag);
            EXPECT_EQ(answer.status, status) << name << ": " << call.method() << " " << path_of(call) << "\n" << answer.body;
            EXPECT_LT(answer.status, 500);
            EXPECT_EQ(answer.status == 404 ? answer.code() + answer.text("detail") : "not_found", "not_found");
            if (may || call.is_read()) continue;
            const auto after = has_object ? look_at(market, call) : Answer{};
            EXPECT_EQ(after.body, before.body) << name << " changed it";
            EXPECT_EQ(market.last_position(), position) << name << ": " << path_of(call) << " left an event";
        }
    }
}

// The ids that stand for `whose` thing: nothing for an address without one, several for an absent one.
std::vector<std::string> ids_of(CrowdedMarket& market, const Probe& probe, const std::string& whose) {
    if (whose == "-") return {""};
    if (whose != "absent") return {market.id(whose + "/" + probe.thing)};
    const auto& own = market.id("own/" + probe.thing);
    const auto prefix = own.substr(0, own.rfind('_'));
    std::vector<std::string> ids{prefix + "_" + std::string(26, '0')};
    if (probe.name != "draft_contract") ids.push_back(prefix + "_malformed"); // there the id stands in the body
    return ids;
}

TEST_F(AccessMatrix, AnswersEverybodyAsTheTableSays) {
    std::set<std::string> covered;
    for (std::size_t at = 0; at < access_table.size();) {
        const auto end = std::min(access_table.size(), access_table.find('\n', at));
        const auto row = tests::columns_of(access_table.substr(at, end - at));
        at = end + 1;
        if (row.empty()) continue;
        ASSERT_TRUE(row.size() == 3 || row.size() == columns.size() + 2) << row[0] << " " << row[1];
        const auto operation = row[0].substr(0, row[0].find(':'));
        covered.insert(operation);
        const auto probe = probe_named(row[0]);
        for (const auto& id : ids_of(*market_, probe, row[1])) {
            SCOPED_TRACE(row[0] + " " + row[1]);
            auto call = Call{&promised_route(operation), probe, row[1], id};
            if (operation == "act_on_organisation" && row[1] == "other") call.probe.body = action("approve");
            try_all(*market_, call, row);
        }
    }
    for (const auto& route : promised_routes().all())
        EXPECT_TRUE(covered.contains(std::string(route.operation))) << route.operation << " is not in the table";
}

TEST_F(AccessMatrix, ListsShowNobodyWhatHeMayNotOpen) {
    for (const auto& name : market_->people())
        for (const auto* path : {"/api/v1/deals", "/api/v1/contracts", "/api/v1/mandates", "/api/v1/matches", "/api/v1/my/listings"}) {
            auto& person = market_->person(name);
            const auto list = person.get(std::string(path) + "?limit=100");
            for (std::size_t i = 0; i < list.count("items"); ++i) {
                const auto id = list.text("items/" + std::to_string(i) + "/id");
                const auto folder = std::string(path) != "/api/v1/my/listings" ? path
                                    : id.starts_with("ach")                    ? "/api/v1/achievements"
                                                                               : "/api/v1/needs";
                EXPECT_EQ(person.get(std::string(folder) + "/" + id).status, 200) << name << " " << id;
            }
        }
    for (const auto& thing : {"other/deal", "other/contract", "other/match", "other/achievement", "other/need", "other/mandate", "other/waiting_need"})
        for (const auto& name : {"full", "rival", "unverified", "broker"})
            for (const auto* path : {"/api/v1/deals", "/api/v1/contracts", "/api/v1/mandates", "/api/v1/matches",
                                     "/api/v1/my/listings", "/api/v1/events"})
                EXPECT_EQ(market_->person(name).get(std::string(path) + "?limit=100").body.find(market_->id(thing)), std::string::npos)
                    << name << " " << path << " " << thing;
}

TEST_F(AccessMatrix, MembersTokensAndSavedSearchesAreShownToTheirOwnersAlone) {
    for (const auto& name : {"rival", "unverified", "broker", "operator", "partner"})
        for (const auto* path : {"/api/v1/members", "/api/v1/tokens", "/api/v1/saved-searches"}) {
            const auto list = market_->person(name).get(path);
            EXPECT_EQ(list.status, 200);
            for (const auto* thing : {"own/member", "own/token", "own/saved_search", "other/member", "other/token", "other/saved_search"})
                EXPECT_EQ(list.body.find(market_->id(thing)), std::string::npos) << name << " " << path << " " << thing;
        }
    // Even within one organisation a token and a saved search are personal.
    EXPECT_EQ(market_->person("admin").get("/api/v1/tokens").count("items"), 0u);
    EXPECT_EQ(market_->person("admin").get("/api/v1/saved-searches").count("items"), 0u);
    EXPECT_NE(market_->person("admin").get("/api/v1/members").body.find(market_->id("own/member")), std::string::npos);
}

TEST_F(AccessMatrix, NoConfidentialTextIsShownBeforeTermsAreAgreed) {
    const std::string secret = "配方第 7 号"; // of every achievement here
    const auto shown = [&](const char* name, const std::string& path) {
        return market_->person(name).get(path).body.find(secret) != std::string::npos;
    };
    const auto achievement = "/api/v1/achievements/" + market_->id("public/achievement");
    EXPECT_TRUE(shown("seller", achievement));
    EXPECT_TRUE(shown("operator", achievement));
    for (const auto* name : {"nobody", "full", "rival", "unverified", "broker"})
        EXPECT_FALSE(shown(name, achievement)) << name;
    const auto deal = "/api/v1/deals/" + market_->id("own/deal"), agreed = "/api/v1/deals/" + market_->id("own/agreed_deal");
    EXPECT_FALSE(shown("partner", deal));
    EXPECT_TRUE(shown("partner", agreed));
    for (const auto* name : {"nobody", "rival", "unverified", "broker"})
        for (const auto* path : {"/api/v1/events?limit=500", "/api/v1/achievements?limit=50", "/api/v1/deals?limit=100"})
            EXPECT_FALSE(shown(name, path)) << name << " " << path;
}

// Everything that is pushed to `name` when it asks for the whole past.
std::string heard_live(CrowdedMarket& market, const std::string& name) {
    WsClient live("127.0.0.1", market.port(), "/api/v1/live", {{"Authorization", "Bearer " + market.person(name).token()}});
    live.send_text(R"({"type":"hello","after":0})");
    std::string all;
    while (const auto frame = live.read_text()) {
        all += *frame + "\n";
        if (frame->find("\"ready\"") != std::string::npos) break;
    }
    return all;
}

TEST_F(AccessMatrix, TheOwnerOfAnAnonymousNeedIsNamedToNobodyElse) {
    const auto need = market_->id("public/need");
    const auto deal = "/api/v1/deals/" + market_->id("hidden/deal"), brokered = "/api/v1/deals/" + market_->id("hidden/brokered_deal");
    const auto owner = market_->hidden_marks().front();
    for (const auto& name : market_->people()) {
        if (name == "hidden" || name == "second_broker" || name == "operator") continue;
        auto& person = market_->person(name);
        for (const auto& path :
             {"/api/v1/needs/" + need, "/api/v1/needs/" + need + "/matches?limit=50", "/api/v1/needs/" + need + "/revisions/1",
              "/api/v1/needs/" + need + "/history", std::string("/api/v1/needs?limit=50"), "/api/v1/needs?owner=" + owner, deal,
              deal + "/offers", deal + "/history", brokered, brokered + "/offers", brokered + "/history", std::string("/api/v1/deals?limit=100"), std::string("/api/v1/mandates?limit=100"),
              "/api/v1/mandates/" + market_->id("hidden/mandate"), "/api/v1/matches?limit=100&listing_id=" + need,
              std::string("/api/v1/matches?limit=100"), std::string("/api/v1/organisations?limit=100"), std::string("/metrics")})
            person.get(path);
        for (std::int64_t after = 0;;) {
            const auto page = person.get("/api/v1/events?limit=500&after=" + std::to_string(after));
            if (page.status != 200 || page.integer("last_seq") == after) break;
            after = page.integer("last_seq");
        }
        if (person.get("/api/v1/me").status != 200) continue;
        const auto heard = heard_live(*market_, name);
        EXPECT_NE(heard.find("ready"), std::string::npos);
        for (const auto& mark : market_->hidden_marks())
            EXPECT_EQ(heard.find(mark), std::string::npos) << name << " hears " << mark;
    }
    for (const auto& leak : market_->leaks())
        ADD_FAILURE() << leak;

    // The search for it finds things: these are the places where it could have been named.
    const auto names_it = [&](const char* name, const std::string& path) {
        return market_->person(name).get(path).body.find(owner) != std::string::npos;
    };
    EXPECT_TRUE(names_it("hidden", "/api/v1/needs/" + need));
    EXPECT_TRUE(names_it("operator", deal));
    EXPECT_EQ(market_->person("full").get(deal).status, 200);
    EXPECT_EQ(market_->person("full").get(deal + "/offers").count("items"), 2u);
    EXPECT_EQ(market_->person("full").get(brokered).status, 200);
    EXPECT_EQ(market_->person("broker").get("/api/v1/mandates/" + market_->id("hidden/mandate")).status, 200);
    EXPECT_GE(market_->person("full").get("/api/v1/matches?listing_id=" + need).count("items") +
                  market_->person("full").get("/api/v1/needs/" + need + "/matches").count("items"), 1u);
    EXPECT_EQ(market_->person("nobody").get("/api/v1/needs?owner=" + owner).integer("total"), 0);
}

// Who guesses the owner of an anonymous need and proposes a deal between it and a thing of that owner, learns nothing.
TEST_F(AccessMatrix, AnAnonymousOwnerIsNotFoundOutByProposingDeals) {
    auto& owner = market_->person("partner");
    auto& bureau = market_->person("operator");
    const auto need = publish(
        owner, bureau, "/api/v1/needs", need_json("匿名的另一需求", "不愿具名的需求的公开介绍文字", R"("confidentiality":"anonymous")")
    );
    const auto achievement = publish(owner, bureau, "/api/v1/achievements", achievement_json("具名的成果", "同一机构具名发布的成果介绍"));
    for (const auto* name : {"rival", "dealer", "broker", "full"}) {
        const auto propose = [&](const std::string& with) {
            return market_->person(name).post(
                "/api/v1/deals", R"({"achievement_id":")" + with + R"(","need_id":")" + need + R"(","action":"inquire"})"
            );
        };
        const auto guessed = propose(achievement), unrelated = propose(market_->id("public/achievement"));
        EXPECT_EQ(guessed.code(), unrelated.code()) << name;
        EXPECT_EQ(guessed.status, 403) << name;
    }
}

TEST_F(AccessMatrix, WhatIsHiddenAnswersAsWhatIsAbsent) {
    const std::string none(26, '0');
    auto& rival = market_->person("rival");
    auto& broker = market_->person("broker");
    const auto same = [](const Answer& hidden, const Answer& absent) {
        EXPECT_EQ(hidden.code(), absent.code());
        EXPECT_EQ(hidden.text("errors/0/pointer") + hidden.text("errors/0/reason"), absent.text("errors/0/pointer") + absent.text("errors/0/reason"));
        EXPECT_EQ(hidden.text("detail"), absent.text("detail"));
    };
    const auto open = [&](const std::string& id) { return rival.post("/api/v1/deals", R"({"achievement_id":")" + id + R"(","action":"inquire"})"); };
    same(open(market_->id("other/achievement")), open("ach_" + none));
    const auto offer = [&](const std::string& id) { return broker.post("/api/v1/mandates", R"({"listing_id":")" + id + R"(","commission_bp":1})"); };
    same(offer(market_->id("other/need")), offer("need_" + none));
    const auto draft = [&](const std::string& id) { return rival.post("/api/v1/contracts", contract_json(id)); };
    same(draft(market_->id("other/agreed_deal")), draft("deal_" + none));
    const auto matches = [&](const std::string& id) { return rival.get("/api/v1/matches?listing_id=" + id); };
    EXPECT_EQ(matches(market_->id("other/need")).body, matches("need_" + none).body);
}

// The matrix is worth what its requests are worth: each is done for one who may, in a market of its own.
TEST_F(AccessMatrix, WhatWasRefusedToOthersIsDoneForThoseWhoMay) {
    CrowdedMarket market;
    const std::vector<std::pair<std::string, std::string>> doers{
        {"issue_token", "dealer"}, {"create_saved_search", "signer"}, {"add_member", "admin"}, {"create_achievement", "editor"},
        {"create_need", "editor"}, {"revise_achievement", "editor"}, {"revise_need", "editor"}, {"act_on_achievement", "editor"},
        {"act_on_need", "editor"}, {"act_on_achievement:publish", "operator"}, {"act_on_need:publish", "operator"}, {"act_on_match", "editor"},
        {"open_deal", "dealer"}, {"act_on_deal", "dealer"}, {"offer_mandate", "broker"}, {"act_on_mandate", "dealer"}, {"draft_contract", "dealer"},
        {"revise_contract", "dealer"}, {"act_on_contract", "dealer"}, {"sign_contract", "signer"}, {"delete_saved_search", "full"},
        {"revoke_token", "full"}, {"change_member", "admin"},
    };
    for (const auto& [name, doer] : doers) {
        SCOPED_TRACE(name);
        const auto probe = probe_named(name);
        Call call{&promised_route(name.substr(0, name.find(':'))), probe, "own", probe.thing.empty() ? "" : market.id("own/" + probe.thing)};
        const auto etag = probe.thing == "member" ? "\"v1\"" : probe.thing.empty() ? "" : look_at(market, call).etag;
        const auto answer = place(market, market.person(doer), call, false, etag);
        EXPECT_EQ(answer.status, call.route->success) << answer.body;
    }
}

} // namespace
} // namespace jishi::test
