// What the accept loop, the sessions and the ticker share; for this library's .cpp files only.
// Everything but the pool and the metrics belongs to the I/O thread.
#pragma once

#include "protocol/dispatch.hpp"
#include "protocol/net.hpp"
#include "protocol/server.hpp"
#include "protocol/work_pool.hpp"

#include <functional>
#include <list>
#include <string>
#include <unordered_map>

namespace jishi::protocol {

// One connection as the ticker sees it. One coarse ticker for all of them replaces a timer
// operation per request.
struct Connection {
    Clock::time_point deadline = Clock::time_point::max();
    bool timed_out = false;
    std::function<void()> cancel{};     // aborts whatever the connection waits for
    std::function<void()> ask_to_end{}; // finish what is running, then close

    void arm(std::chrono::milliseconds limit) {
        deadline = Clock::now() + limit;
        timed_out = false;
    }
    void disarm() { deadline = Clock::time_point::max(); }
};

// Requests by route and status. Only the I/O thread finishes requests, so the look-ups need no
// lock.
class RequestStats {
public:
    explicit RequestStats(Metrics& metrics);

    Gauge& connections;
    Gauge& in_flight;
    Counter& refused_connections;
    Gauge& queue_depth;

    // `operation` is the route's, or "none" where no route was found.
    void finished(std::string_view operation, int status, Clock::duration took);

private:
    struct ByRoute {
        Histogram* latency = nullptr;
        std::unordered_map<int, Counter*> by_status;
    };
    Metrics& metrics_;
    std::unordered_map<std::string_view, ByRoute> routes_;
};

struct ServerCore {
    ServerCore(
        ServerOptions options,
        RouteTable routes,
        Callbacks callbacks,
        LiveFeed live,
        Metrics& metrics
    );

    const ServerOptions options;
    const RouteTable routes;
    const Callbacks callbacks;
    const LiveFeed live;
    RequestStats stats;
    Dispatcher dispatcher{routes, callbacks};
    Hub hub;

    asio::io_context io{1};
    Acceptor acceptor{io.get_executor()};
    Timer accept_pause{io.get_executor()};
    std::list<Connection> connections;
    bool stopping = false;
    Clock::time_point stop_deadline{};
    std::string date;
    // Last, so that the workers have ended before what their jobs refer to goes away.
    WorkPool pool;

    std::string next_request_id();
    bool origin_allowed(std::string_view origin) const;

private:
    std::string request_id_prefix_;
    std::uint64_t request_count_ = 0;
};

// Keeps a connection in the list for as long as its session lives.
class ConnectionGuard {
public:
    explicit ConnectionGuard(ServerCore& core)
        : core_(core), place_(core.connections.emplace(core.connections.end())) {
        core_.stats.connections.add(1);
    }
    ~ConnectionGuard() {
        core_.connections.erase(place_);
        core_.stats.connections.add(-1);
    }
    ConnectionGuard(const ConnectionGuard&) = delete;
    ConnectionGuard& operator=(const ConnectionGuard&) = delete;
    Connection& operator*() { return *place_; }

private:
    ServerCore& core_;
    std::list<Connection>::iterator place_;
};

Awaitable<> accept_connections(ServerCore& core);

// `admitted` is false for a connection beyond the limit: it is answered 503 and closed.
Awaitable<> serve_connection(ServerCore& core, Socket socket, bool admitted);

// Takes over a connection whose request asked for an upgrade: `request_head` is its bytes. Ends
// with the connection.
Awaitable<> serve_live(
    ServerCore& core,
    Socket socket,
    Connection& connection,
    std::string request_head,
    std::optional<std::uint64_t> after,
    Audience audience
);

} // namespace jishi::protocol
