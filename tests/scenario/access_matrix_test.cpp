// Every address of the program x everybody x the things of everybody, against the real market.
// Those who are refused send a request that would be right from others; those who may send one with
// a flaw that is found only behind the door, so that the whole matrix changes nothing.
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
    std::string name;     // of the table: the operation, perhaps with ":variant"
    std::string thing{};  // what {id} stands for: "own/" + thing
    std::string body{};   // right; {id} is replaced
    std::string flawed{}; // empty: a stale version is the flaw
    // For the flaw; 0: those who may are not tried, for they could not without a change.
    int refused_as = 412;
};

std::string action(const std::string& name, const std::string& more = {}) {
    return R"({"action":")" + name + "\"" + (more.empty() ? "" : "," + more) + "}";
}

constexpr const char* reason = R"("reason":"理由")";
constexpr const char* plan_of_nobody = R"({"need_ids":["need_00000000000000000000000001"]})";
constexpr const char* impossible_industry = R"({"title":"行业不存在的","industry":"Z9999"})";
const std::string another_achievement =
    achievement_json("改写的成果", "改写之后的公开介绍，足够长了");
const std::string another_need = need_json("改写的需求", "改写之后的公开介绍，足够长了");

std::string deal_on(const std::string& valid_until) {
    return R"({"achievement_id":"{public/achievement}","action":"make_offer","offer":{"terms":{"mode":"transfer",)"
           R"("price":{"amount_fen":1},"payment_mode":"lump_sum","instalments":[{"label":"x","amount_fen":1}],)"
           R"("deliverables":"x","acceptance":"x"},"valid_until":")" +
           valid_until + "\"}}";
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
        {"change_password",
         "",
         R"({"old_password":"a-long-password-for-tests","new_password":"another-long-password"})",
         R"({"old_password":"a-long-password-for-tests","new_password":"aaaaaaaaaaaa"})",
         422},
        {"issue_token",
         "",
         R"({"label":"x","scopes":["read"]})",
         R"({"label":"x","scopes":["read"],"days":36500})",
         422},
        {"revoke_token", "token", "", "", 0},
        {"create_saved_search",
         "",
         R"({"name":"x","kind":"need","query":"q=x"})",
         R"({"name":"x","kind":"need","query":"no=x"})",
         422},
        {"delete_saved_search", "saved_search", "", "", 0},
        {"act_on_organisation", "organisation", action("suspend", reason), "", 412},
        {"add_member",
         "",
         R"({"login":"new.member","name":"x","roles":[],"password":"a-long-password-for-tests"})",
         R"({"login":"new.member","name":"x","roles":[],"password":"aaaaaaaaaaaa"})",
         422},
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
        {"plan_matches", "", plan_of_nobody, plan_of_nobody, 422},
        {"put_need_grade", "need", R"({"grade":3})", "", 0},
        {"put_achievement_grade", "achievement", R"({"grade":3})", "", 0},
        {"delete_need_grade", "need", "", "", 204}, // there is none to delete
        {"delete_achievement_grade", "achievement", "", "", 204},
        {"open_deal", "", deal_on(tomorrow()), deal_on("2001-01-01T00:00:00Z"), 422},
        {"act_on_deal", "deal", action("reject", reason), "", 412},
        {"act_on_deal:operator", "deal", action("operator_withdraw", reason), "", 412},
        {"offer_mandate",
         "",
         R"({"listing_id":"{public/achievement}","commission_bp":1})",
         R"({"listing_id":"{public/achievement}","commission_bp":9999})",
         422},
        {"act_on_mandate", "mandate", action("accept"), "", 412},
        {"act_on_mandate:withdraw", "mandate", action("withdraw"), "", 412},
        {"draft_contract", "agreed_deal", contract_on_deal(false), contract_on_deal(true), 422},
        {"revise_contract", "draft_contract", revised_contract(), "", 412},
        {"act_on_contract", "draft_contract", action("submit"), "", 412},
        {"sign_contract",
         "contract",
         R"({"document_hash":"{hash}"})",
         R"({"document_hash":")" + std::string(64, '0') + "\"}",
         409},
    };
}

Probe probe_named(const std::string& name) {
    static const auto all = probes();
    for (const auto& probe : all)
        if (probe.name == name) return probe;
    return {.name = name, .thing = thing_of(promised_route(name).pattern)};
}

const std::array<std::vector<std::string>, 12> columns{{
    {"nobody"},
    {"garbled", "unknown", "expired", "revoked"},
    {"reader"},
    {"admin"},
    {"editor"},
    {"dealer"},
    {"signer"},
    {"full"},
    {"rival"},
    {"unverified"},
    {"broker"},
    {"operator"},
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

std::string path_of(const CrowdedMarket& market, const Call& call) {
    return market.filled(replaced(std::string(call.route->pattern), "{id}", call.id));
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

Answer
place(CrowdedMarket& market, Person& caller, const Call& call, bool may, const std::string& etag) {
    if (call.route->live) {
        HeaderList headers;
        if (!caller.token().empty())
            headers.emplace_back("Authorization", "Bearer " + caller.token());
        const WsClient socket("127.0.0.1", market.port(), path_of(market, call), headers);
        return {
            .status = socket.status(),
            .body = socket.response().body,
            .etag = {},
            .location = {},
            .broken_promises = {}};
    }
    auto body = may && !call.probe.flawed.empty() ? call.probe.flawed : call.probe.body;
    body = replaced(
        replaced(body, "{id}", call.id), "{public/achievement}", market.id("public/achievement")
    );
    body = replaced(body, "{hash}", market.id("own/document_hash"));
    HeaderList headers;
    if (!body.empty()) headers.emplace_back("Content-Type", "application/json");
    if (call.route->needs_idempotency_key) headers.emplace_back("Idempotency-Key", fresh_key());
    if (call.route->needs_if_match)
        headers.emplace_back("If-Match", may || etag.empty() ? "\"v999\"" : etag);
    return caller.send(call.method(), path_of(market, call), body, std::move(headers));
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
        const int status = !may             ? std::stoi(expected)
                           : call.is_read() ? call.route->success
                                            : call.probe.refused_as;
        for (const auto& name : columns[column]) {
            const auto answer = place(market, market.person(name), call, may, etag);
            EXPECT_EQ(answer.status, status)
                << name << ": " << call.method() << " " << path_of(market, call) << "\n"
                << answer.body;
            EXPECT_LT(answer.status, 500);
            EXPECT_EQ(
                answer.status == 404 ? answer.code() + answer.text("detail") : "not_found",
                "not_found"
            );
            if (may || call.is_read()) continue;
            const auto after = has_object ? look_at(market, call) : Answer{};
            EXPECT_EQ(after.body, before.body) << name << " changed it";
            EXPECT_EQ(market.last_position(), position)
                << name << ": " << path_of(market, call) << " left an event";
        }
    }
}

// The ids that stand for `whose` thing: nothing for an address without one, several for an absent
// one.
std::vector<std::string>
ids_of(CrowdedMarket& market, const Probe& probe, const std::string& whose) {
    if (whose == "-") return {""};
    if (whose != "absent") return {market.id(whose + "/" + probe.thing)};
    const auto& own = market.id("own/" + probe.thing);
    const auto prefix = own.substr(0, own.rfind('_'));
    std::vector<std::string> ids{prefix + "_" + std::string(26, '0')};
    if (probe.name != "draft_contract")
        ids.push_back(prefix + "_malformed"); // there the id stands in the body
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
            if (operation == "act_on_organisation" && row[1] == "other")
                call.probe.body = action("approve");
            try_all(*market_, call, row);
        }
    }
    for (const auto& route : promised_routes().all())
        EXPECT_TRUE(covered.contains(std::string(route.operation)))
            << route.operation << " is not in the table";
}

// The matrix is worth what its requests are worth: each is done for one who may, in a market of its
// own.
TEST_F(AccessMatrix, WhatWasRefusedToOthersIsDoneForThoseWhoMay) {
    CrowdedMarket market;
    const std::vector<std::pair<std::string, std::string>> doers{
        {"issue_token", "dealer"},
        {"create_saved_search", "signer"},
        {"add_member", "admin"},
        {"create_achievement", "editor"},
        {"create_need", "editor"},
        {"revise_achievement", "editor"},
        {"revise_need", "editor"},
        {"act_on_achievement", "editor"},
        {"act_on_need", "editor"},
        {"act_on_achievement:publish", "operator"},
        {"act_on_need:publish", "operator"},
        {"act_on_match", "editor"},
        {"put_need_grade", "editor"},
        {"put_need_grade", "dealer"},
        {"delete_need_grade", "dealer"},
        {"put_need_grade", "operator"},
        {"put_achievement_grade", "editor"},
        {"delete_achievement_grade", "editor"},
        {"open_deal", "dealer"},
        {"act_on_deal", "dealer"},
        {"offer_mandate", "broker"},
        {"act_on_mandate", "dealer"},
        {"draft_contract", "dealer"},
        {"revise_contract", "dealer"},
        {"act_on_contract", "dealer"},
        {"sign_contract", "signer"},
        {"delete_saved_search", "full"},
        {"revoke_token", "full"},
        {"change_member", "admin"},
    };
    for (const auto& [name, doer] : doers) {
        SCOPED_TRACE(name);
        const auto probe = probe_named(name);
        Call call{
            &promised_route(name.substr(0, name.find(':'))),
            probe,
            "own",
            probe.thing.empty() ? "" : market.id("own/" + probe.thing)};
        const auto etag = probe.thing == "member" ? "\"v1\""
                          : probe.thing.empty()   ? ""
                                                  : look_at(market, call).etag;
        const auto answer = place(market, market.person(doer), call, false, etag);
        EXPECT_EQ(answer.status, call.route->success) << answer.body;
    }
}

} // namespace
} // namespace jishi::test
