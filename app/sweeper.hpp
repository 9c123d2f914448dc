// Time's thread: fires what is due and forgets what has served its time.
#pragma once

#include "storage/store.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace jishi::app {

class Sweeper {
public:
    // `fired` is called after something expired.
    Sweeper(storage::Store& store, std::chrono::milliseconds period, std::function<void()> fired);
    ~Sweeper() { stop(); }

    void start();
    void stop();

    // One round on the calling thread: how many things expired.
    std::size_t sweep();

private:
    void run();

    storage::Store& store_;
    const std::chrono::milliseconds period_;
    std::function<void()> fired_;
    std::mutex mutex_;
    std::condition_variable woken_;
    bool stopping_ = false;
    std::thread thread_;
};

} // namespace jishi::app
