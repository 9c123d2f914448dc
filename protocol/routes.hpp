// The table of addresses. One row says everything about one of them: who may call it, what it takes
// and gives, where it runs. Lookup, checks, metrics and the OpenAPI document come from the same
// rows.
#pragma once

#include "market/party.hpp"
#include "market/result.hpp"
#include "protocol/json/schema.hpp"
#include "protocol/reply.hpp"
#include "protocol/request.hpp"
#include "protocol/target.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace jishi::protocol {

// A refusal becomes a problem document. Exceptions are for broken infrastructure and become 500 or
// 503.
using Handler = std::function<market::Result<Reply>(const Request&)>;

enum class Auth : std::uint8_t { none, optional, required };

// `io`: on the I/O thread; memory only, microseconds. `worker`: may block on the database. A
// request that carries credentials is always served by a worker, because looking them up may block.
enum class RunsOn : std::uint8_t { io, worker };

struct Route {
    Method method = Method::get;
    std::string_view pattern; // "/api/v1/needs/{id}/matches"
    std::string_view
        operation; // the OpenAPI operationId and the metrics label: "list_need_matches"
    Handler handler{};
    RunsOn runs_on = RunsOn::worker;
    Auth auth = Auth::required;
    std::optional<market::Scope> scope{}; // the token must have it
    bool needs_idempotency_key = false;
    bool needs_if_match = false;           // its version is put into Request::expected_version
    std::span<const json::Field> query{};  // an array schema is a parameter that may be repeated
    const json::Schema* request = nullptr; // of a JSON body; an absent body is read as {}
    std::string_view
        consumes{}; // media type of a body the handler reads itself ("application/x-ndjson")
    std::size_t body_max = 0;               // bytes; 0 is the server's limit
    const json::Schema* response = nullptr; // of the answer's JSON body
    std::string_view produces{};            // media type of an answer that is not JSON
    int success = 200;
    std::string_view tag{}, summary_zh{}, summary_en{};
    bool live = false; // a WebSocket upgrade; served by the hub, the handler is not called
};

class RouteTable {
public:
    // Throws std::logic_error when two rows answer the same request or an operation occurs twice.
    explicit RouteTable(std::vector<Route> routes);
    RouteTable(RouteTable&&) noexcept;
    RouteTable& operator=(RouteTable&&) noexcept;
    ~RouteTable();

    struct Match {
        const Route* route = nullptr;
        std::vector<PathValue> path_values{};
        std::string
            allow{}; // of the address: "GET, HEAD, OPTIONS, POST"; for OPTIONS the route is null
    };
    // route_not_found; method_not_allowed with the methods there are in `about`. HEAD finds GET.
    market::Result<Match> find(Method method, const Target& target) const;

    const std::vector<Route>& all() const { return routes_; }
    std::size_t index_of(const Route& route) const {
        return static_cast<std::size_t>(&route - routes_.data());
    }

private:
    struct Node;

    void insert(std::size_t index);
    std::vector<Route> routes_;
    std::unique_ptr<Node> root_;
};

// Query parameters held against the route's table: unknown, missing, repeated, out of form.
std::vector<market::FieldRefusal>
check_query(const Route& route, const std::vector<QueryValue>& query);

} // namespace jishi::protocol
