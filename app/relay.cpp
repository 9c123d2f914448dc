#include "app/relay.hpp"

#include "app/live_listings.hpp"
#include "protocol/live_json.hpp"

#include <iterator>
#include <set>

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

void Relay::load() {
    parts_.log.stamp();
    // Taken before the listings are read: what is committed meanwhile is carried again.
    position_ = parts_.log.last_position();
    load_kind(market::ListingKind::achievement);
    load_kind(market::ListingKind::need);
}

void Relay::load_kind(market::ListingKind kind) {
    walk_live(parts_.store, kind, [this](std::vector<matching::Document> page) {
        const std::vector<matching::Change> changes(
            std::move_iterator(page.begin()), std::move_iterator(page.end())
        );
        parts_.engine.apply(changes);
    });
}

bool Relay::step() {
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
        for (const auto& id : touched)
            found.push_back(change_of(books, id));
        return found;
    });
    parts_.engine.apply(changes);
}

} // namespace jishi::app
