// One WebSocket listener: handshake, hello, replay, live events, close. The only file that
// instantiates Beast's WebSocket. Exactly once and in order: the listener joins the hub before the
// first page of the past is loaded, so an event is in a page, or in the queue, or in both; what is
// written is only what is beyond the last sequence written.
#include "protocol/core.hpp"
#include "protocol/json/writer.hpp"
#include "protocol/text.hpp"
#include "protocol/work_hop.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <spdlog/spdlog.h>

#include <array>
#include <limits>

namespace jishi::protocol {

namespace {

namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;

constexpr std::string_view protocol_name = "jishi.v1";

constexpr std::array<std::string_view, 1> hello_names{"hello"};
constexpr std::array hello_fields{
    json::required("type", json::one_of(hello_names)),
    json::optional("after", json::integer(0, std::numeric_limits<std::int64_t>::max()).or_null()),
};
constexpr json::Schema hello = json::object("LiveHello", hello_fields);

class LiveSession {
public:
    LiveSession(
        ServerCore& core, Socket socket, Connection& connection, std::optional<std::uint64_t> after
    )
        : core_(core), connection_(connection), socket_(std::move(socket)),
          wake_(core.io.get_executor()), after_(after), hello_(after.has_value()) {
        connection_.cancel = [this] { expire(); };
        connection_.ask_to_end = [] {}; // the hub ends its listeners
    }
    ~LiveSession() {
        connection_.cancel = [] {};
    }

    Awaitable<> run(std::string request_head, Audience audience) {
        Hub::Subscription subscription(core_.hub, std::move(audience), [this] { on_hub(); });
        listener_ = subscription.operator->();
        const bool accepted = co_await accept(request_head);
        if (!accepted) co_return;
        auto reading = read();
        asio::co_spawn(
            core_.io.get_executor(),
            std::move(reading),
            [this](const std::exception_ptr&) {
                reading_ = false;
                wake_.cancel();
            }
        );
        co_await write();
        phase_ = Phase::closing;
        cut_off();
        while (reading_)
            co_await wait();
    }

private:
    enum class Phase : std::uint8_t { greeting, sending, closing };

    // Closed rather than cancelled: an operation that starts a moment later must fail as well.
    void cut_off() {
        boost::system::error_code ignored;
        beast::get_lowest_layer(socket_).close(ignored);
    }

    // The connection's time is up: a client that never said hello is told so, every other is cut
    // off.
    void expire() {
        if (phase_ != Phase::greeting) return cut_off();
        connection_.disarm();
        violation_ = "no hello";
        wake_.cancel();
    }

    void on_hub() {
        // A write may be stuck in a full socket: it gets this long before the close frame is given
        // up.
        if (listener_ && listener_->state() != Listener::State::listening)
            connection_.arm(core_.options.live.close_time);
        wake_.cancel();
    }

    bool ended() const {
        return !reading_ || unavailable_ || !violation_.empty() ||
               listener_->state() != Listener::State::listening;
    }

    // Until something changes; the caller looks at what. Nothing is missed: whoever changes
    // something cancels, and between looking and waiting nobody else runs.
    Awaitable<> wait() {
        wake_.expires_at(Clock::time_point::max());
        co_await wake_.async_wait(no_throw);
    }

    Awaitable<bool> accept(const std::string& request_head) {
        http::request_parser<http::empty_body> parser;
        parser.header_limit(static_cast<std::uint32_t>(request_head.size() + 1));
        boost::system::error_code error;
        parser.put(asio::buffer(request_head), error);
        if (error) co_return false;
        const auto& request = parser.get();
        const auto offered = request[http::field::sec_websocket_protocol];
        bool named = false;
        for (const auto part : split({offered.data(), offered.size()}, ','))
            named = named || trim(part) == protocol_name;

        const auto& limits = core_.options.live;
        websocket::stream_base::timeout times{};
        times.handshake_timeout = limits.close_time;
        times.idle_timeout = limits.idle_time;
        times.keep_alive_pings = true;
        socket_.set_option(times);
        socket_.set_option(
            websocket::stream_base::decorator([named](websocket::response_type& response) {
                response.set(http::field::server, "jishi");
                if (named)
                    response.set(http::field::sec_websocket_protocol, std::string(protocol_name));
            })
        );
        socket_.read_message_max(limits.message_bytes_max);
        socket_.auto_fragment(false);
        socket_.text(true);
        const auto result = co_await socket_.async_accept(request, no_throw);
        co_return !std::get<0>(result);
    }

    Awaitable<> read() {
        for (;;) {
            beast::flat_buffer buffer;
            const auto result = co_await socket_.async_read(buffer, no_throw);
            if (std::get<0>(result)) co_return;
            const std::string_view text(
                static_cast<const char*>(buffer.cdata().data()), buffer.size()
            );
            // Reading goes on behind a violation: the answer to the close frame is still to come.
            if (violation_.empty() && !take_hello(text)) violation_ = "hello expected";
            wake_.cancel();
        }
    }

    bool take_hello(std::string_view text) {
        if (hello_ || !socket_.got_text()) return false;
        const auto message = json::read(text, hello);
        if (!message) return false;
        if (const auto after = message->object().optional_integer("after"))
            after_ = static_cast<std::uint64_t>(*after);
        hello_ = true;
        return true;
    }

    Awaitable<bool> send(const std::string& text) {
        const auto result = co_await socket_.async_write(asio::buffer(text), no_throw);
        co_return !std::get<0>(result);
    }

    Awaitable<> write() {
        connection_.arm(core_.options.live.hello_time);
        while (!hello_ && !ended())
            co_await wait();
        phase_ = Phase::sending;
        if (listener_->state() == Listener::State::listening) connection_.disarm();
        last_ = after_.value_or(core_.hub.latest());
        bool writable = true;
        if (after_ && !ended()) writable = co_await replay();
        if (writable && !ended()) {
            json::Writer ready;
            ready.begin_object().field("type", "ready").field("seq", last_).end_object();
            const auto text = ready.take();
            writable = co_await send(text);
        }
        while (writable && !ended()) {
            if (listener_->empty()) {
                co_await wait();
                continue;
            }
            const auto frame = listener_->take();
            if (frame.sequence <= last_) continue;
            last_ = frame.sequence;
            writable = co_await send(*frame.text);
        }
        if (writable && reading_) co_await close();
    }

    // Page after page of the past, until a page is not full.
    Awaitable<bool> replay() {
        const auto limit = core_.options.live.replay_page;
        for (;;) {
            std::vector<LiveEvent> page;
            bool failed = false;
            auto work = [&] { failed = !load(page, limit); };
            const auto hop = co_await on_worker(
                core_.pool, core_.io.get_executor(), Clock::time_point::max(), work
            );
            if (hop != Hop::done || failed) {
                unavailable_ = true;
                co_return true;
            }
            for (const auto& event : page) {
                if (ended()) co_return true;
                if (event.sequence <= last_) continue;
                last_ = event.sequence;
                if (!listener_->audience().may_see(event)) continue;
                const auto text = frame_text(event);
                const bool sent = co_await send(text);
                if (!sent) co_return false;
            }
            listener_->forget_up_to(last_);
            if (page.size() < limit) co_return true;
        }
    }

    bool load(std::vector<LiveEvent>& page, std::size_t limit) const {
        try {
            page = core_.live.load_after(last_, limit);
            return true;
        } catch (const std::exception& error) {
            spdlog::error("live replay: {}", error.what());
            return false;
        }
    }

    Awaitable<> close() {
        websocket::close_reason reason;
        if (!violation_.empty())
            reason = {websocket::close_code::policy_error, violation_};
        else if (listener_->state() == Listener::State::too_slow)
            reason = {websocket::close_code::try_again_later, "too slow"};
        else if (unavailable_)
            reason = {websocket::close_code::try_again_later, "log not readable"};
        else
            reason = {websocket::close_code::going_away, "ending"};
        phase_ = Phase::closing;
        connection_.arm(core_.options.live.close_time);
        co_await socket_.async_close(reason, no_throw);
    }

    ServerCore& core_;
    Connection& connection_;
    websocket::stream<Socket> socket_;
    Timer wake_;
    Listener* listener_ = nullptr;
    std::optional<std::uint64_t> after_; // replay what came after it
    std::uint64_t last_ = 0;             // sequence of the last event written or passed over
    std::string violation_;              // why the client is sent away
    Phase phase_ = Phase::greeting;
    bool hello_ = false;
    bool reading_ = true;
    bool unavailable_ = false;
};

} // namespace

Awaitable<> serve_live(
    ServerCore& core,
    Socket socket,
    Connection& connection,
    std::string request_head,
    std::optional<std::uint64_t> after,
    Audience audience
) {
    LiveSession session(core, std::move(socket), connection, after);
    co_await session.run(std::move(request_head), std::move(audience));
}

} // namespace jishi::protocol
