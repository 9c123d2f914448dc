#include "protocol/json/reader.hpp"
#include "protocol/ws/hub.hpp"
#include "tests/protocol/running_server.hpp"

#include <gtest/gtest.h>

namespace jishi::protocol {
namespace {

using namespace test;
using namespace std::chrono_literals;

const HeaderList alice{{"Authorization", "Bearer alice"}};
const HeaderList bob{{"Authorization", "Bearer bob"}};

LiveEvent for_everyone(std::uint64_t sequence, std::string json = "{}") {
    return {.sequence = sequence, .json = std::move(json), .everyone = true};
}

WsClient connect(
    const RunningServer& server,
    const HeaderList& headers = alice,
    std::string_view target = "/live"
) {
    return {"127.0.0.1", server.port, target, headers};
}

std::string event_text(std::uint64_t sequence) {
    return R"({"type":"event","seq":)" + std::to_string(sequence) + R"(,"event":{}})";
}

std::string ready_text(std::uint64_t sequence) {
    return R"({"type":"ready","seq":)" + std::to_string(sequence) + "}";
}

TEST(Hub, SendsAnEventToItsAudienceOnly) {
    Metrics metrics;
    Hub hub({}, 0, metrics);
    int woken = 0;
    Hub::Subscription alice_listens(hub, {.account = {1}, .ids = {{1}, {9}}}, [&] { ++woken; });
    Hub::Subscription operator_listens(hub, {.account = {2}, .is_operator = true}, [&] {
        ++woken;
    });
    hub.publish(std::make_shared<LiveEvent>(LiveEvent{.sequence = 1, .json = "1", .audience = {{9}}}
    ));
    hub.publish(std::make_shared<LiveEvent>(LiveEvent{.sequence = 2, .json = "2", .audience = {{7}}}
    ));
    hub.publish(std::make_shared<LiveEvent>(LiveEvent{.sequence = 3, .json = "3", .operators = true}
    ));
    EXPECT_EQ(woken, 2);
    EXPECT_EQ(alice_listens->take().sequence, 1U);
    EXPECT_TRUE(alice_listens->empty());
    EXPECT_EQ(operator_listens->take().sequence, 3U);
    EXPECT_EQ(hub.latest(), 3U);
}

TEST(Hub, DropsAListenerAtOneFrameBeyondItsQueueAndNobodyElse) {
    Metrics metrics;
    Hub hub({.queue = {.frames_max = 3, .bytes_max = 10'000}}, 0, metrics);
    Hub::Subscription slow(hub, {}, [] {});
    Hub::Subscription quick(hub, {}, [] {});
    for (std::uint64_t i = 1; i <= 3; ++i) {
        hub.publish(std::make_shared<LiveEvent>(for_everyone(i)));
        quick->take();
    }
    EXPECT_EQ(slow->state(), Listener::State::listening);
    hub.publish(std::make_shared<LiveEvent>(for_everyone(4)));
    EXPECT_EQ(slow->state(), Listener::State::too_slow);
    EXPECT_EQ(quick->take().sequence, 4U);
    EXPECT_EQ(metrics.counter("jishi_live_dropped_total", "").value(), 1U);
}

TEST(Hub, DropsAListenerAtOneByteBeyondItsQueue) {
    Metrics metrics;
    const auto frame = frame_text(for_everyone(1)).size();
    Hub hub({.queue = {.frames_max = 100, .bytes_max = 2 * frame}}, 0, metrics);
    Hub::Subscription slow(hub, {}, [] {});
    hub.publish(std::make_shared<LiveEvent>(for_everyone(1)));
    hub.publish(std::make_shared<LiveEvent>(for_everyone(2)));
    EXPECT_EQ(slow->state(), Listener::State::listening);
    slow->take();
    hub.publish(std::make_shared<LiveEvent>(for_everyone(3)));
    EXPECT_EQ(slow->state(), Listener::State::listening);
    hub.publish(std::make_shared<LiveEvent>(for_everyone(4)));
    EXPECT_EQ(slow->state(), Listener::State::too_slow);
}

TEST(Live, RefusesTheHandshakeAsAnyRequestIsRefused) {
    RunningServer server;
    EXPECT_EQ(connect(server, {}).status(), 401);
    EXPECT_EQ(connect(server, {{"Authorization", "Bearer nobody"}}).status(), 401);
    EXPECT_EQ(connect(server, {}, "/live?token=alice").status(), 401);
    EXPECT_EQ(connect(server, alice, "/live?after=x").status(), 422);
    EXPECT_EQ(connect(server, alice, "/hello").status(), 200);
    const auto plain = server.client().get("/live", alice);
    EXPECT_EQ(plain.status, 426);
    EXPECT_EQ(plain.header("upgrade"), "websocket");
}

TEST(Live, TakesABrowsersTokenFromTheSubprotocol) {
    RunningServer server;
    const auto client = connect(server, {{"Sec-WebSocket-Protocol", "jishi.v1, bearer.alice"}});
    EXPECT_EQ(client.status(), 101);
    EXPECT_EQ(client.response().header("sec-websocket-protocol"), "jishi.v1");
    EXPECT_EQ(
        connect(server, {{"Sec-WebSocket-Protocol", "jishi.v1, bearer.nobody"}}).status(), 401
    );
}

TEST(Live, GreetsAndSendsWhatIsPublishedFromThenOn) {
    RunningServer server({}, 5);
    auto client = connect(server);
    client.send_text(R"({"type":"hello"})");
    EXPECT_EQ(client.read_text(), ready_text(5));
    server.publish(for_everyone(6));
    EXPECT_EQ(client.read_text(), event_text(6));
    client.send_close(1000);
    EXPECT_EQ(client.read_text(), std::nullopt);
    EXPECT_EQ(client.close_code(), 1000);
}

TEST(Live, SendsOnlyWhatTheCallerMaySee) {
    RunningServer server;
    server.publish({.sequence = 1, .json = "1", .audience = {{1}}});
    server.publish({.sequence = 2, .json = "2", .audience = {{2}}});
    auto client = connect(server, bob, "/live?after=0");
    EXPECT_EQ(client.read_text(), R"({"type":"event","seq":2,"event":2})");
    EXPECT_EQ(client.read_text(), ready_text(2));
    server.publish({.sequence = 3, .json = "3", .audience = {{1}}});
    server.publish({.sequence = 4, .json = "4", .audience = {{2}}});
    EXPECT_EQ(client.read_text(), R"({"type":"event","seq":4,"event":4})");
}

TEST(Live, ReplaysExactlyWhatWasMissedWhileMoreIsPublished) {
    ServerOptions options;
    options.live.replay_page = 7;
    options.live.hub.queue = {.frames_max = 5'000, .bytes_max = 8 * 1024 * 1024};
    RunningServer server(options);
    constexpr std::uint64_t past = 500, future = 1'000;
    for (std::uint64_t i = 1; i <= past; ++i)
        server.publish(for_everyone(i));
    auto client = connect(server);
    std::thread publisher([&] {
        for (auto i = past + 1; i <= future; ++i)
            server.publish(for_everyone(i));
    });
    client.send_text(R"({"type":"hello","after":100})");
    bool ready = false;
    for (std::uint64_t expected = 101; expected <= future;) {
        const auto text = client.read_text();
        ASSERT_TRUE(text);
        if (*text == ready_text(expected - 1))
            ready = true;
        else
            ASSERT_EQ(*text, event_text(expected++));
    }
    publisher.join();
    if (!ready) ready = client.read_text() == ready_text(future);
    EXPECT_TRUE(ready);
    EXPECT_GE(server.log.pages, 58);
}

TEST(Live, SendsAwayWhoDoesNotSayHelloProperly) {
    for (const std::string_view message :
         {"hello",
          "{}",
          R"({"type":"bye"})",
          R"({"type":"hello","after":-1})",
          R"({"type":"hello","more":1})"}) {
        RunningServer server;
        auto client = connect(server);
        client.send_text(message);
        EXPECT_EQ(client.read_text(), std::nullopt) << message;
        EXPECT_EQ(client.close_code(), 1008) << message;
    }
}

TEST(Live, SendsAwayWhoSaysHelloTwiceOrNever) {
    ServerOptions options;
    options.live.hello_time = 100ms;
    RunningServer server(options);
    auto twice = connect(server, alice, "/live?after=0");
    EXPECT_EQ(twice.read_text(), ready_text(0));
    twice.send_text(R"({"type":"hello"})");
    EXPECT_EQ(twice.read_text(), std::nullopt);
    EXPECT_EQ(twice.close_code(), 1008);
    auto never = connect(server);
    EXPECT_EQ(never.read_text(), std::nullopt);
    EXPECT_EQ(never.close_code(), 1008);
}

TEST(Live, TakesTheLargestMessageAndRefusesOneByteMore) {
    ServerOptions options;
    options.live.message_bytes_max = 100;
    RunningServer server(options);
    const auto hello = [](std::size_t bytes) {
        const std::string text = R"({"type":"hello"})";
        return text + std::string(bytes - text.size(), ' ');
    };
    auto client = connect(server);
    client.send_text(hello(100));
    EXPECT_EQ(client.read_text(), ready_text(0));
    auto beyond = connect(server);
    beyond.send_text(hello(101));
    EXPECT_EQ(beyond.read_text(), std::nullopt);
    EXPECT_EQ(beyond.close_code(), 1009);
}

TEST(Live, LimitsListenersInAllAndPerAccount) {
    ServerOptions options;
    options.live.hub.listeners_max = 3;
    options.live.hub.per_account_max = 2;
    RunningServer server(options);
    const auto first = connect(server, alice), second = connect(server, alice);
    EXPECT_EQ(second.status(), 101);
    EXPECT_EQ(connect(server, alice).status(), 409);
    const auto third = connect(server, bob);
    EXPECT_EQ(third.status(), 101);
    EXPECT_EQ(connect(server, bob).status(), 503);
}

TEST(Live, DropsASlowClientWhileAnotherGetsEverything) {
    ServerOptions options;
    options.live.hub.queue = {.frames_max = 64, .bytes_max = 64 * 1024 * 1024};
    options.live.close_time = 5'000ms;
    RunningServer server(options);
    WsClient slow("127.0.0.1", server.port, "/live?after=0", alice, 4 * 1024);
    auto quick = connect(server, bob, "/live?after=0");
    EXPECT_EQ(slow.read_text(), ready_text(0));
    EXPECT_EQ(quick.read_text(), ready_text(0));
    const std::string large = "\"" + std::string(64 * 1024, 'x') + "\"";
    auto& dropped = server.metrics.counter("jishi_live_dropped_total", "");
    std::uint64_t sent = 0;
    for (; dropped.value() == 0 && sent < 2'000; ++sent) {
        server.publish(for_everyone(sent + 1, large));
        const auto text = quick.read_text();
        ASSERT_TRUE(text);
        ASSERT_EQ(text->substr(0, 30), frame_text(for_everyone(sent + 1, large)).substr(0, 30));
    }
    EXPECT_EQ(dropped.value(), 1U);
    while (slow.read_text())
        ;
    EXPECT_EQ(slow.close_code(), 1013);
    server.publish(for_everyone(sent + 1));
    EXPECT_EQ(quick.read_text(), event_text(sent + 1));
}

TEST(Live, PingsTheSilentAndDropsTheDead) {
    ServerOptions options;
    options.live.idle_time = 200ms;
    RunningServer server(options);
    RawSocket dead("127.0.0.1", server.port);
    dead.send("GET /live?after=0 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer alice\r\nConnection: "
              "Upgrade\r\nUpgrade: websocket\r\n"
              "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    EXPECT_EQ(dead.read_response().status, 101);
    const auto all = dead.read_until_closed();
    EXPECT_NE(all.find(std::string("\x89\x00", 2)), std::string::npos)
        << "a ping came before the end";
}

TEST(Live, EndsItsListenersWhenTheServerStopsOrTheAccountIsClosed) {
    RunningServer server;
    auto one = connect(server, alice, "/live?after=0");
    auto other = connect(server, bob, "/live?after=0");
    EXPECT_EQ(one.read_text(), ready_text(0));
    EXPECT_EQ(other.read_text(), ready_text(0));
    server.server->end_live({1});
    EXPECT_EQ(one.read_text(), std::nullopt);
    EXPECT_EQ(one.close_code(), 1001);
    server.publish(for_everyone(1));
    EXPECT_EQ(other.read_text(), event_text(1));
    server.server->stop();
    EXPECT_EQ(other.read_text(), std::nullopt);
    EXPECT_EQ(other.close_code(), 1001);
}

} // namespace
} // namespace jishi::protocol
