#include "app/relay.hpp"

#include "market/matches.hpp"
#include "market/rules.hpp"
#include "protocol/explanation_json.hpp"
#include "protocol/live_json.hpp"
#include "protocol/search_query.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <set>

namespace jishi::app {

namespace {

constexpr std::string_view consumer = "matcher";
constexpr std::string_view engine_version = "lexical-1";
constexpr std::uint32_t load_page = 500;
constexpr auto poll = std::chrono::milliseconds(250);  // for what other nodes commit
constexpr auto pause_after_failure = std::chrono::seconds(1);

using market::ListingId;

matching::Document document_of(const market::Listing& listing, const market::ListingRevision& revision) {
    return matching::document_of(
        listing.id, listing.live_revision, revision.content, listing.owner,
        listing.published_at.value_or(listing.created_at)
    );
}

// What the market shows of the listing now: a document, or the id of what is gone.
matching::Change change_of(market::Books& books, ListingId id) {
    const auto listing = books.listings.find(id);
    if (!listing || !market::is_live(listing->state)) return id;
    const auto revision = books.listings.find_revision(id, listing->live_revision);
    if (!revision) return id;
    return document_of(*listing, *revision);
}

bool leaves_market(const market::Event& event) {
    return event.everyone_told && event.to != "published" && event.to != "engaged";
}

bool goes_live(const market::Event& event) {
    return event.everyone_told && !leaves_market(event);
}

} // namespace

Relay::Relay(Parts parts)
    : parts_(std::move(parts)),
      lag_(parts_.metrics.gauge("jishi_relay_lag_events", "committed events not yet carried on")),
      matches_told_(parts_.metrics.counter("jishi_matches_told_total", "new matches stored and told")) {}

void Relay::load() {
    parts_.log.stamp();
    published_ = parts_.log.last_position();
    matched_ = durable_position();
    load_kind(market::ListingKind::achievement);
    load_kind(market::ListingKind::need);
    load_saved_searches();
    // What was committed but not yet matched when the program ended is matched now.
    position_ = std::min(published_, matched_);
}

std::uint64_t Relay::durable_position() {
    const auto lease = parts_.pool.take();
    return storage::consumer_position(*lease, consumer);
}

void Relay::load_kind(market::ListingKind kind) {
    market::IdBytes after{};
    for (;;) {
        const auto page = parts_.store.read([&](market::Books& books) {
            return books.listings.live_after(kind, after, load_page);
        });
        std::vector<matching::Change> changes;
        for (const auto& live : page)
            changes.emplace_back(document_of(live.listing, live.revision));
        parts_.engine.apply(changes);
        if (page.size() < load_page) return;
        after = page.back().listing.id.bytes;
    }
}

void Relay::load_saved_searches() {
    searches_ = parts_.store.read([](market::Books& books) { return books.matches.all_saved_searches(); });
    percolator_ = matching::Percolator();
    for (const auto& search : searches_)
        if (const auto query = protocol::parse_saved_query(search.kind, search.query))
            percolator_.register_search(search.id, *query);
}

void Relay::start() {
    thread_ = std::thread([this] { run(); });
}

void Relay::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    woken_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void Relay::wake() {
    {
        const std::lock_guard lock(mutex_);
        has_work_ = true;
    }
    woken_.notify_one();
}

void Relay::run() {
    for (;;) {
        std::chrono::milliseconds pause = poll;
        try {
            while (step()) {
                const std::lock_guard lock(mutex_);
                if (stopping_) return;
            }
        } catch (const std::exception& error) {
            spdlog::warn("relay: {}; trying again", error.what());
            pause = pause_after_failure;
        }
        std::unique_lock lock(mutex_);
        woken_.wait_for(lock, pause, [this] { return stopping_ || has_work_; });
        if (stopping_) return;
        has_work_ = false;
    }
}

bool Relay::step() {
    const auto stamped = parts_.log.stamp();
    const auto events = parts_.log.read_after(position_, storage::EventLog::batch_max);
    lag_.set(static_cast<std::int64_t>(events.size()));
    if (events.empty()) return stamped > 0;
    update_index(events);
    publish(events);
    matched_ = durable_position(); // another node may have matched some of them
    match(events);
    position_ = events.back().position;
    lag_.set(0);
    return true;
}

void Relay::update_index(const std::vector<market::LoggedEvent>& events) {
    std::set<ListingId> touched;
    for (const auto& logged : events) {
        if (!logged.event.everyone_told) continue;
        if (const auto id = ListingId::parse(logged.event.object)) touched.insert(*id);
        if (leaves_market(logged.event)) gate_.forget();
    }
    if (touched.empty()) return;
    const auto changes = parts_.store.read([&](market::Books& books) {
        std::vector<matching::Change> found;
        for (const auto& id : touched)
            found.push_back(change_of(books, id));
        return found;
    });
    parts_.engine.apply(changes);
}

void Relay::publish(const std::vector<market::LoggedEvent>& events) {
    for (const auto& logged : events) {
        if (logged.position <= published_) continue;
        parts_.publish(std::make_shared<const protocol::LiveEvent>(protocol::live_event(logged)));
        published_ = logged.position;
    }
}

void Relay::match(const std::vector<market::LoggedEvent>& events) {
    bool searches_changed = false;
    for (const auto& logged : events)
        searches_changed = searches_changed || (logged.event.object.starts_with("srch_") && logged.event.name != "saved_search.hit");
    if (searches_changed) load_saved_searches();
    for (const auto& logged : events)
        if (logged.position > matched_ && goes_live(logged.event)) match_one(logged);
    if (events.back().position > matched_) advance(events.back().position);
}

// Everything that a listing gone live is told to, stored with the matcher's position in one transaction.
void Relay::match_one(const market::LoggedEvent& event) {
    const auto id = ListingId::parse(event.event.object);
    const auto snapshot = parts_.engine.snapshot();
    const auto document = id ? snapshot->find(*id) : nullptr;
    if (!document) return;
    const auto now = parts_.now();
    const auto today_day = market::days_since_epoch(market::shanghai_date(now));
    const auto [best_max, score_min] = parts_.store.read([](market::Books& books) {
        return std::pair(
            static_cast<std::size_t>(market::rules::value(books, market::rules::match_per_listing_max)),
            static_cast<double>(market::rules::value(books, market::rules::match_score_min_ppm)) / 1e6
        );
    });
    std::vector<market::FoundMatch> found;
    for (const auto& match : snapshot->matches_for(*document, best_max, today_day)) {
        if (match.score.score < score_min) continue;
        if (!gate_.admits(*snapshot, *match.document, match.score.score, best_max, today_day)) continue;
        const bool is_need = id->kind == market::ListingKind::need;
        found.push_back(
            {.need = is_need ? *id : match.document->id,
             .achievement = is_need ? match.document->id : *id,
             .score = match.score.score,
             .explanation_json = protocol::explanation_json(*document, match)}
        );
    }
    const auto waiting = percolator_.which_match(*document);
    const auto told = parts_.store.run([&](storage::UnitOfWork& books) {
        const auto count = market::record_matches(books, found, engine_version);
        for (const auto& search : searches_)
            if (std::binary_search(waiting.begin(), waiting.end(), search.id))
                market::record_search_hit(books, search, *id);
        storage::advance_consumer(books.connection(), consumer, matched_, event.position);
        return count;
    });
    matched_ = event.position;
    matches_told_.add(told);
}

void Relay::advance(std::uint64_t position) {
    storage::in_transaction(parts_.pool, [&](storage::Connection& connection) {
        storage::advance_consumer(connection, consumer, matched_, position);
    });
    matched_ = position;
}

} // namespace jishi::app
