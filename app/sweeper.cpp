#include "app/sweeper.hpp"

#include "market/timers.hpp"

#include <spdlog/spdlog.h>

namespace jishi::app {

namespace {

constexpr std::uint32_t batch = 50; // a unit of work stays short
constexpr std::int64_t answers_kept_us = 48 * market::hour_us;

} // namespace

Sweeper::Sweeper(storage::Store& store, std::chrono::milliseconds period, std::function<void()> fired)
    : store_(store), period_(period), fired_(std::move(fired)) {}

void Sweeper::start() {
    thread_ = std::thread([this] { run(); });
}

void Sweeper::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    woken_.notify_all();
    if (thread_.joinable()) thread_.join();
}

std::size_t Sweeper::sweep() {
    std::size_t all = 0;
    for (;;) {
        const auto fired = store_.run([](market::Books& books) { return market::expire_due(books, batch); });
        all += fired;
        if (fired == 0) break;
    }
    store_.run([](market::Books& books) { books.answers.forget_before(books.now + -answers_kept_us); });
    return all;
}

void Sweeper::run() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        lock.unlock();
        try {
            if (sweep() > 0) fired_();
        } catch (const std::exception& error) {
            spdlog::warn("sweeper: {}; trying again", error.what());
        }
        lock.lock();
        woken_.wait_for(lock, period_, [this] { return stopping_; });
    }
}

} // namespace jishi::app
