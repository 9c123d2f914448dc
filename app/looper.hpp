// A thread that works until there is nothing to do, then sleeps until it is woken or a period has
// passed. What goes wrong is logged and tried again.
#pragma once

#include "protocol/metrics.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace jishi::app {

class Looper {
public:
    // `step` does a bounded piece of work and returns whether there may be more.
    Looper(
        std::string name,
        std::chrono::milliseconds period,
        protocol::Metrics& metrics,
        std::function<bool()> step
    );
    ~Looper() { stop(); }

    void start();
    void stop(); // after the step that runs
    void wake(); // from any thread

private:
    void run();

    const std::string name_;
    const std::chrono::milliseconds period_;
    const std::function<bool()> step_;
    protocol::Counter& failures_; // in a row or not: one that grows is stuck
    std::mutex mutex_;
    std::condition_variable woken_;
    bool has_work_ = false, stopping_ = false;
    std::thread thread_;
};

} // namespace jishi::app
