#include "protocol/work_pool.hpp"

#include <utility>

namespace jishi::protocol {

WorkPool::WorkPool(std::size_t threads, std::size_t queue_max, Gauge& depth)
    : queue_max_(queue_max), depth_(depth) {
    for (std::size_t i = 0; i < threads; ++i)
        threads_.emplace_back([this] { work(); });
}

bool WorkPool::submit(Clock::time_point latest, Job job) {
    {
        const std::lock_guard lock(mutex_);
        if (joining_ || queue_.size() >= queue_max_) return false;
        queue_.push_back({latest, std::move(job)});
        depth_.add(1);
    }
    arrived_.notify_one();
    return true;
}

void WorkPool::join() {
    {
        const std::lock_guard lock(mutex_);
        joining_ = true;
    }
    arrived_.notify_all();
    for (auto& thread : threads_)
        thread.join();
    threads_.clear();
}

void WorkPool::work() {
    for (;;) {
        std::unique_lock lock(mutex_);
        arrived_.wait(lock, [this] { return joining_ || !queue_.empty(); });
        if (queue_.empty()) return;
        auto next = std::move(queue_.front());
        queue_.pop_front();
        depth_.add(-1);
        const bool in_time = !joining_ && Clock::now() <= next.latest;
        lock.unlock();
        next.job(in_time);
    }
}

} // namespace jishi::protocol
