// Addresses, queries and headers that are wrong: told which and why, and nothing changes.
#include "tests/scenario/bad_input.hpp"
#include "tests/support/spoilt_bodies.hpp"

#include <algorithm>
#include <limits>

namespace jishi::test {
namespace {

using market::RefusalCode;
using protocol::Route;

// ---- addresses and queries ----

TEST_F(BadInput, AnIdThatIsNoneIsNotFound) {
    const auto& own = market_->id("own/need");
    const std::vector<std::string> ids{
        "x",
        "need",
        "need_",
        "_",
        own + "0",
        own.substr(0, own.size() - 1),
        own.substr(5),
        "NEED_" + own.substr(5),
        "ach_" + own.substr(5),
        "need_" + std::string(26, 'z'),
        "need_" + std::string(26, '-'),
        "need_" + std::string(4'000, '0'),
        "need-" + own.substr(5),
        "%20" + own,
        own + "%00",
        "%ff",
        "%E6%B5%8B",
        "'%20OR%201=1",
        "need_%2e%2e",
        "1",
        "-1",
        "null",
        own + "%0a",
    };
    const std::vector<std::pair<std::string, std::vector<std::string>>> patterns{
        {"full",
         {"/api/v1/needs/",
          "/api/v1/achievements/",
          "/api/v1/organisations/",
          "/api/v1/deals/",
          "/api/v1/contracts/",
          "/api/v1/mandates/",
          "/api/v1/matches/"}},
        {"operator", {"/api/v1/needs/", "/api/v1/deals/"}},
    };
    for (const auto& [person, paths] : patterns)
        for (const auto& path : paths)
            for (const auto& id : ids) {
                const auto response = http_->get(
                    path + id,
                    {{"Authorization", "Bearer " + market_->person(person).token()},
                     {"Accept-Language", "en"}}
                );
                SCOPED_TRACE(path + id);
                if (response.status == 400)
                    expect_problem(response, RefusalCode::malformed_request, Tongue::en);
                else
                    expect_problem(response, RefusalCode::not_found, Tongue::en);
            }
    for (const char* number :
         {"0", "2", "-1", "x", "4294967297", "99999999999999999999", "01x", "%00"}) {
        const auto status =
            market_->person("full").get("/api/v1/needs/" + own + "/revisions/" + number).status;
        EXPECT_TRUE(status == 404 || status == 400) << number << " " << status;
    }
}

TEST_F(BadInput, QueryParametersAreCheckedAndNamed) {
    const HeaderList headers{
        {"Authorization", "Bearer " + market_->person("operator").token()},
        {"Accept-Language", "zh-CN"}};
    const auto check = [&](const Route& route,
                           const std::string& query,
                           const std::string& pointer,
                           const std::string& reason) {
        SCOPED_TRACE(std::string(route.operation) + "?" + query);
        const auto response = http_->get(path_of(route) + "?" + query, headers);
        expect_problem(response, RefusalCode::invalid_fields, Tongue::zh);
        expect_field(response, pointer, reason);
    };
    for (const auto& route : promised_routes().all()) {
        if (route.method != protocol::Method::get || route.live) continue;
        const bool operators = route.pattern.find("{id}") == std::string_view::npos ||
                               route.auth != protocol::Auth::required;
        if (!operators && route.operation == "get_mandate") continue;
        check(
            route, std::string(no_such_member) + "=1", std::string("?") + no_such_member, "unknown"
        );
        for (const auto& field : route.query) {
            const std::string name(field.name), pointer = "?" + name;
            const auto& schema = field.schema;
            if (schema.kind == protocol::json::Kind::integer) {
                check(route, name + "=" + std::to_string(schema.min - 1), pointer, "too_small");
                if (schema.max < std::numeric_limits<std::int64_t>::max())
                    check(route, name + "=" + std::to_string(schema.max + 1), pointer, "too_large");
                for (const char* text :
                     {"",
                      "x",
                      "1.0",
                      "1e1",
                      "9223372036854775808",
                      "%2B1",
                      "0x1",
                      "1%00",
                      "%E4%B8%80"})
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
                check(
                    route,
                    name + "=" + std::string(static_cast<std::size_t>(schema.max) + 1, 'x'),
                    pointer,
                    "too_long"
                );
            } else if (schema.kind != protocol::json::Kind::array) {
                check(route, name + "=nosuch", pointer, "bad_format");
            }
        }
    }
}

TEST_F(BadInput, ACursorThatWasNotGivenHereIsRefused) {
    const HeaderList headers{
        {"Authorization", "Bearer " + market_->person("operator").token()},
        {"Accept-Language", "en"}};
    Answer search = market_->person("operator").get("/api/v1/achievements?limit=1");
    const auto of_search = search.text("next_cursor");
    ASSERT_FALSE(of_search.empty());
    const auto of_deals = market_->person("full").get("/api/v1/deals?limit=1").text("next_cursor");
    ASSERT_FALSE(of_deals.empty());
    auto tampered = of_deals;
    tampered[tampered.size() / 2] = tampered[tampered.size() / 2] == 'A' ? 'B' : 'A';
    for (const auto& route : promised_routes().all()) {
        if (std::ranges::find(route.query, "cursor", &protocol::json::Field::name) ==
            route.query.end())
            continue;
        const bool is_search = route.operation.starts_with("search_");
        for (const auto& cursor :
             {std::string("x"),
              std::string("AAAA"),
              std::string(512, 'A'),
              tampered,
              of_deals + "A",
              is_search ? of_deals : of_search,
              std::string("%27%3B--")}) {
            SCOPED_TRACE(std::string(route.operation) + " " + cursor);
            expect_problem(
                http_->get(path_of(route) + "?cursor=" + cursor, headers),
                RefusalCode::cursor_invalid,
                Tongue::en
            );
        }
    }
}

// ---- headers ----

TEST_F(BadInput, AMissingOrUnreadableVersionIsRefused) {
    for (const auto* route : routes_with_body()) {
        if (!route->needs_if_match) continue;
        SCOPED_TRACE(route->operation);
        const auto body = fitting_body(*route->request);
        const auto headers = headers_for(*route, Tongue::zh);
        expect_problem(
            send(*route, without(headers, "If-Match"), body),
            RefusalCode::if_match_missing,
            Tongue::zh
        );
        expect_problem(
            send(*route, with(headers, "If-Match", "*"), body),
            RefusalCode::if_match_missing,
            Tongue::zh
        );
        for (const char* form :
             {"v1",
              "1",
              "W/\"v1\"",
              "\"\"",
              "\"v\"",
              "\"v-1\"",
              "\"v1",
              "\"v1x\"",
              "\"1\"",
              "\"v1\", \"v2\"",
              "\"v18446744073709551616\"",
              "\"v 1\"",
              "\"V1\""})
            expect_problem(
                send(*route, with(headers, "If-Match", form), body),
                RefusalCode::version_stale,
                Tongue::zh
            );
        auto twice = headers;
        twice.emplace_back("If-Match", "\"v1\"");
        expect_problem(send(*route, twice, body), RefusalCode::malformed_request, Tongue::zh);
    }
    // A number that would be version 1 if it were cut to 32 bits.
    const auto& revise = promised_route("revise_need");
    for (const char* version :
         {"\"v0\"", "\"v2\"", "\"v4294967297\"", "\"v4294967295\"", "\"v18446744073709551615\""})
        expect_problem(
            send(
                revise,
                with(headers_for(revise, Tongue::en), "If-Match", version),
                need_json("改写需求", "改写之后的公开介绍")
            ),
            RefusalCode::version_stale,
            Tongue::en
        );
}

TEST_F(BadInput, AMissingOrOverlongIdempotencyKeyIsRefused) {
    for (const auto* route : routes_with_body()) {
        if (!route->needs_idempotency_key) continue;
        SCOPED_TRACE(route->operation);
        const auto body = fitting_body(*route->request);
        const auto headers = headers_for(*route, Tongue::en);
        expect_problem(
            send(*route, without(headers, "Idempotency-Key"), body),
            RefusalCode::idempotency_key_missing,
            Tongue::en
        );
        expect_problem(
            send(*route, with(headers, "Idempotency-Key", ""), body),
            RefusalCode::idempotency_key_missing,
            Tongue::en
        );
        expect_problem(
            send(*route, with(headers, "Idempotency-Key", std::string(129, 'k')), body),
            RefusalCode::malformed_request,
            Tongue::en
        );
        auto twice = headers;
        twice.emplace_back("Idempotency-Key", fresh_key());
        expect_problem(send(*route, twice, body), RefusalCode::malformed_request, Tongue::en);
    }
    const auto& create = promised_route("create_need");
    for (const auto& key : {std::string(65, 'k'), std::string("a b"), std::string("测试")}) {
        const auto response = send(
            create,
            with(headers_for(create, Tongue::en), "Idempotency-Key", key),
            R"({"title":"键不合格"})"
        );
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
    expect_problem(
        raw(begin + "X-Filler: " + std::string(8 * 1024, 'x') + "\r\n\r\n"),
        RefusalCode::header_too_large,
        Tongue::zh
    );
    EXPECT_EQ(
        raw(begin + "Authorization: Bearer " + std::string(7'000, 'x') + "\r\n\r\n").status, 401
    );
    for (const char* bad :
         {"Bad Header: x\r\n",
          "X:\x01\r\n",
          "Content-Length: -1\r\n",
          "Content-Length: 5\r\nContent-Length: 6\r\n",
          "X-Y\r\n"}) {
        const auto response = raw(begin + bad + "\r\n");
        EXPECT_EQ(response.status, 400) << bad;
        EXPECT_EQ(response.header("content-type"), "application/problem+json");
    }
    for (const char* authorization :
         {"",
          "Bearer",
          "Bearer ",
          "Basic eDp5",
          "bearer  x",
          "Bearer jst_",
          "Bearer '; DROP TABLE session; --",
          "Bearer \xff"}) {
        const auto response = raw(begin + "Authorization: " + authorization + "\r\n\r\n");
        expect_problem(response, RefusalCode::unauthenticated, Tongue::en);
        EXPECT_EQ(response.header("www-authenticate"), "Bearer");
    }
    expect_problem(
        raw(begin + "Authorization: Bearer " + market_->person("expired").token() + "\r\n\r\n"),
        RefusalCode::session_expired,
        Tongue::en
    );
    expect_problem(
        raw("PATCH /api/v1/me HTTP/1.1\r\nHost: x\r\n\r\n"),
        RefusalCode::method_not_allowed,
        Tongue::zh
    );
    expect_problem(
        raw("GET /api/v1/nothing HTTP/1.1\r\nHost: x\r\n\r\n"),
        RefusalCode::route_not_found,
        Tongue::zh
    );
}

} // namespace
} // namespace jishi::test
