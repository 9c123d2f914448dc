// Whatever is sent, the market says precisely what is wrong with it, in the reader's language, and nothing changes. The
// bad bodies are made from the schemas that the addresses promise.
#include "tests/scenario/crowded_market.hpp"
#include "tests/support/promised_routes.hpp"
#include "tests/support/spoilt_bodies.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <memory>

namespace jishi::test {
namespace {

using market::RefusalCode;
using protocol::Route;

enum class Tongue : bool { zh, en };

HeaderList without(HeaderList headers, const std::string& name) {
    std::erase_if(headers, [&](const auto& header) { return header.first == name; });
    return headers;
}

HeaderList with(HeaderList headers, const std::string& name, const std::string& value) {
    headers = without(std::move(headers), name);
    headers.emplace_back(name, value);
    return headers;
}

class BadInput : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        market_ = &CrowdedMarket::instance();
        http_ = std::make_unique<HttpClient>("127.0.0.1", market_->port());
    }
    static void TearDownTestSuite() { http_.reset(); }
    void SetUp() override { position_ = market_->last_position(); }
    void TearDown() override {
        EXPECT_EQ(market_->last_position(), position_) << "something was done";
        EXPECT_EQ(http_->get("/healthz").status, 200);
    }

    static HeaderList headers_for(const Route& route, Tongue tongue, const std::string& person = "full") {
        HeaderList headers{{"Accept-Language", tongue == Tongue::zh ? "zh-CN" : "en;q=0.9, zh;q=0.1"}};
        if (route.auth != protocol::Auth::none) headers.emplace_back("Authorization", "Bearer " + market_->person(person).token());
        if (route.request) headers.emplace_back("Content-Type", "application/json");
        if (route.needs_idempotency_key) headers.emplace_back("Idempotency-Key", fresh_key());
        if (route.needs_if_match) headers.emplace_back("If-Match", "\"v999\"");
        return headers;
    }

    static std::string path_of(const Route& route) {
        static const std::map<std::string, std::string> things{
            {"achievements", "own/achievement"}, {"needs", "own/need"}, {"organisations", "own/organisation"},
            {"members", "own/member"}, {"matches", "own/match"}, {"deals", "own/deal"}, {"mandates", "own/mandate"},
            {"contracts", "own/draft_contract"}, {"tokens", "own/token"}, {"saved-searches", "own/saved_search"},
        };
        std::string path(route.pattern);
        const auto hole = path.find("{id}");
        if (hole == std::string::npos) return path;
        const auto begin = path.rfind('/', hole - 2) + 1;
        path.replace(hole, 4, market_->id(things.at(path.substr(begin, hole - 1 - begin))));
        if (const auto number = path.find("{number}"); number != std::string::npos) path.replace(number, 8, "1");
        return path;
    }

    static Response send(const Route& route, const HeaderList& headers, std::string_view body) {
        return http_->request(protocol::method_name(route.method), path_of(route), headers, body);
    }

    // A problem document, whole and in the language that was asked for.
    static void expect_problem(const Response& response, RefusalCode code, Tongue tongue) {
        const auto& text = market::refusal_text(code);
        const Answer problem{.status = response.status, .body = response.body, .etag = {}, .location = {}, .broken_promises = {}};
        ASSERT_EQ(response.status, text.http_status) << response.body;
        EXPECT_EQ(response.header("content-type"), "application/problem+json");
        EXPECT_EQ(problem.text("type"), "/problems/" + std::string(text.name)) << response.body;
        EXPECT_EQ(problem.text("title"), tongue == Tongue::zh ? text.title_zh : text.title_en);
        EXPECT_EQ(problem.integer("status"), text.http_status);
        EXPECT_FALSE(response.header("x-request-id").empty());
        EXPECT_EQ(problem.text("instance"), response.header("x-request-id"));
        EXPECT_EQ(response.header("content-language"), tongue == Tongue::zh ? "zh-CN" : "en");
        EXPECT_EQ(problem.text("errors/0/detail"), problem.text(tongue == Tongue::zh ? "errors/0/detail_zh" : "errors/0/detail_en"));
    }

    // The one field that is refused.
    static void expect_field(const Response& response, const std::string& pointer, const std::string& reason, const std::string& bound = {}) {
        const Answer problem{.status = response.status, .body = response.body, .etag = {}, .location = {}, .broken_promises = {}};
        EXPECT_EQ(problem.count("errors"), 1u) << response.body;
        EXPECT_EQ(problem.text("errors/0/pointer"), pointer) << response.body;
        EXPECT_EQ(problem.text("errors/0/reason"), reason) << response.body;
        EXPECT_FALSE(problem.text("errors/0/detail").empty());
        EXPECT_EQ(bound.empty() ? bound : problem.text("errors/0/bound"), bound);
    }

    static std::vector<const Route*> with_body() {
        std::vector<const Route*> routes;
        for (const auto& route : promised_routes().all())
            if (route.request) routes.push_back(&route);
        return routes;
    }

    inline static CrowdedMarket* market_ = nullptr;
    inline static std::unique_ptr<HttpClient> http_;
    std::int64_t position_ = 0;
};

Tongue other(Tongue tongue) { return tongue == Tongue::zh ? Tongue::en : Tongue::zh; }

// ---- bodies ----

TEST_F(BadInput, EveryMemberOfEveryBodyIsCheckedAndNamed) {
    auto tongue = Tongue::zh;
    std::size_t sent = 0;
    for (const auto* route : with_body()) {
        EXPECT_EQ(protocol::json::fits(*route->request, fitting_body(*route->request)), std::vector<std::string>{}) << route->operation;
        for (const auto& bad : spoilt_bodies(*route->request)) {
            SCOPED_TRACE(std::string(route->operation) + ": " + bad.what);
            tongue = other(tongue);
            const auto response = send(*route, headers_for(*route, tongue), bad.body);
            expect_problem(response, bad.code, tongue);
            if (bad.code == RefusalCode::invalid_fields) expect_field(response, bad.pointer, bad.reason, bad.bound);
            ++sent;
        }
    }
    EXPECT_GT(sent, 3'000u);
}

std::string nested(std::size_t depth) { return R"({"title":)" + std::string(depth, '[') + std::string(depth, ']') + "}"; }

TEST_F(BadInput, ABodyThatIsNoJsonIsRefusedEverywhere) {
    using namespace std::string_literals;
    const std::vector<std::string> bodies{
        "{", "}", "{]", "nul", "{\"a\":}", "{\"a\" 1}", "{'a':1}", "{a:1}", "{\"a\":1,}", "[1,2", "[1,]", "{} {}", "{}x", "/* */{}",
        "\xEF\xBB\xBF{}x", "{\"a\":\"\xff\"}", "{\"\xff\":1}", "{\"a\":\"\\x41\"}", "{\"a\":\"\\ud800\"}", "{\"a\":Infinity}", "{\"a\":1e999}",
        "{\"a\":1,\"a\":2}", "{\"a\":{\"b\":1,\"\\u0062\":2}}", "{}\0"s, "\0{}"s, "{\"a\":\"\0\"}"s, nested(32), nested(10'000),
        "{\"a\":\"", std::string(100'000, '{'), "<xml/>", "a=1&b=2",
    };
    auto tongue = Tongue::zh;
    for (const auto* route : with_body())
        for (const auto& body : bodies) {
            SCOPED_TRACE(std::string(route->operation) + ": " + body.substr(0, 40));
            tongue = other(tongue);
            expect_problem(send(*route, headers_for(*route, tongue), body), RefusalCode::malformed_json, tongue);
        }
}

TEST_F(BadInput, AVeryLongTitleIsToldItsLimitAndABodyBeyondItsOwn) {
    const auto& route = promised_route("create_need");
    const auto titled = [](std::size_t length) { return R"({"title":")" + std::string(length, 'x') + "\"}"; };
    const auto most = std::size_t{1024} * 1024 - titled(0).size();
    const auto at_limit = send(route, headers_for(route, Tongue::en), titled(most));
    expect_problem(at_limit, RefusalCode::invalid_fields, Tongue::en);
    expect_field(at_limit, "/title", "too_long", "200");
    expect_problem(send(route, headers_for(route, Tongue::zh), titled(most + 1)), RefusalCode::body_too_large, Tongue::zh);
}

TEST_F(BadInput, AnotherContentTypeIsRefused) {
    for (const auto* route : with_body()) {
        SCOPED_TRACE(route->operation);
        const auto body = fitting_body(*route->request);
        for (const char* type : {"text/plain", "application/xml", "application/jsonx", "application/json, text/plain", "json", "multipart/form-data; boundary=x"})
            expect_problem(
                send(*route, with(headers_for(*route, Tongue::zh), "Content-Type", type), body), RefusalCode::unsupported_media_type, Tongue::zh
            );
        expect_problem(send(*route, without(headers_for(*route, Tongue::en), "Content-Type"), body), RefusalCode::unsupported_media_type, Tongue::en);
    }
    const auto& me = promised_route("get_me");
    expect_problem(send(me, headers_for(me, Tongue::en), "{}"), RefusalCode::malformed_request, Tongue::en); // no body belongs there
}

// ---- what the rules say beyond the schema ----

TEST_F(BadInput, MoneyThatDoesNotAddUpOrOverflowsIsRefused) {
    const auto parts = [](int count, const std::string& amount) {
        std::string all;
        for (int i = 0; i < count; ++i)
            all += (i > 0 ? "," : "") + (R"({"label":"期","amount_fen":)" + amount) + "}";
        return all;
    };
    const auto deal = [&](const std::string& price, const std::string& instalments, const std::string& mode) {
        return R"({"achievement_id":")" + market_->id("public/achievement") +
               R"(","action":"make_offer","offer":{"terms":{"mode":"transfer","price":{"amount_fen":)" + price +
               R"(},"payment_mode":")" + mode + R"(","instalments":[)" + instalments +
               R"(],"deliverables":"x","acceptance":"x"},"valid_until":"2026-12-31T00:00:00Z"}})";
    };
    const auto& open = promised_route("open_deal");
    const std::string most = "100000000000000", sum = "/offer/terms/instalments";
    const auto check = [&](const Route& route, const std::string& body, const std::string& pointer, const std::string& reason) {
        SCOPED_TRACE(body);
        const auto response = send(route, headers_for(route, Tongue::zh), body);
        expect_problem(response, RefusalCode::invalid_fields, Tongue::zh);
        expect_field(response, pointer, reason);
    };
    check(open, deal(most, parts(36, most), "instalment"), sum, "sum_mismatch");
    check(open, deal("1", parts(2, "1"), "instalment"), sum, "sum_mismatch");
    check(open, deal("3", parts(2, "1"), "instalment"), sum, "sum_mismatch");
    check(open, deal("1", parts(1, "1"), "instalment"), sum, "too_few");
    const auto& need = promised_route("create_need");
    check(need, R"({"title":"价格颠倒","price":{"min_fen":2,"max_fen":1}})", "/price/max_fen", "too_small");
    const auto& draft = promised_route("draft_contract");
    auto contract = contract_json(market_->id("own/agreed_deal"));
    contract.insert(1, R"("non_technical":[)" + parts(50, most) + "],");
    check(draft, contract, "/non_technical", "too_large");
}

// ---- addresses and queries ----

TEST_F(BadInput, AnIdThatIsNoneIsNotFound) {
    const auto& own = market_->id("own/need");
    const std::vector<std::string> ids{
        "x", "need", "need_", "_", own + "0", own.substr(0, own.size() - 1), own.substr(5), "NEED_" + own.substr(5), "ach_" + own.substr(5),
        "need_" + std::string(26, 'z'), "need_" + std::string(26, '-'), "need_" + std::string(4'000, '0'), "need-" + own.substr(5), "%20" + own,
        own + "%00", "%ff", "%E6%B5%8B", "'%20OR%201=1", "need_%2e%2e", "1", "-1", "null", own + "%0a",
    };
    const std::vector<std::pair<std::string, std::vector<std::string>>> patterns{
        {"full", {"/api/v1/needs/", "/api/v1/achievements/", "/api/v1/organisations/", "/api/v1/deals/", "/api/v1/contracts/",
                  "/api/v1/mandates/", "/api/v1/matches/"}},
        {"operator", {"/api/v1/needs/", "/api/v1/deals/"}},
    };
    for (const auto& [person, paths] : patterns)
        for (const auto& path : paths)
            for (const auto& id : ids) {
                const auto response = http_->get(path + id, {{"Authorization", "Bearer " + market_->person(person).token()}, {"Accept-Language", "en"}});
                SCOPED_TRACE(path + id);
                if (response.status == 400)
                    expect_problem(response, RefusalCode::malformed_request, Tongue::en);
                else
                    expect_problem(response, RefusalCode::not_found, Tongue::en);
            }
    for (const char* number : {"0", "2", "-1", "x", "4294967297", "99999999999999999999", "01x", "%00"}) {
        const auto status = market_->person("full").get("/api/v1/needs/" + own + "/revisions/" + number).status;
        EXPECT_TRUE(status == 404 || status == 400) << number << " " << status;
    }
}

TEST_F(BadInput, QueryParametersAreCheckedAndNamed) {
    const HeaderList headers{{"Authorization", "Bearer " + market_->person("operator").token()}, {"Accept-Language", "zh-CN"}};
    const auto check = [&](const Route& route, const std::string& query, const std::string& pointer, const std::string& reason) {
        SCOPED_TRACE(std::string(route.operation) + "?" + query);
        const auto response = http_->get(path_of(route) + "?" + query, headers);
        expect_problem(response, RefusalCode::invalid_fields, Tongue::zh);
        expect_field(response, pointer, reason);
    };
    for (const auto& route : promised_routes().all()) {
        if (route.method != protocol::Method::get || route.live) continue;
        const bool operators = route.pattern.find("{id}") == std::string_view::npos || route.auth != protocol::Auth::required;
        if (!operators && route.operation == "get_mandate") continue;
        check(route, std::string(no_such_member) + "=1", std::string("?") + no_such_member, "unknown");
        for (const auto& field : route.query) {
            const std::string name(field.name), pointer = "?" + name;
            const auto& schema = field.schema;
            if (schema.kind == protocol::json::Kind::integer) {
                check(route, name + "=" + std::to_string(schema.min - 1), pointer, "too_small");
                if (schema.max < std::numeric_limits<std::int64_t>::max()) check(route, name + "=" + std::to_string(schema.max + 1), pointer, "too_large");
                for (const char* text : {"", "x", "1.0", "1e1", "9223372036854775808", "%2B1", "0x1", "1%00", "%E4%B8%80"})
                    check(route, name + "=" + text, pointer, "wrong_type");
                check(route, name + "=1&" + name + "=1", pointer, "duplicate");
            } else if (schema.kind == protocol::json::Kind::boolean) {
                for (const char* text : {"", "1", "TRUE", "yes"})
                    check(route, name + "=" + text, pointer, "wrong_type");
            } else if (schema.kind == protocol::json::Kind::one_of) {
                check(route, name + "=nosuch", pointer, "not_one_of");
            } else if (schema.kind == protocol::json::Kind::text) {
                check(route, name + "=%FF", pointer, "not_utf8");
                check(route, name + "=%00", pointer, "control_character");
                check(route, name + "=a%E2%80%AE", pointer, "control_character");
                check(route, name + "=" + std::string(static_cast<std::size_t>(schema.max) + 1, 'x'), pointer, "too_long");
            } else if (schema.kind != protocol::json::Kind::array) {
                check(route, name + "=nosuch", pointer, "bad_format");
            }
        }
    }
}

TEST_F(BadInput, ACursorThatWasNotGivenHereIsRefused) {
    const HeaderList headers{{"Authorization", "Bearer " + market_->person("operator").token()}, {"Accept-Language", "en"}};
    Answer search = market_->person("operator").get("/api/v1/achievements?limit=1");
    const auto of_search = search.text("next_cursor");
    ASSERT_FALSE(of_search.empty());
    const auto of_deals = market_->person("full").get("/api/v1/deals?limit=1").text("next_cursor");
    ASSERT_FALSE(of_deals.empty());
    auto tampered = of_deals;
    tampered[tampered.size() / 2] = tampered[tampered.size() / 2] == 'A' ? 'B' : 'A';
    for (const auto& route : promised_routes().all()) {
        if (std::ranges::find(route.query, "cursor", &protocol::json::Field::name) == route.query.end()) continue;
        const bool is_search = route.operation.starts_with("search_");
        for (const auto& cursor : {std::string("x"), std::string("AAAA"), std::string(512, 'A'), tampered, of_deals + "A", is_search ? of_deals : of_search,
                                   std::string("%27%3B--")}) {
            SCOPED_TRACE(std::string(route.operation) + " " + cursor);
            expect_problem(http_->get(path_of(route) + "?cursor=" + cursor, headers), RefusalCode::cursor_invalid, Tongue::en);
        }
    }
}

// ---- headers ----

TEST_F(BadInput, AMissingOrUnreadableVersionIsRefused) {
    for (const auto* route : with_body()) {
        if (!route->needs_if_match) continue;
        SCOPED_TRACE(route->operation);
        const auto body = fitting_body(*route->request);
        const auto headers = headers_for(*route, Tongue::zh);
        expect_problem(send(*route, without(headers, "If-Match"), body), RefusalCode::if_match_missing, Tongue::zh);
        expect_problem(send(*route, with(headers, "If-Match", "*"), body), RefusalCode::if_match_missing, Tongue::zh);
        for (const char* form : {"v1", "1", "W/\"v1\"", "\"\"", "\"v\"", "\"v-1\"", "\"v1", "\"v1x\"", "\"1\"", "\"v1\", \"v2\"", "\"v18446744073709551616\"",
                                 "\"v 1\"", "\"V1\""})
            expect_problem(send(*route, with(headers, "If-Match", form), body), RefusalCode::version_stale, Tongue::zh);
        auto twice = headers;
        twice.emplace_back("If-Match", "\"v1\"");
        expect_problem(send(*route, twice, body), RefusalCode::malformed_request, Tongue::zh);
    }
    // A number that would be version 1 if it were cut to 32 bits.
    const auto& revise = promised_route("revise_need");
    for (const char* version : {"\"v0\"", "\"v2\"", "\"v4294967297\"", "\"v4294967295\"", "\"v18446744073709551615\""})
        expect_problem(
            send(revise, with(headers_for(revise, Tongue::en), "If-Match", version), need_json("改写需求", "改写之后的公开介绍")),
            RefusalCode::version_stale, Tongue::en
        );
}

TEST_F(BadInput, AMissingOrOverlongIdempotencyKeyIsRefused) {
    for (const auto* route : with_body()) {
        if (!route->needs_idempotency_key) continue;
        SCOPED_TRACE(route->operation);
        const auto body = fitting_body(*route->request);
        const auto headers = headers_for(*route, Tongue::en);
        expect_problem(send(*route, without(headers, "Idempotency-Key"), body), RefusalCode::idempotency_key_missing, Tongue::en);
        expect_problem(send(*route, with(headers, "Idempotency-Key", ""), body), RefusalCode::idempotency_key_missing, Tongue::en);
        expect_problem(send(*route, with(headers, "Idempotency-Key", std::string(129, 'k')), body), RefusalCode::malformed_request, Tongue::en);
        auto twice = headers;
        twice.emplace_back("Idempotency-Key", fresh_key());
        expect_problem(send(*route, twice, body), RefusalCode::malformed_request, Tongue::en);
    }
    const auto& create = promised_route("create_need");
    for (const auto& key : {std::string(65, 'k'), std::string("a b"), std::string("测试")}) {
        const auto response = send(create, with(headers_for(create, Tongue::en), "Idempotency-Key", key), R"({"title":"键不合格"})");
        EXPECT_EQ(response.status, 400) << key << response.body;
    }
}

TEST_F(BadInput, AHugeOrBrokenHeadIsRefused) {
    const auto raw = [&](const std::string& head) {
        RawSocket socket("127.0.0.1", market_->port());
        socket.send(head);
        return socket.read_response();
    };
    const std::string begin = "GET /api/v1/me HTTP/1.1\r\nHost: x\r\nAccept-Language: en\r\n";
    expect_problem(raw(begin + "X-Filler: " + std::string(8 * 1024, 'x') + "\r\n\r\n"), RefusalCode::header_too_large, Tongue::zh);
    EXPECT_EQ(raw(begin + "Authorization: Bearer " + std::string(7'000, 'x') + "\r\n\r\n").status, 401);
    for (const char* bad : {"Bad Header: x\r\n", "X:\x01\r\n", "Content-Length: -1\r\n", "Content-Length: 5\r\nContent-Length: 6\r\n", "X-Y\r\n"}) {
        const auto response = raw(begin + bad + "\r\n");
        EXPECT_EQ(response.status, 400) << bad;
        EXPECT_EQ(response.header("content-type"), "application/problem+json");
    }
    for (const char* authorization : {"", "Bearer", "Bearer ", "Basic eDp5", "bearer  x", "Bearer jst_", "Bearer '; DROP TABLE session; --", "Bearer \xff"}) {
        const auto response = raw(begin + "Authorization: " + authorization + "\r\n\r\n");
        expect_problem(response, RefusalCode::unauthenticated, Tongue::en);
        EXPECT_EQ(response.header("www-authenticate"), "Bearer");
    }
    expect_problem(raw(begin + "Authorization: Bearer " + market_->person("expired").token() + "\r\n\r\n"), RefusalCode::session_expired, Tongue::en);
    expect_problem(raw("PATCH /api/v1/me HTTP/1.1\r\nHost: x\r\n\r\n"), RefusalCode::method_not_allowed, Tongue::zh);
    expect_problem(raw("GET /api/v1/nothing HTTP/1.1\r\nHost: x\r\n\r\n"), RefusalCode::route_not_found, Tongue::zh);
}

} // namespace
} // namespace jishi::test
