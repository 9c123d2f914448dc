// Who listens, and what each still has to be sent. The hub lives on the I/O thread and is touched
// by no other; it knows no sockets. A listener's queue is bounded: who cannot keep up is dropped,
// and nobody else notices.
#pragma once

#include "market/ids.hpp"
#include "protocol/metrics.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

namespace jishi::protocol {

struct LiveEvent {
    std::uint64_t sequence = 0;              // rising; the order of the event log
    std::string json{};                      // one JSON value, sent as the frame's "event"
    std::vector<market::IdBytes> audience{}; // who may see it: whatever ids Audience::ids hold
    bool operators = false;                  // operators may see it too
    bool everyone = false;
};

// {"type":"event","seq":7,"event":...}
std::string frame_text(const LiveEvent& event);

// Who a listener is, as the event's audience names it.
struct Audience {
    market::IdBytes account{};          // whose number of sockets is limited
    std::vector<market::IdBytes> ids{}; // sees events of any of these
    bool is_operator = false;

    bool may_see(const LiveEvent& event) const;
};

struct QueueLimits {
    std::size_t frames_max = 256;
    std::size_t bytes_max = std::size_t{1024} * 1024;
};

// One listener's frames that wait to be written.
class Listener {
public:
    enum class State : std::uint8_t { listening, too_slow, ending };

    Listener(Audience audience, QueueLimits limits, std::function<void()> wake)
        : audience_(std::move(audience)), limits_(limits), wake_(std::move(wake)) {}

    const Audience& audience() const { return audience_; }
    State state() const { return state_; }

    struct Frame {
        std::uint64_t sequence = 0;
        std::shared_ptr<const std::string> text;
    };
    bool empty() const { return frames_.empty(); }
    Frame take(); // REQUIRES !empty()
    void forget_up_to(std::uint64_t sequence);

private:
    friend class Hub;
    void push(const Frame& frame);
    void end(State state);

    Audience audience_;
    QueueLimits limits_;
    std::function<void()> wake_; // after a frame came or the state changed
    std::deque<Frame> frames_;
    std::size_t bytes_ = 0;
    State state_ = State::listening;
};

class Hub {
public:
    struct Limits {
        std::size_t listeners_max = 2'000;
        std::size_t per_account_max = 8;
        QueueLimits queue;
    };

    // `latest` is the sequence of the newest event in the log at start.
    Hub(Limits limits, std::uint64_t latest, Metrics& metrics);

    enum class Admission : std::uint8_t { admitted, hub_full, account_full };
    Admission admission(const market::IdBytes& account) const;

    // Stays in the hub as long as the guard lives.
    class Subscription {
    public:
        Subscription(Hub& hub, Audience audience, std::function<void()> wake);
        ~Subscription();
        Subscription(const Subscription&) = delete;
        Subscription& operator=(const Subscription&) = delete;
        Listener* operator->() { return &*place_; }

    private:
        Hub& hub_;
        std::list<Listener>::iterator place_;
    };

    void publish(const std::shared_ptr<const LiveEvent>& event);
    std::uint64_t latest() const { return latest_; }
    std::size_t size() const { return listeners_.size(); }
    void end_all();
    void end_account(const market::IdBytes& account); // its session was revoked

private:
    Limits limits_;
    std::uint64_t latest_;
    std::list<Listener> listeners_;
    Gauge& clients_;
    Counter& published_;
    Counter& dropped_;
};

} // namespace jishi::protocol
