#include "protocol/ws/hub.hpp"

#include "protocol/json/writer.hpp"

#include <algorithm>
#include <cassert>

namespace jishi::protocol {

std::string frame_text(const LiveEvent& event) {
    json::Writer out;
    out.begin_object()
        .field("type", "event")
        .field("seq", event.sequence)
        .key("event")
        .raw(event.json)
        .end_object();
    return out.take();
}

bool Audience::may_see(const LiveEvent& event) const {
    if (event.everyone || (event.operators && is_operator)) return true;
    return std::ranges::any_of(ids, [&](const auto& id) {
        return std::ranges::find(event.audience, id) != event.audience.end();
    });
}

Listener::Frame Listener::take() {
    assert(!frames_.empty());
    auto frame = std::move(frames_.front());
    frames_.pop_front();
    bytes_ -= frame.text->size();
    return frame;
}

void Listener::forget_up_to(std::uint64_t sequence) {
    while (!frames_.empty() && frames_.front().sequence <= sequence)
        take();
}

void Listener::push(const Frame& frame) {
    if (state_ != State::listening) return;
    if (frames_.size() >= limits_.frames_max || bytes_ + frame.text->size() > limits_.bytes_max)
        return end(State::too_slow);
    frames_.push_back(frame);
    bytes_ += frame.text->size();
    wake_();
}

void Listener::end(State state) {
    if (state_ != State::listening) return;
    state_ = state;
    frames_.clear(); // the client comes back with the last sequence it saw
    bytes_ = 0;
    wake_();
}

Hub::Hub(Limits limits, std::uint64_t latest, Metrics& metrics)
    : limits_(limits), latest_(latest),
      clients_(metrics.gauge("jishi_live_clients", "WebSocket listeners")),
      published_(metrics.counter("jishi_live_events_total", "Events handed to the hub")),
      dropped_(metrics.counter(
          "jishi_live_dropped_total", "Listeners dropped because they were too slow"
      )) {}

Hub::Admission Hub::admission(const market::IdBytes& account) const {
    if (listeners_.size() >= limits_.listeners_max) return Admission::hub_full;
    const auto same = std::ranges::count_if(listeners_, [&](const Listener& listener) {
        return listener.audience().account == account;
    });
    return std::cmp_less(same, limits_.per_account_max) ? Admission::admitted
                                                        : Admission::account_full;
}

Hub::Subscription::Subscription(Hub& hub, Audience audience, std::function<void()> wake)
    : hub_(hub), place_(hub.listeners_.emplace(
                     hub.listeners_.end(), std::move(audience), hub.limits_.queue, std::move(wake)
                 )) {
    hub_.clients_.add(1);
}

Hub::Subscription::~Subscription() {
    hub_.listeners_.erase(place_);
    hub_.clients_.add(-1);
}

void Hub::publish(const std::shared_ptr<const LiveEvent>& event) {
    published_.add();
    latest_ = std::max(latest_, event->sequence);
    Listener::Frame frame{.sequence = event->sequence, .text = nullptr};
    for (auto& listener : listeners_) {
        if (listener.state() != Listener::State::listening || !listener.audience().may_see(*event))
            continue;
        if (!frame.text) frame.text = std::make_shared<const std::string>(frame_text(*event));
        listener.push(frame);
        if (listener.state() == Listener::State::too_slow) dropped_.add();
    }
}

void Hub::end_all() {
    for (auto& listener : listeners_)
        listener.end(Listener::State::ending);
}

void Hub::end_account(const market::IdBytes& account) {
    for (auto& listener : listeners_)
        if (listener.audience().account == account) listener.end(Listener::State::ending);
}

} // namespace jishi::protocol
