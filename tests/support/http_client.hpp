// Blocking clients over plain sockets, written apart from the server's parser so that the two
// cannot share a mistake. Every wait ends after 20 s with an exception: a test fails, it never
// hangs.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jishi::test {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

struct Response {
    int status = 0;
    std::map<std::string, std::string> headers; // names in lower case
    std::string body;

    std::string header(const std::string& lower_case_name) const; // empty when absent
};

class RawSocket {
public:
    RawSocket(const std::string& host, std::uint16_t port, int receive_buffer_bytes = 0);
    ~RawSocket();
    RawSocket(RawSocket&& other) noexcept;
    RawSocket& operator=(RawSocket&&) = delete;

    void send(std::string_view bytes); // stops quietly when the peer has closed
    void finish_sending();
    Response read_response(bool to_head = false); // interim 100 answers are kept as status 100
    std::string read_exactly(std::size_t bytes);
    std::string read_until_closed();
    bool closed();          // waits for the peer's end; false when bytes come instead
    bool has_ended() const; // the peer has closed already; does not wait

private:
    bool fill(); // reads some; false at the end

    int fd_ = -1;
    std::string buffer_;
};

// Keeps its connection as long as the server does, and opens another when it must.
class HttpClient {
public:
    HttpClient(std::string host, std::uint16_t port) : host_(std::move(host)), port_(port) {}

    Response request(
        std::string_view method,
        std::string_view target,
        const HeaderList& headers = {},
        std::string_view body = {}
    );
    Response get(std::string_view target, const HeaderList& headers = {}) {
        return request("GET", target, headers);
    }
    Response post(std::string_view target, std::string_view json, HeaderList headers = {}) {
        headers.emplace_back("Content-Type", "application/json");
        return request("POST", target, headers, json);
    }

private:
    std::string host_;
    std::uint16_t port_;
    std::optional<RawSocket> socket_;
};

class WsClient {
public:
    // Performs the handshake; see status() and response() when it was refused.
    WsClient(
        const std::string& host,
        std::uint16_t port,
        std::string_view target,
        const HeaderList& headers = {},
        int receive_buffer_bytes = 0
    );

    int status() const { return handshake_.status; } // 101 when open
    const Response& response() const { return handshake_; }
    void send_text(std::string_view text) { send_frame(1, text); }
    void send_close(std::uint16_t code);
    void send_frame(int opcode, std::string_view payload);
    // The next text message; nothing when the server closed. Pings are answered on the way.
    std::optional<std::string> read_text();
    int close_code() const {
        return close_code_;
    } // 0 when the connection ended without a close frame

private:
    RawSocket socket_;
    Response handshake_;
    int close_code_ = 0;
};

} // namespace jishi::test
