#include "protocol/core.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <spdlog/spdlog.h>

namespace jishi::protocol {

namespace {

// Connections beyond the limit that are told so; the ones beyond that are closed without a word.
constexpr std::size_t refusals_max = 64;

// Out of descriptors or memory: trying again at once would spin.
constexpr std::chrono::milliseconds accept_pause_time{100};

} // namespace

Awaitable<> accept_connections(ServerCore& core) {
    const auto executor = core.io.get_executor();
    while (!core.stopping) {
        Socket socket(executor);
        const auto accepted = co_await core.acceptor.async_accept(socket, no_throw);
        const auto error = std::get<0>(accepted);
        if (core.stopping) break;
        if (error == asio::error::connection_aborted) continue;
        if (error) {
            spdlog::warn("accept: {}", error.message());
            core.accept_pause.expires_after(accept_pause_time);
            co_await core.accept_pause.async_wait(no_throw);
            continue;
        }
        const auto open = core.connections.size();
        const bool admitted = open < core.options.http.connections_max;
        if (!admitted) core.stats.refused_connections.add();
        if (open >= core.options.http.connections_max + refusals_max) continue;
        boost::system::error_code ignored;
        socket.set_option(asio::ip::tcp::no_delay(true), ignored);
        // The second place where exceptions end: what a session could not handle costs that session
        // only.
        asio::co_spawn(
            executor,
            serve_connection(core, std::move(socket), admitted),
            [](const std::exception_ptr& failure) {
                try {
                    if (failure) std::rethrow_exception(failure);
                } catch (const std::exception& what) {
                    spdlog::error("session: {}", what.what());
                }
            }
        );
    }
}

} // namespace jishi::protocol
