// The HTTP and WebSocket server: one I/O thread (the one that calls run) and a pool of workers for
// whatever may block.
#pragma once

#include "protocol/dispatch.hpp"
#include "protocol/metrics.hpp"
#include "protocol/routes.hpp"
#include "protocol/ws/hub.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace jishi::protocol {

// Every limit of a connection; each is tested at its value and one beyond.
struct HttpLimits {
    std::size_t connections_max = 1'024; // the next is answered 503 and closed
    std::size_t header_bytes_max = 8'192;
    std::size_t body_bytes_max = std::size_t{1024} * 1024; // a route may set its own
    std::chrono::milliseconds idle_time{60'000};           // between requests
    std::chrono::milliseconds header_time{10'000};         // from its first byte to its end
    std::chrono::milliseconds body_time{30'000};
    std::chrono::milliseconds write_time{30'000};
    std::chrono::milliseconds queue_time{
        5'000}; // a request that waited longer for a worker is answered 503
    std::chrono::milliseconds drain_time{10'000}; // for running requests when the server stops
};

struct LiveLimits {
    Hub::Limits hub;
    std::size_t message_bytes_max = 4'096; // from a client
    std::size_t replay_page = 200;         // events asked of load_after at once
    std::chrono::milliseconds hello_time{10'000};
    std::chrono::milliseconds idle_time{
        60'000}; // pinged at half of it, closed when nothing comes back
    std::chrono::milliseconds close_time{2'000}; // for a dropped client to take its close frame
};

struct ServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0; // 0: any free one; bind() tells
    std::size_t workers = 8;
    std::size_t queue_max = 256; // requests that wait for a worker
    HttpLimits http;
    LiveLimits live;
    std::vector<std::string> cors_origins{}; // none: no CORS headers at all
};

// What the route with `live` set needs; both run on a worker and may throw.
struct LiveFeed {
    // The caller has been authenticated as the route says.
    std::function<market::Result<Audience>(const Request&)> audience;
    // The events after `sequence`, rising, at most `limit`, for everyone (the hub filters); fewer
    // than `limit` means that there are no more at this moment. An event must be in the log before
    // it is published.
    std::function<std::vector<LiveEvent>(std::uint64_t sequence, std::size_t limit)> load_after;
    std::uint64_t latest_sequence = 0; // of the log at start
};

struct ServerCore;

class Server {
public:
    // `metrics` must outlive the server.
    Server(
        ServerOptions options,
        RouteTable routes,
        Callbacks callbacks,
        LiveFeed live,
        Metrics& metrics
    );
    ~Server();

    // Listens from here on; returns the port. Throws std::system_error when the address is taken.
    std::uint16_t bind();

    // Serves on this thread until stop(): then no more is accepted, running requests are finished,
    // idle connections closed, listeners sent a close frame; after drain_time the rest is cut off.
    // The workers have ended on return.
    void run();

    // The following may be called from any thread.
    void stop();
    void publish(std::shared_ptr<const LiveEvent> event);
    void end_live(const market::IdBytes& account); // closes its sockets

private:
    std::unique_ptr<ServerCore> core_;
};

} // namespace jishi::protocol
