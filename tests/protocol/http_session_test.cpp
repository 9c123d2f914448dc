#include "protocol/json/reader.hpp"
#include "tests/protocol/running_server.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace jishi::protocol {
namespace {

using namespace test;
using namespace std::string_view_literals;

std::string get(std::string_view target, std::string_view headers = {}) {
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n" + std::string(headers) +
           "\r\n";
}

std::string post_bytes(std::size_t length) {
    return "POST /bytes HTTP/1.1\r\nHost: a\r\nContent-Type: "
           "application/octet-stream\r\nContent-Length: " +
           std::to_string(length) + "\r\n\r\n";
}

std::string problem_name(const Response& response) {
    const auto document = json::parse(response.body);
    if (!document) return "no json: " + response.body;
    return std::string(document->object().text("type"));
}

TEST(HttpSession, AnswersWithTheHeadersEveryReplyHas) {
    RunningServer server;
    const auto response = server.client().get("/hello");
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "hello");
    EXPECT_EQ(response.header("server"), "jishi");
    EXPECT_EQ(response.header("x-content-type-options"), "nosniff");
    EXPECT_NE(
        response.header("content-security-policy").find("frame-ancestors 'none'"), std::string::npos
    );
    EXPECT_FALSE(response.header("x-request-id").empty());
    EXPECT_FALSE(response.header("date").empty());
    EXPECT_EQ(response.header("connection"), "");
    EXPECT_EQ(response.header("access-control-allow-origin"), "");
}

TEST(HttpSession, EchoesAGoodRequestIdAndReplacesABadOne) {
    RunningServer server;
    auto client = server.client();
    EXPECT_EQ(
        client.get("/hello", {{"X-Request-Id", "a.b-C_9"}}).header("x-request-id"), "a.b-C_9"
    );
    EXPECT_EQ(
        client.get("/hello", {{"X-Request-Id", std::string(64, 'a')}})
            .header("x-request-id")
            .size(),
        64U
    );
    EXPECT_NE(
        client.get("/hello", {{"X-Request-Id", std::string(65, 'a')}})
            .header("x-request-id")
            .size(),
        65U
    );
    EXPECT_NE(client.get("/hello", {{"X-Request-Id", "a b"}}).header("x-request-id"), "a b");
}

TEST(HttpSession, AnswersTenRequestsOfOnePacketInOrder) {
    RunningServer server;
    auto socket = server.raw();
    std::string packet;
    for (int i = 0; i < 10; ++i)
        packet += get("/notes/n" + std::to_string(i));
    socket.send(packet);
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(socket.read_response().body, "{\"title\":\"n" + std::to_string(i) + "\"}");
}

TEST(HttpSession, AnswersPipelinedBodiesAndStopsAtConnectionClose) {
    RunningServer server;
    auto socket = server.raw();
    socket.send(
        post_bytes(3) + "abc" + post_bytes(0) + get("/hello", "Connection: close\r\n") +
        get("/hello")
    );
    EXPECT_EQ(socket.read_response().body, "3");
    EXPECT_EQ(socket.read_response().body, "0");
    const auto last = socket.read_response();
    EXPECT_EQ(last.body, "hello");
    EXPECT_EQ(last.header("connection"), "close");
    EXPECT_TRUE(socket.closed());
}

TEST(HttpSession, AnswersARequestThatComesByteByByte) {
    RunningServer server;
    auto socket = server.raw();
    for (const char c : "\r\n" + post_bytes(5) + "12345")
        socket.send(std::string_view(&c, 1));
    EXPECT_EQ(socket.read_response().body, "5");
}

TEST(HttpSession, SkipsAnEmptyLineBeforeARequestWhereverItIsCut) {
    RunningServer server;
    auto socket = server.raw();
    for (const std::string_view piece :
         {"\r", "\n\r", "\nGET /hello HTTP/1.1\r\nHost: x\r\n\r\n"}) {
        socket.send(piece);
        std::this_thread::sleep_for(std::chrono::milliseconds(50)); // so that it is read alone
    }
    EXPECT_EQ(socket.read_response().body, "hello");
    socket.send("\r");
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    socket.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(socket.read_response().status, 400);
}

TEST(HttpSession, KeepsAnHttp10ConnectionOnlyWhenAsked) {
    RunningServer server;
    auto keeping = server.raw();
    keeping.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(keeping.read_response().header("connection"), "keep-alive");
    keeping.send("GET /hello HTTP/1.0\r\n\r\n");
    EXPECT_EQ(keeping.read_response().body, "hello");
    EXPECT_TRUE(keeping.closed());
}

TEST(HttpSession, TakesTheLargestBodyAndRefusesOneByteMore) {
    RunningServer server;
    auto client = server.client();
    const HeaderList bytes{{"Content-Type", "application/octet-stream"}};
    EXPECT_EQ(client.request("POST", "/bytes", bytes, std::string(100, 'x')).body, "100");
    const auto refused = client.request("POST", "/bytes", bytes, std::string(101, 'x'));
    EXPECT_EQ(refused.status, 413);
    EXPECT_EQ(problem_name(refused), "/problems/body_too_large");
    EXPECT_EQ(refused.header("connection"), "close");
}

TEST(HttpSession, HoldsBodiesWithoutAnOwnLimitToTheServers) {
    ServerOptions options;
    options.http.body_bytes_max = 50;
    RunningServer server(options);
    const auto note = [](std::size_t bytes) {
        const std::string json = "{\"title\":\"ab\"}";
        return json + std::string(bytes - json.size(), ' ');
    };
    EXPECT_EQ(server.client().post("/notes", note(50)).status, 201);
    EXPECT_EQ(server.client().post("/notes", note(51)).status, 413);
}

std::string chunked(std::initializer_list<std::string_view> chunks) {
    std::string text =
        "POST /bytes HTTP/1.1\r\nHost: a\r\nContent-Type: application/octet-stream\r\n"
        "Transfer-Encoding: chunked\r\n\r\n";
    for (const auto chunk : chunks) {
        std::array<char, 20> size{};
        std::snprintf(size.data(), size.size(), "%zx\r\n", chunk.size());
        ((text += size.data()) += chunk) += "\r\n";
    }
    return text + "0\r\n\r\n";
}

TEST(HttpSession, CountsChunkedBodies) {
    RunningServer server;
    const std::string half(50, 'x');
    auto socket = server.raw();
    socket.send(chunked({half, half}) + chunked({}));
    EXPECT_EQ(socket.read_response().body, "100");
    EXPECT_EQ(socket.read_response().body, "0");
    socket.send(chunked({half, half, "x"}));
    EXPECT_EQ(socket.read_response().status, 413);
    EXPECT_TRUE(socket.closed());
}

TEST(HttpSession, RefusesBrokenChunks) {
    RunningServer server;
    for (const std::string_view body :
         {"x\r\n", "5\r\nabcdeX0\r\n\r\n", "-1\r\n\r\n", "fffffffffffffffff\r\n"}) {
        auto socket = server.raw();
        socket.send(
            "POST /bytes HTTP/1.1\r\nHost: a\r\nContent-Type: "
            "application/octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n" +
            std::string(body)
        );
        const auto status = socket.read_response().status;
        EXPECT_TRUE(status == 400 || status == 413) << body << " " << status;
        EXPECT_TRUE(socket.closed());
    }
}

TEST(HttpSession, TakesTheLargestHeadAndRefusesOneByteMore) {
    ServerOptions options;
    options.http.header_bytes_max = 300;
    RunningServer server(options);
    const auto head = [](std::size_t bytes) {
        const auto frame = get("/hello", "X-Pad: \r\n").size();
        return get("/hello", "X-Pad: " + std::string(bytes - frame, 'x') + "\r\n");
    };
    auto socket = server.raw();
    socket.send(head(300) + head(300));
    EXPECT_EQ(socket.read_response().status, 200);
    EXPECT_EQ(socket.read_response().status, 200);
    socket.send(head(301));
    const auto refused = socket.read_response();
    EXPECT_EQ(refused.status, 431);
    EXPECT_EQ(problem_name(refused), "/problems/header_too_large");
    EXPECT_TRUE(socket.closed());
}

const struct {
    std::string_view what, request;
    int status;
} read_otherwise_by_proxies[] = {
    {"length and coding",
     "POST /notes HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: "
     "chunked\r\n\r\n0\r\n\r\n",
     400},
    {"coding and length",
     "POST /notes HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: "
     "5\r\n\r\n0\r\n\r\n",
     400},
    {"two lengths",
     "POST /notes HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcde",
     400},
    {"same length twice",
     "POST /notes HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nabcde",
     400},
    {"list of lengths",
     "POST /notes HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\nabcde",
     400},
    {"signed length", "POST /notes HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nabcde", 400},
    {"huge length",
     "POST /notes HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
     400},
    {"large length", "POST /notes HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999999\r\n\r\n", 413},
    {"unknown coding", "POST /notes HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501},
    {"coding before chunked",
     "POST /notes HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
     501},
    {"padded coding",
     "POST /notes HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
     501},
    {"coding in 1.0", "POST /notes HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    {"folded line", "GET /hello HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n", 400},
    {"bare line feed", "GET /hello HTTP/1.1\nHost: a\n\n", 400},
    {"bare return", "GET /hello HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", 400},
    {"space before colon", "GET /hello HTTP/1.1\r\nHost : a\r\n\r\n", 400},
    {"no colon", "GET /hello HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n", 400},
    {"empty name", "GET /hello HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", 400},
    {"no host", "GET /hello HTTP/1.1\r\n\r\n", 400},
    {"two hosts", "GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
    {"two tokens",
     "GET /hello HTTP/1.1\r\nHost: a\r\nAuthorization: x\r\nauthorization: y\r\n\r\n",
     400},
    {"no target", "GET HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"two spaces", "GET  /hello HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"garbage", "\x16\x03\x01\x02", 400},
    {"old version", "GET /hello HTTP/0.9\r\nHost: a\r\n\r\n", 505},
    {"new version", "GET /hello HTTP/2.0\r\nHost: a\r\n\r\n", 505},
    {"no version", "GET /hello\r\nHost: a\r\n\r\n", 400},
    {"odd version", "GET /hello HTTP/1.10\r\nHost: a\r\n\r\n", 400},
    {"preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
    {"unknown expectation", "GET /hello HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n", 417},
};

TEST(HttpSession, RefusesWhatProxiesMightReadOtherwiseAndCloses) {
    RunningServer server;
    for (const auto& [what, request, status] : read_otherwise_by_proxies) {
        auto socket = server.raw();
        socket.send(request);
        const auto response = socket.read_response();
        EXPECT_EQ(response.status, status) << what;
        EXPECT_EQ(response.header("content-type"), "application/problem+json") << what;
        EXPECT_EQ(response.header("connection"), "close") << what;
        EXPECT_TRUE(socket.closed()) << what;
    }
    auto socket = server.raw();
    socket.send("GET /hello HTTP/1.1\r\nHost: a\0b\r\n\r\n"sv);
    EXPECT_EQ(socket.read_response().status, 400);
}

TEST(HttpSession, AnswersUnservableRequestsAndGoesOn) {
    RunningServer server;
    auto socket = server.raw();
    const auto answer = [&](std::string_view line) {
        socket.send(std::string(line) + " HTTP/1.1\r\nHost: a\r\n\r\n");
        return socket.read_response();
    };
    EXPECT_EQ(answer("GET /nowhere").status, 404);
    const auto not_allowed = answer("DELETE /notes");
    EXPECT_EQ(not_allowed.status, 405);
    EXPECT_EQ(not_allowed.header("allow"), "GET, HEAD, OPTIONS, POST");
    EXPECT_EQ(answer("BREW /notes").status, 501);
    EXPECT_EQ(answer("GET /a/../hello").status, 400);
    EXPECT_EQ(answer("GET /notes?q=a&x=1").status, 422);
    const auto options = answer("OPTIONS /notes");
    EXPECT_EQ(options.status, 204);
    EXPECT_EQ(options.header("allow"), "GET, HEAD, OPTIONS, POST");
    EXPECT_EQ(answer("GET /notes?q=%E6%8A%80").body, "技");
    EXPECT_EQ(answer("GET http://market.example/hello").body, "hello");
}

TEST(HttpSession, SendsContinueOnlyWhenItWantsTheBody) {
    RunningServer server;
    const std::string expecting = "Content-Type: application/octet-stream\r\nExpect: "
                                  "100-continue\r\nHost: a\r\nContent-Length: ";
    auto socket = server.raw();
    socket.send("POST /bytes HTTP/1.1\r\n" + expecting + "3\r\n\r\n");
    EXPECT_EQ(socket.read_response().status, 100);
    socket.send("abc");
    EXPECT_EQ(socket.read_response().body, "3");
    socket.send("POST /bytes HTTP/1.1\r\n" + expecting + "101\r\n\r\n");
    EXPECT_EQ(socket.read_response().status, 413);
    auto lost = server.raw();
    lost.send("POST /nowhere HTTP/1.1\r\n" + expecting + "3\r\n\r\n");
    EXPECT_EQ(lost.read_response().status, 404);
    EXPECT_TRUE(lost.closed());
}

TEST(HttpSession, AnswersHeadWithTheHeadOfGet) {
    RunningServer server;
    auto socket = server.raw();
    socket.send("HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n" + get("/hello"));
    const auto head = socket.read_response(true);
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.header("content-length"), "5");
    EXPECT_EQ(socket.read_response().body, "hello");
}

TEST(HttpSession, AnswersNotModifiedToWhoHasTheVersion) {
    RunningServer server;
    auto client = server.client();
    const auto full = client.get("/notes/ab");
    EXPECT_EQ(full.header("etag"), "\"v7\"");
    const auto again = client.get("/notes/ab", {{"If-None-Match", full.header("etag")}});
    EXPECT_EQ(again.status, 304);
    EXPECT_EQ(again.header("etag"), "\"v7\"");
    EXPECT_EQ(again.header("content-length"), "");
    EXPECT_EQ(client.get("/notes/ab", {{"If-None-Match", "\"v6\""}}).status, 200);
}

TEST(HttpSession, TellsTheFirstOfSeveralFaultsUntilNoneIsLeft) {
    RunningServer server;
    auto client = server.client();
    HeaderList headers;
    const auto change = [&](std::string_view body) {
        const auto response = client.request("PATCH", "/notes/n", headers, body);
        return response.status == 204 ? "done" : problem_name(response).substr(10);
    };
    EXPECT_EQ(change("{"), "unsupported_media_type");
    headers.emplace_back("Content-Type", "application/json; charset=utf-8");
    EXPECT_EQ(change("{"), "malformed_json");
    EXPECT_EQ(change("{}"), "unauthenticated");
    headers.emplace_back("Authorization", "Bearer nobody");
    EXPECT_EQ(change("{}"), "session_expired");
    headers.back().second = "Bearer bob";
    EXPECT_EQ(change("{}"), "scope_missing");
    headers.back().second = "Bearer alice";
    EXPECT_EQ(change("{}"), "idempotency_key_missing");
    headers.emplace_back("Idempotency-Key", std::string(65, 'k'));
    EXPECT_EQ(change("{}"), "malformed_request");
    headers.back().second = std::string(64, 'k');
    EXPECT_EQ(change("{}"), "if_match_missing");
    headers.emplace_back("If-Match", "\"v6\"");
    EXPECT_EQ(change("{}"), "invalid_fields");
    EXPECT_EQ(change(R"({"title":"ab"})"), "version_stale");
    headers.back().second = "\"v7\"";
    EXPECT_EQ(change(R"({"title":"ab"})"), "done");
}

TEST(HttpSession, ForbidsCachesToKeepWhatTheySignedInSee) {
    RunningServer server;
    auto client = server.client();
    EXPECT_EQ(
        client.get("/notes?q=a", {{"Authorization", "Bearer bob"}}).header("cache-control"),
        "no-store"
    );
    EXPECT_EQ(client.get("/notes?q=a").header("cache-control"), "");
}

TEST(HttpSession, TellsAFailureByItsRequestIdAndNothingElse) {
    RunningServer server;
    auto client = server.client();
    const auto response = client.get("/fail", {{"Accept-Language", "en"}});
    EXPECT_EQ(response.status, 500);
    EXPECT_EQ(problem_name(response), "/problems/internal_error");
    EXPECT_EQ(response.body.find("secret"), std::string::npos);
    EXPECT_NE(response.body.find(response.header("x-request-id")), std::string::npos);
    EXPECT_EQ(response.header("content-language"), "en");
    EXPECT_EQ(client.get("/hello").status, 200);
}

TEST(HttpSession, AllowsOnlyTheOriginsItWasGiven) {
    ServerOptions options;
    options.cors_origins = {"https://console.example"};
    RunningServer server(options);
    auto client = server.client();
    const auto allowed =
        client.request("OPTIONS", "/notes", {{"Origin", "https://console.example"}});
    EXPECT_EQ(allowed.header("access-control-allow-origin"), "https://console.example");
    EXPECT_NE(allowed.header("access-control-allow-headers").find("If-Match"), std::string::npos);
    EXPECT_EQ(
        client.get(
                  "/hello", {{"Origin", "https://evil.example"}}
        ).header("access-control-allow-origin"),
        ""
    );
}

TEST(HttpSession, CountsWhatItAnswered) {
    RunningServer server;
    auto client = server.client();
    client.get("/hello");
    client.get("/hello");
    client.get("/nowhere");
    client.get("/hello");
    const auto text = server.metrics.text();
    EXPECT_NE(
        text.find("jishi_http_requests_total{route=\"hello\",status=\"200\"} "), std::string::npos
    ) << text;
    EXPECT_NE(
        text.find("jishi_http_requests_total{route=\"none\",status=\"404\"} 1"), std::string::npos
    ) << text;
    EXPECT_NE(text.find("jishi_http_connections 1"), std::string::npos) << text;
}

} // namespace
} // namespace jishi::protocol
