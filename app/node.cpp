#include "app/node.hpp"

#include "app/meta_routes.hpp"
#include "app/model_store.hpp"
#include "app/secret_key.hpp"
#include "app/sweeper.hpp"
#include "market/access.hpp"
#include "protocol/authenticate.hpp"
#include "protocol/live_json.hpp"
#include "protocol/openapi.hpp"

#include <spdlog/spdlog.h>

namespace jishi::app {

namespace {

constexpr std::chrono::milliseconds poll{250}; // for what other nodes commit
constexpr std::chrono::milliseconds learner_poll{1'000}, keeper_poll{1'000}; // their pauses decide

market::RefusalCode blame(const std::exception& error) {
    const auto* storage_error = dynamic_cast<const storage::StorageError*>(&error);
    if (!storage_error) return market::RefusalCode::internal_error;
    switch (storage_error->kind) {
    case storage::StorageError::Kind::unavailable:
        return market::RefusalCode::database_unavailable;
    case storage::StorageError::Kind::conflict:
        return market::RefusalCode::overloaded;
    default:
        return market::RefusalCode::internal_error;
    }
}

protocol::ServerOptions server_options(const Settings& settings) {
    protocol::ServerOptions options;
    options.address = settings.text("address");
    options.port = static_cast<std::uint16_t>(settings.integer("port"));
    options.workers = static_cast<std::size_t>(settings.integer("workers"));
    options.queue_max = static_cast<std::size_t>(settings.integer("queue-max"));
    options.http.connections_max = static_cast<std::size_t>(settings.integer("connections-max"));
    options.http.header_bytes_max = static_cast<std::size_t>(settings.integer("header-bytes-max"));
    options.http.body_bytes_max = static_cast<std::size_t>(settings.integer("body-bytes-max"));
    options.http.drain_time = std::chrono::seconds(settings.integer("drain-s"));
    options.live.hub.listeners_max = static_cast<std::size_t>(settings.integer("live-clients-max"));
    return options;
}

} // namespace

Node::Node(const Settings& settings)
    : settings_(settings), database_(settings, Schema::check, Ownership::own),
      store_(database_.pool()), log_(database_.pool()),
      relay_({
          .store = store_,
          .log = log_,
          .engine = engine_,
          .metrics = metrics_,
          .publish = [this](std::shared_ptr<const protocol::LiveEvent> event
                     ) { server_->publish(std::move(event)); },
          .end_live = [this](market::MemberId member) { server_->end_live(member.bytes); },
          .loaded = [this] { when_loaded_(); },
      }),
      matcher_({
          .pool = database_.pool(),
          .store = store_,
          .log = log_,
          .engine = engine_,
          .metrics = metrics_,
          .indexed = [this] { return relay_.position(); },
          .told = [this] { carrying_.wake(); },
      }),
      learner_(learner_parts()), keeper_(keeper_parts()),
      carrying_(
          "relay",
          poll,
          metrics_,
          [this] {
              const bool carried = relay_.step();
              if (carried) matching_.wake();
              return carried;
          }
      ),
      matching_("matcher", poll, metrics_, [this] { return matcher_.step(); }),
      sweeping_(
          "sweeper",
          std::chrono::milliseconds(settings.integer("sweep-ms")),
          metrics_,
          [this] {
              end_expired_live();
              const bool fired = sweep(store_) > 0;
              if (fired) carrying_.wake();
              return fired;
          }
      ),
      learning_(
          "learner",
          learner_poll,
          metrics_,
          [this] { return relay_.is_loaded() && learner_.step(); } // of the whole market
      ),
      keeping_("index", keeper_poll, metrics_, [this] { return keeper_.step(); }),
      services_(make_services()) {
    learner_.load();
    relay_.begin();
    if (const auto position = keeper_.load()) relay_.go_on_from(*position);
    server_ = std::make_unique<protocol::Server>(
        server_options(settings),
        protocol::RouteTable(make_routes()),
        make_callbacks(),
        make_live_feed(),
        metrics_
    );
    port_ = server_->bind();
}

Learner::Parts Node::learner_parts() {
    return {
        .engine = engine_,
        .metrics = metrics_,
        .file = model_path(settings_),
        .learns = settings_.text("learn") == "on",
        .share_percent = static_cast<std::size_t>(settings_.integer("learn-share-percent")),
        .listings_min = static_cast<std::size_t>(settings_.integer("learn-listings-min")),
        .matches_min = static_cast<std::size_t>(settings_.integer("learn-matches-min")),
        .pause = std::chrono::seconds(settings_.integer("learn-pause-s")),
        .rest_factor = settings_.integer("learn-rest-factor"),
        .confirmed = [this] { return confirmed_matches(store_); },
        .texts_of =
            [this](auto pairs, const auto& stopped) { return texts_of(store_, pairs, stopped); },
    };
}

IndexKeeper::Parts Node::keeper_parts() {
    return {
        .engine = engine_,
        .log = log_,
        .file = index_path(settings_),
        .pause = std::chrono::seconds(settings_.integer("snapshot-pause-s")),
        .position = [this] { return relay_.position(); },
    };
}

Node::~Node() {
    stop_loopers();
}

// They wake each other and publish to the server, so all end before anything is destroyed.
void Node::stop_loopers() {
    learner_.stop();
    keeper_.stop();
    keeping_.stop();
    learning_.stop();
    sweeping_.stop();
    matching_.stop();
    carrying_.stop();
}

// A socket does not outlive the session that opened it. Other sockets of the member close with it
// and come back by themselves.
void Node::end_expired_live() {
    const std::lock_guard lock(live_mutex_);
    const auto now = storage::wall_clock_now();
    while (!live_until_.empty() && live_until_.begin()->first <= now) {
        server_->end_live(live_until_.begin()->second.bytes);
        live_until_.erase(live_until_.begin());
    }
}

protocol::Services Node::make_services() {
    return {
        .in_unit =
            [this](const protocol::UnitWork& work) {
                auto reply = store_.run([&](market::Books& books) { return work(books); });
                carrying_.wake();
                return reply;
            },
        .snapshot = [this] { return engine_.snapshot(); },
        .now = storage::wall_clock_now,
        .cursors = protocol::Cursors(cursor_key(settings_)),
        .read_events = [this](
                           std::uint64_t after, std::uint32_t limit
                       ) { return log_.read_after(after, limit); },
        .end_live = [this](market::MemberId member) { server_->end_live(member.bytes); },
    };
}

protocol::Callbacks Node::make_callbacks() {
    return {
        .authenticate = [this](const protocol::Request& request
                        ) { return protocol::authenticate_bearer(services_, request); },
        .blame = blame,
    };
}

protocol::LiveFeed Node::make_live_feed() {
    return {
        .audience = [this](const protocol::Request& request) -> market::Result<protocol::Audience> {
            const auto& caller = *request.caller;
            const std::lock_guard lock(live_mutex_);
            live_until_.emplace(caller.session_ends, caller.member);
            return protocol::Audience{
                .account = caller.member.bytes,
                .ids = {caller.organisation.bytes},
                .is_operator = caller.is_operator()};
        },
        .load_after =
            [this](std::uint64_t sequence, std::size_t limit) {
                std::vector<protocol::LiveEvent> events;
                for (const auto& logged :
                     log_.read_after(sequence, static_cast<std::uint32_t>(limit)))
                    events.push_back(protocol::live_event(logged));
                return events;
            },
        .latest_sequence = relay_.start(),
    };
}

std::vector<protocol::Route> Node::make_routes() {
    auto routes = protocol::make_routes(services_);
    auto meta = meta_routes({
        .metrics =
            [this] {
                observe();
                return metrics_.text();
            },
        .openapi = [this] { return openapi_; },
        .is_ready =
            [this] {
                const auto lease = database_.pool().take();
                lease->statement("SELECT 1").query().next();
                return relay_.is_loaded();
            },
        .model =
            [this] {
                const auto model = engine_.snapshot()->model();
                return ModelNote{matching::version_name(model.get()), learner_.listings()};
            },
    });
    routes.insert(routes.end(), meta.begin(), meta.end());
    openapi_ =
        protocol::openapi_document(protocol::RouteTable(routes), "Jishi 技市", JISHI_VERSION);
    return routes;
}

// Figures that are read, not counted, are taken when someone asks.
void Node::observe() {
    const auto snapshot = engine_.snapshot();
    for (const auto kind : {market::ListingKind::achievement, market::ListingKind::need})
        metrics_
            .gauge(
                "jishi_listings",
                "live listings in the index",
                {{"kind", std::string(market::name_of(kind))}}
            )
            .set(static_cast<std::int64_t>(snapshot->count(kind)));
    const auto gauge = [&](std::string_view name, std::string_view help, std::uint64_t value) {
        metrics_.gauge(name, help).set(static_cast<std::int64_t>(value));
    };
    const auto bytes = snapshot->bytes();
    gauge("jishi_listing_bytes", "memory of the listings in the index", bytes.listings);
    gauge("jishi_index_bytes", "memory of the index, without the listings", bytes.index);
    const auto pool = database_.pool().counters();
    gauge("jishi_database_connections_in_use", "connections of the pool in use", pool.in_use);
    gauge("jishi_database_connections_waiting", "workers waiting for a connection", pool.waiting);
    gauge(
        "jishi_database_connections_discarded",
        "connections thrown away after a failure",
        pool.discarded
    );
    if (const auto* embedded = database_.embedded())
        gauge(
            "jishi_embedded_database_restarts",
            "restarts of the embedded server",
            embedded->restarts()
        );
}

void Node::run(std::function<void()> loaded) {
    when_loaded_ = std::move(loaded);
    if (relay_.is_loaded()) when_loaded_();
    carrying_.start();
    matching_.start();
    sweeping_.start();
    learning_.start();
    keeping_.start();
    server_->run();
    stop_loopers();
    keeper_.finish();
}

void Node::stop() {
    server_->stop();
}

} // namespace jishi::app
