#include "protocol/core.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <random>

namespace jishi::protocol {

RequestStats::RequestStats(Metrics& metrics)
    : connections(metrics.gauge("jishi_http_connections", "Open connections, WebSockets among them")
      ),
      in_flight(metrics.gauge("jishi_http_requests_in_flight", "Requests being answered")),
      refused_connections(
          metrics.counter("jishi_http_connections_refused_total", "Connections beyond the limit")
      ),
      queue_depth(metrics.gauge("jishi_http_queue_depth", "Requests waiting for a worker")),
      metrics_(metrics) {}

void RequestStats::finished(std::string_view operation, int status, Clock::duration took) {
    auto& route = routes_[operation];
    const std::string name(operation);
    if (!route.latency)
        route.latency =
            &metrics_.histogram("jishi_http_request_seconds", "Time to answer", {{"route", name}});
    auto& counter = route.by_status[status];
    if (!counter)
        counter = &metrics_.counter(
            "jishi_http_requests_total",
            "Requests answered",
            {{"route", name}, {"status", std::to_string(status)}}
        );
    counter->add();
    route.latency->observe_us(std::chrono::duration_cast<std::chrono::microseconds>(took).count());
}

ServerCore::ServerCore(
    ServerOptions server_options,
    RouteTable table,
    Callbacks plugs,
    LiveFeed live_feed,
    Metrics& metrics
)
    : options(std::move(server_options)), routes(std::move(table)), callbacks(std::move(plugs)),
      live(std::move(live_feed)), stats(metrics),
      hub(options.live.hub, live.latest_sequence, metrics),
      pool(options.workers, options.queue_max, stats.queue_depth) {
    std::random_device random;
    std::array<char, 9> text{};
    std::snprintf(text.data(), text.size(), "%08x", random());
    request_id_prefix_ = text.data();
}

std::string ServerCore::next_request_id() {
    return request_id_prefix_ + "-" + std::to_string(++request_count_);
}

bool ServerCore::origin_allowed(std::string_view origin) const {
    return !origin.empty() &&
           std::ranges::find(options.cors_origins, origin) != options.cors_origins.end();
}

} // namespace jishi::protocol
