#include "app/commands.hpp"
#include "app/demo.hpp"
#include "app/node.hpp"

#include <spdlog/spdlog.h>

#include <csignal>
#include <cstdio>
#include <mutex>
#include <thread>

namespace jishi::app {

namespace {

// Ctrl-C and SIGTERM stop the node in order; a second one ends the program at once.
class SignalWatch {
public:
    // Call before any thread is started: all of them inherit the mask.
    SignalWatch() {
        sigemptyset(&set_);
        sigaddset(&set_, SIGINT);
        sigaddset(&set_, SIGTERM);
        sigaddset(&set_, SIGUSR2); // our own: the watch is over
        pthread_sigmask(SIG_BLOCK, &set_, nullptr);
        std::signal(SIGPIPE, SIG_IGN);
        thread_ = std::thread([this] { watch(); });
    }
    ~SignalWatch() {
        pthread_kill(thread_.native_handle(), SIGUSR2);
        thread_.join();
    }

    // From here on a signal stops `node` in order; before, it ends the program at once (the
    // database recovers by itself). `node` must outlive the watch or be let go.
    void guard(Node* node) {
        const std::lock_guard lock(mutex_);
        node_ = node;
    }

private:
    void watch() {
        for (int times = 0;; ++times) {
            int signal = 0;
            sigwait(&set_, &signal);
            if (signal == SIGUSR2) return;
            const std::lock_guard lock(mutex_);
            if (times > 0 || !node_) std::_Exit(128 + signal);
            spdlog::info("stopping: no new requests, running ones are finished");
            node_->stop();
        }
    }

    std::mutex mutex_;
    Node* node_ = nullptr;
    sigset_t set_{};
    std::thread thread_;
};

} // namespace

int serve(const Settings& settings) {
    SignalWatch signals;
    Node node(settings);
    const auto address = "http://" + settings.text("address") + ":" + std::to_string(node.port());
    if (!settings.text("demo").empty()) {
        const auto logins = load_demo(node.store(), settings.text("demo"), settings.text("data"));
        std::fputs(demo_welcome(logins, address).c_str(), stdout);
    }
    signals.guard(&node);
    try {
        node.run([&] {
            std::printf("技市 Jishi %s is open: %s\n", JISHI_VERSION, address.c_str());
            std::fflush(stdout);
        });
    } catch (...) {
        signals.guard(nullptr);
        throw;
    }
    signals.guard(nullptr);
    spdlog::info("stopped");
    return 0;
}

} // namespace jishi::app
