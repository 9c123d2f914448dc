// A server on a free port with a handful of routes, one for each thing the protocol promises.
#pragma once

#include "market/party.hpp"
#include "protocol/etag.hpp"
#include "protocol/server.hpp"
#include "tests/support/http_client.hpp"

#include <array>
#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace jishi::protocol::test {

using jishi::test::HeaderList;
using jishi::test::HttpClient;
using jishi::test::RawSocket;
using jishi::test::Response;
using jishi::test::WsClient;

// A door that handlers wait at until the test opens it.
class Gate {
public:
    void pass() {
        std::unique_lock lock(mutex_);
        ++waiting_;
        changed_.notify_all();
        changed_.wait(lock, [this] { return open_; });
    }
    void open() {
        const std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }
    void await_waiting(int count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return waiting_ >= count; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int waiting_ = 0;
    bool open_ = false;
};

inline constexpr std::array note_fields{
    json::required("title", json::text(2, 20), "标题", "Title"),
    json::optional("stars", json::integer(1, 5), "星级", "Stars"),
};
inline constexpr json::Schema note = json::object("Note", note_fields);
inline constexpr std::array list_query{
    json::optional("limit", json::integer(1, 100), "每页条数", "Page size"),
    json::required("q", json::text(1, 10), "检索词", "Words"),
};
inline constexpr std::array live_query{json::optional("after", json::integer(0, 1'000'000'000))};

// The event log that the live feed reads.
struct Log {
    std::mutex mutex;
    std::vector<LiveEvent> events;
    std::atomic<int> pages{0};

    std::vector<LiveEvent> after(std::uint64_t sequence, std::size_t limit) {
        const std::lock_guard lock(mutex);
        ++pages;
        std::vector<LiveEvent> page;
        for (const auto& event : events)
            if (event.sequence > sequence && page.size() < limit) page.push_back(event);
        return page;
    }
};

class RunningServer {
public:
    explicit RunningServer(ServerOptions options = {}, std::uint64_t latest_sequence = 0) {
        server.emplace(
            std::move(options),
            RouteTable(routes()),
            Callbacks{.authenticate = authenticate},
            LiveFeed{
                .audience = audience,
                .load_after =
                    [this](auto sequence, auto limit) { return log.after(sequence, limit); },
                .latest_sequence = latest_sequence},
            metrics
        );
        port = server->bind();
        thread = std::thread([this] { server->run(); });
    }
    ~RunningServer() {
        gate.open();
        stop();
    }
    void stop() {
        server->stop();
        if (thread.joinable()) thread.join();
    }

    HttpClient client() const { return {"127.0.0.1", port}; }
    RawSocket raw() const { return {"127.0.0.1", port}; }

    std::shared_ptr<const LiveEvent> publish(LiveEvent event) {
        {
            const std::lock_guard lock(log.mutex);
            log.events.push_back(event);
        }
        auto shared = std::make_shared<const LiveEvent>(std::move(event));
        server->publish(shared);
        return shared;
    }

    // Tokens are "alice" and "bob"; both may read, alice may write.
    static Authenticated authenticate(const Request& request) {
        auto caller = std::make_shared<market::Caller>();
        const auto& given = request.headers.authorization;
        if (given == "Bearer alice")
            caller->scopes = {market::Scope::read, market::Scope::write};
        else if (given == "Bearer bob")
            caller->scopes = {market::Scope::read};
        else
            return market::RefusalCode::session_expired;
        caller->member.bytes[0] = given == "Bearer alice" ? 1 : 2;
        return std::shared_ptr<const market::Caller>(std::move(caller));
    }
    static market::Result<Audience> audience(const Request& request) {
        const auto& bytes = request.caller->member.bytes;
        return Audience{.account = bytes, .ids = {bytes}, .is_operator = false};
    }

    Metrics metrics;
    Gate gate;
    Log log;
    std::uint16_t port = 0;
    std::optional<Server> server;
    std::thread thread;

private:
    std::vector<Route> routes() {
        const auto text = [](std::string words) {
            return [words](const Request&) -> market::Result<Reply> { return plain_text(words); };
        };
        std::vector<Route> table;
        table.push_back(
            {.pattern = "/hello",
             .operation = "hello",
             .handler = text("hello"),
             .runs_on = RunsOn::io,
             .auth = Auth::none}
        );
        table.push_back(
            {.method = Method::post,
             .pattern = "/notes",
             .operation = "post_note",
             .handler = [](const Request& request) -> market::Result<Reply> {
                 return created(
                     "/notes/1",
                     "{\"title\":\"" + std::string(request.object().text("title")) + "\"}"
                 );
             },
             .auth = Auth::none,
             .request = &note,
             .response = &note,
             .success = 201,
             .tag = "notes"}
        );
        table.push_back(
            {.pattern = "/notes",
             .operation = "list_notes",
             .handler = [](const Request& request) -> market::Result<Reply> {
                 return plain_text(std::string(*request.query_text("q")));
             },
             .auth = Auth::optional,
             .query = list_query}
        );
        table.push_back(
            {.pattern = "/notes/{id}",
             .operation = "get_note",
             .handler = [](const Request& request) -> market::Result<Reply> {
                 return ok("{\"title\":\"" + request.path_value("id") + "\"}", make_etag(7));
             },
             .auth = Auth::none,
             .response = &note}
        );
        table.push_back(
            {.method = Method::patch,
             .pattern = "/notes/{id}",
             .operation = "change_note",
             .handler = [](const Request& request) -> market::Result<Reply> {
                 if (request.expected_version != 7) return market::RefusalCode::version_stale;
                 return no_content();
             },
             .auth = Auth::required,
             .scope = market::Scope::write,
             .needs_idempotency_key = true,
             .needs_if_match = true,
             .request = &note,
             .success = 204}
        );
        add_awkward_routes(table);
        return table;
    }

    void add_awkward_routes(std::vector<Route>& table) {
        const auto size = [](const Request& request) -> market::Result<Reply> {
            return plain_text(std::to_string(request.body.size()));
        };
        table.push_back(
            {.method = Method::post,
             .pattern = "/bytes",
             .operation = "post_bytes",
             .handler = size,
             .auth = Auth::none,
             .consumes = "application/octet-stream",
             .body_max = 100}
        );
        table.push_back(
            {.pattern = "/slow",
             .operation = "slow",
             .handler = [this](const Request&) -> market::Result<Reply> {
                 gate.pass();
                 return plain_text("done");
             },
             .auth = Auth::none}
        );
        table.push_back(
            {.pattern = "/fail",
             .operation = "fail",
             .handler = [](const Request&) -> market::Result<Reply> {
                 throw std::runtime_error("table t_secret");
             },
             .auth = Auth::none}
        );
        table.push_back({.pattern = "/live", .operation = "live", .query = live_query, .live = true}
        );
    }
};

} // namespace jishi::protocol::test
