// From a coroutine on the I/O thread to a worker and back; for this library's .cpp files only.
#pragma once

#include "protocol/net.hpp"
#include "protocol/work_pool.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>

#include <memory>
#include <utility>

namespace jishi::protocol {

enum class Hop : std::uint8_t { done, queue_full, too_late };

// Runs `work` on a worker and resumes here. Nothing can interrupt running work, so the caller's
// frame stays suspended until it is through: `work` may refer to it. `work` must not throw.
template<class Work>
Awaitable<Hop> on_worker(WorkPool& pool, Executor executor, Clock::time_point latest, Work& work) {
    auto initiate = [&pool, executor, latest, &work](auto handler) {
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        auto resume = [executor, shared](Hop outcome) {
            asio::post(executor, [shared, outcome] { std::move (*shared)(outcome); });
        };
        const bool taken = pool.submit(latest, [resume, &work](bool in_time) {
            if (in_time) work();
            resume(in_time ? Hop::done : Hop::too_late);
        });
        if (!taken) resume(Hop::queue_full);
    };
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<Executor>, void(Hop)>(
        initiate, use_awaitable
    );
}

} // namespace jishi::protocol
