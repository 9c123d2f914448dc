// One HTTP connection from accept to close. The only file that instantiates Beast's HTTP.
#include "protocol/core.hpp"
#include "protocol/head.hpp"
#include "protocol/problem.hpp"
#include "protocol/response_head.hpp"
#include "protocol/text.hpp"
#include "protocol/work_hop.hpp"

#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>
#include <array>

namespace jishi::protocol {

namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using market::Refusal;
using market::RefusalCode;
using Parser = http::request_parser<http::string_body>;

constexpr std::size_t read_size = 2'048;
constexpr std::size_t idle_buffer_max = 4'096; // more than this is given back between requests
constexpr std::size_t request_id_length_max = 64;
constexpr std::size_t discard_bytes_max = std::size_t{256} * 1024;
constexpr std::chrono::milliseconds discard_time{1'000};
constexpr std::string_view live_bearer = "bearer.";

std::string_view view(beast::string_view text) {
    return {text.data(), text.size()};
}

// One request and everything known about it.
struct Exchange {
    Request request;
    RouteTable::Match match;
    Parser parser;
    std::string head; // the bytes, kept for an upgrade
    Clock::time_point started = Clock::now();
    bool keep_alive = false;
    bool http_1_0 = false;

    std::string_view operation() const { return match.route ? match.route->operation : "none"; }
    Reply refuse(const Refusal& refusal) const {
        return problem(refusal, request.language, request.request_id);
    }
    Reply refuse(const HttpProblem& kind, std::string_view detail = {}) const {
        return problem(kind, request.language, request.request_id, detail);
    }
    Reply malformed(std::string_view what) const {
        return refuse(Refusal{.code = RefusalCode::malformed_request, .about = std::string(what)});
    }
};

class InFlight {
public:
    explicit InFlight(Gauge& gauge) : gauge_(gauge) { gauge_.add(1); }
    ~InFlight() { gauge_.add(-1); }
    InFlight(const InFlight&) = delete;
    InFlight& operator=(const InFlight&) = delete;

private:
    Gauge& gauge_;
};

bool is_request_id(std::string_view text) {
    return !text.empty() && text.size() <= request_id_length_max &&
           std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') || c == '-' ||
                      c == '_' || c == '.';
           });
}

// Copies the headers that are read here; false when one of them occurs twice.
bool take_headers(const Parser::value_type& message, Headers& headers) {
    const std::array<std::pair<std::string_view, std::string*>, 9> wanted{{
        {"accept-language", &headers.accept_language},
        {"authorization", &headers.authorization},
        {"content-type", &headers.content_type},
        {"idempotency-key", &headers.idempotency_key},
        {"if-match", &headers.if_match},
        {"if-none-match", &headers.if_none_match},
        {"origin", &headers.origin},
        {"user-agent", &headers.user_agent},
        {"x-forwarded-for", &headers.forwarded_for},
    }};
    std::array<bool, wanted.size()> seen{};
    for (const auto& field : message)
        for (std::size_t i = 0; i < wanted.size(); ++i)
            if (same_word(view(field.name_string()), wanted[i].first)) {
                if (std::exchange(seen[i], true)) return false;
                *wanted[i].second = view(field.value());
            }
    return true;
}

// What a proxy in front and this server might read differently is refused, not interpreted.
std::optional<Reply> refuse_framing(const Exchange& exchange) {
    const auto& message = exchange.parser.get();
    const auto lengths = message.count(http::field::content_length);
    const auto codings = message.count(http::field::transfer_encoding);
    const auto hosts = message.count(http::field::host);
    if (hosts > 1 || (hosts == 0 && !exchange.http_1_0)) return exchange.malformed("Host");
    if (lengths > 1 || codings > 1 || lengths + codings > 1)
        return exchange.malformed("Content-Length");
    const auto length = view(message[http::field::content_length]);
    if (std::ranges::any_of(length, [](char c) { return c < '0' || c > '9'; }))
        return exchange.malformed("Content-Length");
    if (codings == 1) {
        if (exchange.http_1_0) return exchange.malformed("Transfer-Encoding");
        if (!same_word(view(message[http::field::transfer_encoding]), "chunked"))
            return exchange.refuse(transfer_coding_unknown);
    }
    const auto expect = view(message[http::field::expect]);
    if (!expect.empty() && !same_word(expect, "100-continue"))
        return exchange.refuse(expectation_failed);
    return {};
}

class HttpSession {
public:
    HttpSession(ServerCore& core, Socket socket, Connection& connection)
        : core_(core), socket_(std::move(socket)), connection_(connection) {
        boost::system::error_code error;
        const auto peer = socket_.remote_endpoint(error);
        if (!error) remote_address_ = peer.address().to_string();
        connection_.cancel = [this] { cancel(); };
        connection_.ask_to_end = [this] {
            ending_ = true;
            if (idle_) cancel();
        };
    }

    Awaitable<> run() {
        while (!ending_) {
            auto exchange = std::make_unique<Exchange>();
            const bool go_on = co_await serve_one(*exchange);
            if (!go_on) break;
        }
        co_await close();
    }

    Awaitable<> refuse() {
        Exchange exchange;
        exchange.request.request_id = core_.next_request_id();
        const auto reply = exchange.refuse(Refusal{.code = RefusalCode::overloaded});
        co_await write(exchange, reply);
        co_await close();
    }

private:
    enum class Head : std::uint8_t { complete, malformed, too_large, too_late, closed };

    void cancel() {
        boost::system::error_code ignored;
        socket_.cancel(ignored);
    }

    std::string_view buffered() const {
        return {static_cast<const char*>(buffer_.cdata().data()), buffer_.size()};
    }

    // Reads until the buffer begins with a whole head, whose length goes to `length`.
    Awaitable<Head> read_head(std::size_t& length) {
        const auto limit = core_.options.http.header_bytes_max;
        std::size_t scanned = 0;
        idle_ = true;
        connection_.arm(core_.options.http.idle_time);
        for (;;) {
            while (scanned == 0 && buffered().starts_with("\r\n"))
                buffer_.consume(2);
            if (idle_ && buffer_.size() > 0) {
                idle_ = false;
                connection_.arm(core_.options.http.header_time);
            }
            // One byte beyond the limit is looked at, never more.
            const auto scan = scan_head(buffered().substr(0, limit + 1), scanned);
            if (scan.state == HeadScan::State::malformed) co_return Head::malformed;
            if (scan.state == HeadScan::State::complete && scan.end <= limit) {
                length = scan.end;
                co_return Head::complete;
            }
            if (buffer_.size() > limit) co_return Head::too_large;
            scanned = buffered() == "\r" ? 0 : buffer_.size(); // half an empty line may go
            const auto room = buffer_.prepare(read_size);
            const auto result = co_await socket_.async_read_some(room, no_throw);
            if (std::get<0>(result))
                co_return connection_.timed_out && !idle_ ? Head::too_late : Head::closed;
            buffer_.commit(std::get<1>(result));
        }
    }

    // Whether the connection goes on to a next request.
    Awaitable<bool> serve_one(Exchange& exchange) {
        std::size_t length = 0;
        const auto head = co_await read_head(length);
        idle_ = false;
        if (head == Head::closed) co_return false;
        exchange.started = Clock::now();
        auto reply = open(exchange, head, length);
        if (!reply && exchange.match.route && exchange.match.route->live) {
            Audience audience;
            reply = co_await upgrade(exchange, audience);
            if (!reply) {
                core_.stats.finished(exchange.operation(), 101, Clock::now() - exchange.started);
                co_await listen(exchange, std::move(audience));
                co_return false;
            }
        }
        if (!reply) {
            const InFlight in_flight(core_.stats.in_flight);
            bool lost = false;
            reply = co_await read_body(exchange, lost);
            if (lost) co_return false;
            if (!reply) reply = co_await answer(exchange);
        }
        exchange.keep_alive = exchange.keep_alive && !ending_;
        const bool written = co_await write(exchange, *reply);
        core_.stats.finished(exchange.operation(), reply->status, Clock::now() - exchange.started);
        if (buffer_.size() == 0 && buffer_.capacity() > idle_buffer_max) buffer_.shrink_to_fit();
        co_return written&& exchange.keep_alive;
    }

    // Everything that can be said from the head alone. A refused request whose body is still to
    // come ends the connection: reading what is not wanted would be the only other way to find the
    // next request.
    std::optional<Reply> open(Exchange& exchange, Head head, std::size_t length) {
        auto& request = exchange.request;
        request.request_id = core_.next_request_id();
        request.remote_address = remote_address_;
        if (head == Head::malformed) return exchange.malformed("request head");
        if (head == Head::too_large)
            return exchange.refuse(Refusal{.code = RefusalCode::header_too_large});
        if (head == Head::too_late) return exchange.refuse(request_timeout);
        exchange.head = buffered().substr(0, length);
        buffer_.consume(length);
        if (auto refused = parse(exchange)) return refused;

        const bool keep_alive = exchange.parser.keep_alive();
        const bool has_body = !exchange.parser.is_done();
        exchange.keep_alive = keep_alive && !has_body;
        const auto method = parse_method(view(exchange.parser.get().method_string()));
        if (!method) return exchange.refuse(method_unknown);
        request.method = *method;
        auto match = core_.dispatcher.open(request, view(exchange.parser.get().target()));
        if (!match) {
            auto reply = exchange.refuse(match.refusal());
            if (reply.status == 405) reply.with("Allow", match.refusal().about);
            return reply;
        }
        exchange.match = std::move(*match);
        if (declared_too_large(exchange))
            return exchange.refuse(Refusal{.code = RefusalCode::body_too_large});
        exchange.keep_alive = keep_alive;
        return {};
    }

    std::optional<Reply> parse(Exchange& exchange) {
        auto& parser = exchange.parser;
        parser.header_limit(static_cast<std::uint32_t>(core_.options.http.header_bytes_max));
        parser.body_limit(boost::none); // the route's, once it is known
        boost::system::error_code error;
        parser.put(asio::buffer(exchange.head), error);
        if (error == http::error::bad_version && names_http_version(exchange.head))
            return exchange.refuse(version_not_supported);
        if ((error && error != http::error::need_more) || !parser.is_header_done())
            return exchange.malformed(error ? error.message() : "request head");
        exchange.http_1_0 = parser.get().version() == 10;
        auto& request = exchange.request;
        const bool single = take_headers(parser.get(), request.headers);
        request.language = preferred_language(request.headers.accept_language);
        if (const auto id = view(parser.get()["X-Request-Id"]); is_request_id(id))
            request.request_id = id;
        if (!single) return exchange.malformed("a header that may occur once occurs twice");
        return refuse_framing(exchange);
    }

    std::size_t body_limit(const Exchange& exchange) const {
        const auto* route = exchange.match.route;
        return route && route->body_max > 0 ? route->body_max : core_.options.http.body_bytes_max;
    }

    bool declared_too_large(const Exchange& exchange) const {
        const auto length = exchange.parser.content_length();
        return length && *length > body_limit(exchange);
    }

    // A reply when the body is refused; `lost` when the client went away in the middle of it.
    Awaitable<std::optional<Reply>> read_body(Exchange& exchange, bool& lost) {
        auto& parser = exchange.parser;
        if (parser.is_done()) co_return std::nullopt;
        connection_.arm(core_.options.http.body_time);
        parser.body_limit(body_limit(exchange));
        boost::system::error_code error;
        if (buffer_.size() == 0 && !parser.get()[http::field::expect].empty() && !exchange.http_1_0)
            error = co_await say_continue();
        if (!error) {
            const auto result = co_await http::async_read(socket_, buffer_, parser, no_throw);
            error = std::get<0>(result);
        }
        if (!error) {
            exchange.request.body = std::move(parser.get().body());
            co_return std::nullopt;
        }
        exchange.keep_alive = false;
        if (error == http::error::body_limit)
            co_return exchange.refuse(Refusal{.code = RefusalCode::body_too_large});
        if (connection_.timed_out) co_return exchange.refuse(request_timeout);
        lost = error.category() != make_error_code(http::error::partial_message).category() ||
               error == http::error::partial_message || error == http::error::end_of_stream;
        co_return exchange.malformed(error.message());
    }

    Awaitable<boost::system::error_code> say_continue() {
        static constexpr std::string_view line = "HTTP/1.1 100 Continue\r\n\r\n";
        const auto result = co_await asio::async_write(socket_, asio::buffer(line), no_throw);
        co_return std::get<0>(result);
    }

    Awaitable<Reply> answer(Exchange& exchange) {
        auto& request = exchange.request;
        connection_.disarm();
        if (!exchange.match.route) co_return options_reply(exchange);
        const auto& route = *exchange.match.route;
        if (!Dispatcher::may_block(route, request))
            co_return core_.dispatcher.serve(request, route);
        Reply reply;
        auto work = [&] { reply = core_.dispatcher.serve(request, route); };
        const auto latest = Clock::now() + core_.options.http.queue_time;
        const auto hop = co_await on_worker(core_.pool, core_.io.get_executor(), latest, work);
        if (hop != Hop::done) co_return exchange.refuse(Refusal{.code = RefusalCode::overloaded});
        co_return reply;
    }

    Reply options_reply(const Exchange& exchange) const {
        auto reply = no_content().with("Allow", exchange.match.allow);
        if (core_.origin_allowed(exchange.request.headers.origin))
            reply.with("Access-Control-Allow-Methods", exchange.match.allow)
                .with(
                    "Access-Control-Allow-Headers",
                    "Accept-Language, Authorization, Content-Type, Idempotency-Key, If-Match, "
                    "If-None-Match"
                )
                .with("Access-Control-Max-Age", "600");
        return reply;
    }

    Awaitable<bool> write(const Exchange& exchange, const Reply& reply) {
        const auto& headers = exchange.request.headers;
        const auto head = response_head(
            reply,
            {.keep_alive = exchange.keep_alive,
             .http_1_0 = exchange.http_1_0,
             .no_store = !headers.authorization.empty() || reply.status >= 400,
             .date = core_.date,
             .request_id = exchange.request.request_id,
             .cors_origin =
                 core_.origin_allowed(headers.origin) ? headers.origin : std::string_view{}}
        );
        const bool bodiless =
            exchange.request.method == Method::head || reply.status == 204 || reply.status == 304;
        const std::array<asio::const_buffer, 2> pieces{
            asio::buffer(head),
            asio::const_buffer(reply.body.data(), bodiless ? 0 : reply.body.size())};
        connection_.arm(core_.options.http.write_time);
        const auto result = co_await asio::async_write(socket_, pieces, no_throw);
        co_return !std::get<0>(result);
    }

    // The browser's WebSocket cannot set headers, so the token may come as a subprotocol. Never in
    // the address: those are logged.
    static void take_subprotocol_token(const Parser::value_type& message, Request& request) {
        if (!request.headers.authorization.empty()) return;
        for (const auto offered : split(view(message[http::field::sec_websocket_protocol]), ','))
            if (const auto name = trim(offered); name.starts_with(live_bearer))
                request.headers.authorization =
                    "Bearer " + std::string(name.substr(live_bearer.size()));
    }

    // Who wants to listen; runs on a worker.
    std::optional<Reply> admit(Exchange& exchange, Audience& audience) {
        auto& request = exchange.request;
        const auto& route = *exchange.match.route;
        try {
            if (const auto verdict = core_.dispatcher.authenticate(request, route); !verdict)
                return exchange.refuse(verdict.refusal());
            if (auto wrong = check_query(route, request.query); !wrong.empty())
                return exchange.refuse(Refusal{
                    .code = RefusalCode::invalid_fields, .fields = std::move(wrong)});
            auto found = core_.live.audience(request);
            if (!found) return exchange.refuse(found.refusal());
            audience = std::move(*found);
            return {};
        } catch (...) {
            return core_.dispatcher.blame(request);
        }
    }

    std::optional<Reply> refuse_upgrade(const Exchange& exchange) {
        const auto& message = exchange.parser.get();
        const bool upgrade = same_word(view(message[http::field::upgrade]), "websocket") &&
                             exchange.parser.upgrade();
        if (!upgrade) return exchange.refuse(upgrade_required).with("Upgrade", "websocket");
        if (buffer_.size() > 0 || !exchange.parser.is_done())
            return exchange.malformed("data before the upgrade");
        return {};
    }

    // A reply when the client may not listen.
    Awaitable<std::optional<Reply>> upgrade(Exchange& exchange, Audience& audience) {
        const InFlight in_flight(core_.stats.in_flight);
        exchange.keep_alive = false;
        auto refused = refuse_upgrade(exchange);
        if (refused) co_return refused;
        take_subprotocol_token(exchange.parser.get(), exchange.request);
        connection_.disarm();
        auto work = [&] { refused = admit(exchange, audience); };
        const auto latest = Clock::now() + core_.options.http.queue_time;
        const auto hop = co_await on_worker(core_.pool, core_.io.get_executor(), latest, work);
        if (refused) co_return refused;
        const auto admission = core_.hub.admission(audience.account);
        if (hop != Hop::done || admission == Hub::Admission::hub_full || ending_)
            co_return exchange.refuse(Refusal{.code = RefusalCode::overloaded});
        if (admission == Hub::Admission::account_full)
            co_return exchange.refuse(Refusal{.code = RefusalCode::limit_reached});
        co_return std::nullopt;
    }

    Awaitable<> listen(Exchange& exchange, Audience audience) {
        std::optional<std::uint64_t> after;
        if (const auto asked = exchange.request.query_integer("after"))
            after = static_cast<std::uint64_t>(*asked);
        auto session = serve_live(
            core_, std::move(socket_), connection_, exchange.head, after, std::move(audience)
        );
        co_await std::move(session);
    }

    // Closing with unread bytes would reset the connection and could take the answer with it, so
    // what still comes is read and dropped, for a while.
    Awaitable<> close() {
        boost::system::error_code error;
        if (!socket_.is_open()) co_return;
        socket_.shutdown(Socket::shutdown_send, error);
        connection_.arm(discard_time);
        buffer_.clear();
        const auto room = buffer_.prepare(read_size);
        for (std::size_t dropped = 0;
             !error && !connection_.timed_out && dropped < discard_bytes_max;) {
            const auto result = co_await socket_.async_read_some(room, no_throw);
            error = std::get<0>(result);
            dropped += std::get<1>(result);
        }
        socket_.close(error);
    }

    ServerCore& core_;
    Socket socket_;
    Connection& connection_;
    beast::flat_buffer buffer_;
    std::string remote_address_;
    bool idle_ = false;
    bool ending_ = false; // the server stops
};

} // namespace

Awaitable<> serve_connection(ServerCore& core, Socket socket, bool admitted) {
    ConnectionGuard guard(core);
    HttpSession session(core, std::move(socket), *guard);
    if (admitted)
        co_await session.run();
    else
        co_await session.refuse();
}

} // namespace jishi::protocol
