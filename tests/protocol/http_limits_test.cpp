// What happens at the limits of time, number and life: slow clients, too many of them, a server
// that stops.
#include "protocol/json/reader.hpp"
#include "tests/protocol/running_server.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <sys/resource.h>

namespace jishi::protocol {
namespace {

using namespace test;
using namespace std::chrono_literals;

constexpr std::string_view slow_request = "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view quick_request = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";

TEST(HttpLimits, TellsASlowHeadThatItsTimeIsUp) {
    ServerOptions options;
    options.http.header_time = 150ms;
    RunningServer server(options);
    auto socket = server.raw();
    socket.send("GET /hello HTTP/1.1\r\nHost:");
    EXPECT_EQ(socket.read_response().status, 408);
    EXPECT_TRUE(socket.closed());
}

TEST(HttpLimits, DoesNotGiveADrippingHeadMoreTime) {
    ServerOptions options;
    options.http.header_time = 300ms;
    RunningServer server(options);
    auto socket = server.raw();
    std::atomic<bool> over{false};
    std::thread dripping([&] {
        socket.send("GET /hello HTTP/1.1\r\n");
        while (!over) {
            socket.send("X-A: b\r\n");
            std::this_thread::sleep_for(20ms);
        }
    });
    const auto status = socket.read_response().status;
    over = true;
    dripping.join();
    EXPECT_EQ(status, 408);
}

TEST(HttpLimits, TellsASlowBodyThatItsTimeIsUp) {
    ServerOptions options;
    options.http.body_time = 150ms;
    RunningServer server(options);
    auto socket = server.raw();
    socket.send("POST /notes HTTP/1.1\r\nHost: a\r\nContent-Type: "
                "application/json\r\nContent-Length: 10\r\n\r\n{");
    EXPECT_EQ(socket.read_response().status, 408);
    EXPECT_TRUE(socket.closed());
}

TEST(HttpLimits, ClosesAnIdleConnectionWithoutAWord) {
    ServerOptions options;
    options.http.idle_time = 150ms;
    RunningServer server(options);
    auto socket = server.raw();
    EXPECT_TRUE(socket.closed());
    auto used = server.raw();
    used.send(quick_request);
    EXPECT_EQ(used.read_response().status, 200);
    EXPECT_TRUE(used.closed());
}

TEST(HttpLimits, AdmitsTheLastConnectionAndRefusesTheNext) {
    ServerOptions options;
    options.http.connections_max = 3;
    RunningServer server(options);
    std::vector<RawSocket> sockets;
    for (int i = 0; i < 3; ++i) {
        sockets.push_back(server.raw());
        sockets.back().send(quick_request);
        EXPECT_EQ(sockets.back().read_response().status, 200);
    }
    {
        auto beyond = server.raw();
        beyond.send(quick_request);
        const auto refused = beyond.read_response();
        EXPECT_EQ(refused.status, 503);
        EXPECT_FALSE(refused.header("retry-after").empty());
        EXPECT_TRUE(beyond.closed());
    }
    sockets.pop_back();
    for (int status = 503; status != 200;) {
        auto later = server.raw();
        later.send(quick_request);
        status = later.read_response().status;
    }
    EXPECT_NE(
        server.metrics.text().find("jishi_http_connections_refused_total"), std::string::npos
    );
}

TEST(HttpLimits, QueuesAsManyRequestsAsItMayAndRefusesTheNext) {
    ServerOptions options;
    options.workers = 2;
    options.queue_max = 3;
    RunningServer server(options);
    std::vector<RawSocket> sockets;
    for (int i = 0; i < 2; ++i) {
        sockets.push_back(server.raw());
        sockets.back().send(slow_request);
    }
    server.gate.await_waiting(2);
    auto& depth = server.metrics.gauge("jishi_http_queue_depth", "");
    for (int i = 1; i <= 3; ++i) {
        sockets.push_back(server.raw());
        sockets.back().send(slow_request);
        while (depth.value() < i)
            std::this_thread::yield();
    }
    auto beyond = server.raw();
    beyond.send(slow_request);
    const auto refused = beyond.read_response();
    EXPECT_EQ(refused.status, 503);
    EXPECT_FALSE(refused.header("retry-after").empty());
    beyond.send(quick_request);
    EXPECT_EQ(beyond.read_response().status, 200)
        << "memory routes are served while the workers are busy";
    server.gate.open();
    for (auto& socket : sockets)
        EXPECT_EQ(socket.read_response().body, "done");
}

TEST(HttpLimits, RefusesARequestThatWaitedTooLongForAWorker) {
    ServerOptions options;
    options.workers = 1;
    options.http.queue_time = 20ms;
    RunningServer server(options);
    auto first = server.raw();
    first.send(slow_request);
    server.gate.await_waiting(1);
    auto second = server.raw();
    second.send(slow_request);
    auto& depth = server.metrics.gauge("jishi_http_queue_depth", "");
    while (depth.value() < 1)
        std::this_thread::yield();
    std::this_thread::sleep_for(40ms);
    server.gate.open();
    EXPECT_EQ(first.read_response().status, 200);
    EXPECT_EQ(second.read_response().status, 503);
}

TEST(HttpLimits, FinishesTheRunningRequestWhenStopped) {
    RunningServer server;
    auto running = server.raw();
    auto idle = server.raw();
    idle.send(quick_request);
    EXPECT_EQ(idle.read_response().status, 200);
    running.send(slow_request);
    server.gate.await_waiting(1);

    server.server->stop();
    EXPECT_TRUE(idle.closed());
    EXPECT_ANY_THROW(for (;;) {
        auto refused = server.raw();
        refused.send(quick_request);
        refused.read_response();
    });
    server.gate.open();
    const auto response = running.read_response();
    EXPECT_EQ(response.body, "done");
    EXPECT_EQ(response.header("connection"), "close");
    server.thread.join();
}

TEST(HttpLimits, CutsOffWhatOutlivesTheDrainTime) {
    ServerOptions options;
    options.http.drain_time = 100ms;
    RunningServer server(options);
    auto stuck = server.raw();
    stuck.send("POST /notes HTTP/1.1\r\nHost: a\r\nContent-Type: "
               "application/json\r\nContent-Length: 10\r\n\r\n{");
    auto seen = server.raw();
    seen.send(quick_request);
    EXPECT_EQ(seen.read_response().status, 200);
    server.stop();
    SUCCEED() << "run() returned although a client never finished its request";
}

TEST(HttpLimits, SurvivesRunningOutOfDescriptors) {
    RunningServer server;
    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
    std::vector<RawSocket> waiting;
    waiting.push_back(server.raw());
    waiting.back().send(quick_request);
    EXPECT_EQ(waiting.back().read_response().status, 200);
    const int next = dup(0);
    close(next);
    // Our own end of the next connection is the last descriptor there is.
    rlimit tight{static_cast<rlim_t>(next) + 1, before.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &tight), 0);
    waiting.push_back(server.raw());
    waiting.back().send(quick_request);
    waiting.front().send(quick_request);
    EXPECT_EQ(waiting.front().read_response().status, 200);
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
    EXPECT_EQ(waiting.back().read_response().status, 200);
}

TEST(HttpLimits, ServesManyClientsAtOnce) {
    RunningServer server;
    std::vector<std::thread> threads;
    std::atomic<int> good{0};
    for (int t = 0; t < 8; ++t)
        threads.emplace_back([&, t] {
            auto client = server.client();
            for (int i = 0; i < 50; ++i) {
                const auto name = std::to_string(t) + "x" + std::to_string(i);
                good += client.get("/notes/" + name).body == "{\"title\":\"" + name + "\"}";
                good += client.get("/hello").body == "hello";
            }
        });
    for (auto& thread : threads)
        thread.join();
    EXPECT_EQ(good, 800);
}

} // namespace
} // namespace jishi::protocol
