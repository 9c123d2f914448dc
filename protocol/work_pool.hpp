// Threads for everything that may block: the database, password hashing. The queue is bounded; what
// does not fit is refused at once, what waited too long is told so instead of being run.
#pragma once

#include "protocol/metrics.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace jishi::protocol {

class WorkPool {
public:
    using Clock = std::chrono::steady_clock;
    // Called once, on a worker. `in_time` is false when the job was picked up after `latest` or
    // after join() began. It must not throw.
    using Job = std::function<void(bool in_time)>;

    WorkPool(std::size_t threads, std::size_t queue_max, Gauge& depth);
    ~WorkPool() { join(); }

    // False when the queue is full or the pool has been joined; the job is then not called.
    bool submit(Clock::time_point latest, Job job);

    // Lets running jobs finish, calls the waiting ones with false. Jobs refer to suspended
    // coroutines, so: stop accepting, drain, join, and only then destroy the io_context.
    void join();

private:
    struct Waiting {
        Clock::time_point latest;
        Job job;
    };
    void work();

    const std::size_t queue_max_;
    Gauge& depth_;
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<Waiting> queue_;
    bool joining_ = false;
    std::vector<std::thread> threads_;
};

} // namespace jishi::protocol
