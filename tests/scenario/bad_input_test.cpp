// Whatever is sent in a body, the market says precisely what is wrong with it, in the reader's
// language, and nothing changes. The bad bodies are made from the schemas that the addresses
// promise.
#include "tests/scenario/bad_input.hpp"
#include "tests/support/spoilt_bodies.hpp"

#include <algorithm>

namespace jishi::test {
namespace {

using market::RefusalCode;
using protocol::Route;

// ---- bodies ----

TEST_F(BadInput, EveryMemberOfEveryBodyIsCheckedAndNamed) {
    auto tongue = Tongue::zh;
    std::size_t sent = 0;
    for (const auto* route : routes_with_body()) {
        EXPECT_EQ(
            protocol::json::fits(*route->request, fitting_body(*route->request)),
            std::vector<std::string>{}
        ) << route->operation;
        for (const auto& bad : spoilt_bodies(*route->request)) {
            SCOPED_TRACE(std::string(route->operation) + ": " + bad.what);
            tongue = other(tongue);
            const auto response = send(*route, headers_for(*route, tongue), bad.body);
            expect_problem(response, bad.code, tongue);
            if (bad.code == RefusalCode::invalid_fields)
                expect_field(response, bad.pointer, bad.reason, bad.bound);
            ++sent;
        }
    }
    EXPECT_GT(sent, 3'000u);
}

std::string nested(std::size_t depth) {
    return R"({"title":)" + std::string(depth, '[') + std::string(depth, ']') + "}";
}

TEST_F(BadInput, ABodyThatIsNoJsonIsRefusedEverywhere) {
    using namespace std::string_literals;
    const std::vector<std::string> bodies{
        "{",
        "}",
        "{]",
        "nul",
        "{\"a\":}",
        "{\"a\" 1}",
        "{'a':1}",
        "{a:1}",
        "{\"a\":1,}",
        "[1,2",
        "[1,]",
        "{} {}",
        "{}x",
        "/* */{}",
        "\xEF\xBB\xBF{}x",
        "{\"a\":\"\xff\"}",
        "{\"\xff\":1}",
        "{\"a\":\"\\x41\"}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":Infinity}",
        "{\"a\":1e999}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":{\"b\":1,\"\\u0062\":2}}",
        "{}\0"s,
        "\0{}"s,
        "{\"a\":\"\0\"}"s,
        nested(32),
        nested(10'000),
        "{\"a\":\"",
        std::string(100'000, '{'),
        "<xml/>",
        "a=1&b=2",
    };
    auto tongue = Tongue::zh;
    for (const auto* route : routes_with_body())
        for (const auto& body : bodies) {
            SCOPED_TRACE(std::string(route->operation) + ": " + body.substr(0, 40));
            tongue = other(tongue);
            expect_problem(
                send(*route, headers_for(*route, tongue), body), RefusalCode::malformed_json, tongue
            );
        }
}

TEST_F(BadInput, AVeryLongTitleIsToldItsLimitAndABodyBeyondItsOwn) {
    const auto& route = promised_route("create_need");
    const auto titled = [](std::size_t length) {
        return R"({"title":")" + std::string(length, 'x') + "\"}";
    };
    const auto most = std::size_t{1024} * 1024 - titled(0).size();
    const auto at_limit = send(route, headers_for(route, Tongue::en), titled(most));
    expect_problem(at_limit, RefusalCode::invalid_fields, Tongue::en);
    expect_field(at_limit, "/title", "too_long", "200");
    expect_problem(
        send(route, headers_for(route, Tongue::zh), titled(most + 1)),
        RefusalCode::body_too_large,
        Tongue::zh
    );
}

TEST_F(BadInput, AnotherContentTypeIsRefused) {
    for (const auto* route : routes_with_body()) {
        SCOPED_TRACE(route->operation);
        const auto body = fitting_body(*route->request);
        for (const char* type :
             {"text/plain",
              "application/xml",
              "application/jsonx",
              "application/json, text/plain",
              "json",
              "multipart/form-data; boundary=x"})
            expect_problem(
                send(*route, with(headers_for(*route, Tongue::zh), "Content-Type", type), body),
                RefusalCode::unsupported_media_type,
                Tongue::zh
            );
        expect_problem(
            send(*route, without(headers_for(*route, Tongue::en), "Content-Type"), body),
            RefusalCode::unsupported_media_type,
            Tongue::en
        );
    }
    const auto& me = promised_route("get_me");
    expect_problem(
        send(me, headers_for(me, Tongue::en), "{}"), RefusalCode::malformed_request, Tongue::en
    ); // no body belongs there
}

// ---- what the rules say beyond the schema ----

TEST_F(BadInput, MoneyThatDoesNotAddUpOrOverflowsIsRefused) {
    const auto parts = [](int count, const std::string& amount) {
        std::string all;
        for (int i = 0; i < count; ++i)
            all += (i > 0 ? "," : "") + (R"({"label":"期","amount_fen":)" + amount) + "}";
        return all;
    };
    const auto deal = [&](const std::string& price,
                          const std::string& instalments,
                          const std::string& mode) {
        return R"({"achievement_id":")" + market_->id("public/achievement") +
               R"(","action":"make_offer","offer":{"terms":{"mode":"transfer","price":{"amount_fen":)" +
               price + R"(},"payment_mode":")" + mode + R"(","instalments":[)" + instalments +
               R"(],"deliverables":"x","acceptance":"x"},"valid_until":")" + tomorrow() + "\"}}";
    };
    const auto& open = promised_route("open_deal");
    const std::string most = "100000000000000", sum = "/offer/terms/instalments";
    const auto check = [&](const Route& route,
                           const std::string& body,
                           const std::string& pointer,
                           const std::string& reason) {
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
    check(
        need,
        R"({"title":"价格颠倒","price":{"min_fen":2,"max_fen":1}})",
        "/price/max_fen",
        "too_small"
    );
    const auto& draft = promised_route("draft_contract");
    auto contract = contract_json(market_->id("own/agreed_deal"));
    contract.insert(1, R"("non_technical":[)" + parts(50, most) + "],");
    check(draft, contract, "/non_technical", "too_large");
}

} // namespace
} // namespace jishi::test
