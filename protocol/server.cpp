#include "protocol/server.hpp"

#include "protocol/core.hpp"
#include "protocol/response_head.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>

namespace jishi::protocol {

namespace {

constexpr std::chrono::milliseconds tick{50};

void begin_stop(ServerCore& core) {
    if (core.stopping) return;
    core.stopping = true;
    core.stop_deadline = Clock::now() + core.options.http.drain_time;
    boost::system::error_code ignored;
    core.acceptor.close(ignored);
    core.accept_pause.cancel();
    core.hub.end_all();
    for (auto& connection : core.connections)
        connection.ask_to_end();
}

// Cancels what is over its time. Cancelling twice is harmless, so what slipped through is caught by
// the next tick.
void expire(ServerCore& core, Clock::time_point now) {
    const bool cut_off = core.stopping && now > core.stop_deadline;
    for (auto& connection : core.connections)
        if (cut_off || now > connection.deadline) {
            connection.timed_out = true;
            connection.cancel();
        }
}

Awaitable<> keep_time(ServerCore& core) {
    Timer timer(core.io.get_executor());
    std::time_t dated = 0;
    while (!core.stopping || !core.connections.empty()) {
        if (const auto now = std::time(nullptr); now != dated) core.date = http_date(dated = now);
        expire(core, Clock::now());
        timer.expires_after(tick);
        co_await timer.async_wait(no_throw);
    }
}

} // namespace

Server::Server(
    ServerOptions options, RouteTable routes, Callbacks callbacks, LiveFeed live, Metrics& metrics
)
    : core_(std::make_unique<ServerCore>(
          std::move(options), std::move(routes), std::move(callbacks), std::move(live), metrics
      )) {}

Server::~Server() = default;

std::uint16_t Server::bind() {
    const auto address = asio::ip::make_address(core_->options.address);
    const asio::ip::tcp::endpoint endpoint(address, core_->options.port);
    core_->acceptor.open(endpoint.protocol());
    core_->acceptor.set_option(asio::socket_base::reuse_address(true));
    core_->acceptor.bind(endpoint);
    core_->acceptor.listen();
    return core_->acceptor.local_endpoint().port();
}

void Server::run() {
    auto& core = *core_;
    core.date = http_date(std::time(nullptr));
    asio::co_spawn(core.io, accept_connections(core), asio::detached);
    asio::co_spawn(core.io, keep_time(core), asio::detached);
    core.io.run();
    core.pool.join();
}

void Server::stop() {
    asio::post(core_->io, [core = core_.get()] { begin_stop(*core); });
}

void Server::publish(std::shared_ptr<const LiveEvent> event) {
    asio::post(core_->io, [core = core_.get(), event = std::move(event)] {
        core->hub.publish(event);
    });
}

void Server::end_live(const market::IdBytes& account) {
    asio::post(core_->io, [core = core_.get(), account] { core->hub.end_account(account); });
}

} // namespace jishi::protocol
