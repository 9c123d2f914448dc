#include "app/relay.hpp"

#include "app/memory.hpp"
#include "protocol/live_json.hpp"

#include <spdlog/spdlog.h>

#include <iterator>
#include <set>
#include <utility>

namespace jishi::app {

namespace {

using market::ListingId;

// What the market shows of the listing now: a document, or the id of what is gone.
matching::Change change_of(market::Books& books, ListingId id) {
    if (auto document = live_document(books, id)) return *std::move(document);
    return id;
}

} // namespace

Relay::Relay(Parts parts)
    : parts_(std::move(parts)),
      lag_(parts_.metrics.gauge("jishi_relay_lag_events", "committed events not yet in the index")
      ) {}

std::uint64_t Relay::begin() {
    // Taken before the listings are read: what is committed meanwhile is carried again.
    while (parts_.log.stamp() > 0) {
    }
    return begin_ = parts_.log.last_position();
}

void Relay::go_on_from(std::uint64_t position) {
    for (;;) {
        const auto events = parts_.log.read_after(position, storage::EventLog::batch_max);
        if (events.empty()) break;
        update_index(events);
        position = events.back().position;
    }
    begin_ = position;
    position_.store(position, std::memory_order_release);
    loaded_.store(true, std::memory_order_release);
}

void Relay::load_batch() {
    if (!loading_) {
        began_ = Clock::now();
        loading_.emplace(parts_.store);
    }
    if (auto batch = loading_->next(); !batch.empty()) {
        const std::vector<matching::Change> changes(
            std::move_iterator(batch.begin()), std::move_iterator(batch.end())
        );
        try {
            parts_.engine.apply(changes);
        } catch (...) {
            loading_.reset(); // from the beginning, lest some be missing
            throw;
        }
        return;
    }
    loading_.reset();
    give_back_memory(); // that reading and merging needed
    position_.store(begin_, std::memory_order_release);
    loaded_.store(true, std::memory_order_release);
    const auto snapshot = parts_.engine.snapshot();
    spdlog::info(
        "index of {} listings read from the database in {:.1f} s",
        snapshot->count(market::ListingKind::achievement) +
            snapshot->count(market::ListingKind::need),
        std::chrono::duration<double>(Clock::now() - began_).count()
    );
    parts_.loaded();
}

bool Relay::step() {
    if (!is_loaded()) return load_batch(), true;
    const auto stamped = parts_.log.stamp();
    lag_.set(static_cast<std::int64_t>(parts_.log.last_position() - position_));
    const auto events = parts_.log.read_after(position_, storage::EventLog::batch_max);
    if (events.empty()) return stamped > 0;
    update_index(events);
    for (const auto& logged : events) {
        parts_.publish(std::make_shared<const protocol::LiveEvent>(protocol::live_event(logged)));
        if (const auto member = market::MemberId::parse(logged.event.object);
            member && logged.event.name != "member.join")
            parts_.end_live(*member);
    }
    position_.store(events.back().position, std::memory_order_release);
    return true;
}

void Relay::update_index(const std::vector<market::LoggedEvent>& events) {
    std::set<ListingId> touched;
    for (const auto& logged : events)
        if (logged.event.everyone_told)
            if (const auto id = ListingId::parse(logged.event.object)) touched.insert(*id);
    if (touched.empty()) return;
    const auto changes = parts_.store.read([&](market::Books& books) {
        std::vector<matching::Change> found;
        found.reserve(touched.size());
        for (const auto& id : touched)
            found.push_back(change_of(books, id));
        return found;
    });
    parts_.engine.apply(changes);
}

} // namespace jishi::app
