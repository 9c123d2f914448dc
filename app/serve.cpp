#include "app/commands.hpp"
#include "app/demo.hpp"
#include "app/node.hpp"

#include <spdlog/spdlog.h>

#include <csignal>
#include <cstdio>
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
    }
    ~SignalWatch() {
        if (!thread_.joinable()) return;
        pthread_kill(thread_.native_handle(), SIGUSR2);
        thread_.join();
    }

    void watch(Node& node) {
        thread_ = std::thread([this, &node] {
            for (int times = 0;; ++times) {
                int signal = 0;
                sigwait(&set_, &signal);
                if (signal == SIGUSR2) return;
                if (times > 0) std::_Exit(130);
                spdlog::info("stopping: no new requests, running ones are finished");
                node.stop();
            }
        });
    }

private:
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
    std::printf("技市 Jishi %s is open: %s\n", JISHI_VERSION, address.c_str());
    std::fflush(stdout);
    signals.watch(node);
    node.run();
    spdlog::info("stopped");
    return 0;
}

} // namespace jishi::app
