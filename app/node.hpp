// The parts list: everything a running market consists of, put together in one place.
#pragma once

#include "app/database.hpp"
#include "app/index_keeper.hpp"
#include "app/learner.hpp"
#include "app/looper.hpp"
#include "app/matcher.hpp"
#include "app/relay.hpp"
#include "app/settings.hpp"
#include "protocol/server.hpp"
#include "protocol/services.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <utility>

namespace jishi::app {

class Node {
public:
    // Brings the database up, reads the index where it was kept, listens; serves only when run() is
    // called.
    explicit Node(const Settings& settings);
    ~Node();

    std::uint16_t port() const { return port_; }
    storage::Store& store() { return store_; }

    // Until stop(); drains. Reads are served of what is loaded; `loaded` is called, on some thread,
    // when that is everything.
    void run(std::function<void()> loaded);
    void stop(); // from any thread

private:
    Learner::Parts learner_parts();
    IndexKeeper::Parts keeper_parts();
    protocol::Services make_services();
    protocol::Callbacks make_callbacks();
    protocol::LiveFeed make_live_feed();
    std::vector<protocol::Route> make_routes();
    void observe();
    void stop_loopers();
    void end_expired_live();

    const Settings& settings_;
    protocol::Metrics metrics_;
    Database database_;
    storage::Store store_;
    storage::EventLog log_;
    matching::Engine engine_;
    Relay relay_;
    Matcher matcher_;
    Learner learner_;
    IndexKeeper keeper_;
    std::function<void()> when_loaded_;
    // Threads: relay, matcher, time, learner, index.
    Looper carrying_, matching_, sweeping_, learning_, keeping_;
    protocol::Services services_;
    std::string openapi_;
    std::unique_ptr<protocol::Server> server_;
    std::mutex live_mutex_;
    std::set<std::pair<market::Instant, market::MemberId>>
        live_until_; // ends of open sockets' sessions
    std::uint16_t port_ = 0;
};

} // namespace jishi::app
