#include "app/looper.hpp"

#include <spdlog/spdlog.h>

namespace jishi::app {

namespace {

constexpr std::chrono::milliseconds pause_after_failure{1'000};

} // namespace

Looper::Looper(
    std::string name,
    std::chrono::milliseconds period,
    protocol::Metrics& metrics,
    std::function<bool()> step
)
    : name_(std::move(name)), period_(period), step_(std::move(step)),
      failures_(metrics.counter(
          "jishi_loop_failures_total", "steps of a background loop that failed", {{"loop", name_}}
      )) {}

void Looper::start() {
    thread_ = std::thread([this] { run(); });
}

void Looper::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    woken_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void Looper::wake() {
    {
        const std::lock_guard lock(mutex_);
        has_work_ = true;
    }
    woken_.notify_one();
}

void Looper::run() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        has_work_ = false;
        lock.unlock();
        bool more = false, failed = false;
        try {
            more = step_();
        } catch (const std::exception& error) {
            spdlog::warn("{}: {}; trying again", name_, error.what());
            failures_.add();
            failed = true;
        }
        lock.lock();
        if (failed)
            woken_.wait_for(lock, pause_after_failure, [this] { return stopping_; });
        else if (!more)
            woken_.wait_for(lock, period_, [this] { return stopping_ || has_work_; });
    }
}

} // namespace jishi::app
