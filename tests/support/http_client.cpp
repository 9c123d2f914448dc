#include "tests/support/http_client.hpp"

#include <unistd.h>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cctype>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/time.h>

namespace jishi::test {

namespace {

constexpr timeval patience{.tv_sec = 20, .tv_usec = 0};
constexpr std::string_view sample_key = "dGhlIHNhbXBsZSBub25jZQ=="; // RFC 6455, section 1.3
constexpr std::string_view sample_accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return out;
}

} // namespace

std::string Response::header(const std::string& lower_case_name) const {
    const auto found = headers.find(lower_case_name);
    return found == headers.end() ? std::string{} : found->second;
}

RawSocket::RawSocket(const std::string& host, std::uint16_t port, int receive_buffer_bytes)
    : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const int one = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (receive_buffer_bytes > 0)
        ::setsockopt(
            fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes
        );
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    ::inet_pton(AF_INET, host.c_str(), &address.sin_addr);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        throw std::runtime_error("cannot connect");
}

RawSocket::~RawSocket() {
    if (fd_ >= 0) ::close(fd_);
}

RawSocket::RawSocket(RawSocket&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), buffer_(std::move(other.buffer_)) {}

void RawSocket::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

void RawSocket::finish_sending() {
    ::shutdown(fd_, SHUT_WR);
}

bool RawSocket::fill() {
    std::array<char, 16 * 1024> block{};
    const auto got = ::recv(fd_, block.data(), block.size(), 0);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        throw std::runtime_error("the server says nothing");
    if (got <= 0) return false;
    buffer_.append(block.data(), static_cast<std::size_t>(got));
    return true;
}

Response RawSocket::read_response(bool to_head) {
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
        if (!fill()) throw std::runtime_error("closed before a whole response head: " + buffer_);
    const auto head = buffer_.substr(0, end + 2);
    buffer_.erase(0, end + 4);

    Response response;
    response.status = std::stoi(head.substr(head.find(' ') + 1));
    for (auto at = head.find("\r\n") + 2; at < head.size();) {
        const auto line_end = head.find("\r\n", at);
        const auto colon = head.find(": ", at);
        response.headers[lower(head.substr(at, colon - at))] =
            head.substr(colon + 2, line_end - colon - 2);
        at = line_end + 2;
    }
    const auto length = response.header("content-length");
    if (!to_head && !length.empty()) response.body = read_exactly(std::stoul(length));
    return response;
}

std::string RawSocket::read_exactly(std::size_t bytes) {
    while (buffer_.size() < bytes)
        if (!fill()) throw std::runtime_error("closed in the middle");
    auto taken = buffer_.substr(0, bytes);
    buffer_.erase(0, bytes);
    return taken;
}

std::string RawSocket::read_until_closed() {
    while (fill())
        ;
    return std::exchange(buffer_, {});
}

bool RawSocket::closed() {
    return buffer_.empty() && !fill();
}

bool RawSocket::has_ended() const {
    char next = 0;
    return buffer_.empty() && ::recv(fd_, &next, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

Response HttpClient::request(
    std::string_view method,
    std::string_view target,
    const HeaderList& headers,
    std::string_view body
) {
    std::string text =
        std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nHost: " + host_ + "\r\n";
    for (const auto& [name, value] : headers)
        text += name + ": " + value + "\r\n";
    if (!body.empty() || method == "POST")
        text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    (text += "\r\n") += body;

    if (socket_ && socket_->has_ended()) socket_.reset(); // idle for too long
    if (!socket_) socket_.emplace(host_, port_);
    socket_->send(text);
    auto response = socket_->read_response(method == "HEAD");
    if (response.header("connection") == "close") socket_.reset();
    return response;
}

WsClient::WsClient(
    const std::string& host,
    std::uint16_t port,
    std::string_view target,
    const HeaderList& headers,
    int receive_buffer_bytes
)
    : socket_(host, port, receive_buffer_bytes) {
    std::string text =
        "GET " + std::string(target) + " HTTP/1.1\r\nHost: " + host +
        "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: " +
        std::string(sample_key) + "\r\n";
    for (const auto& [name, value] : headers)
        text += name + ": " + value + "\r\n";
    socket_.send(text + "\r\n");
    handshake_ = socket_.read_response();
    if (handshake_.status == 101 && handshake_.header("sec-websocket-accept") != sample_accept)
        throw std::runtime_error("wrong Sec-WebSocket-Accept");
}

void WsClient::send_close(std::uint16_t code) {
    send_frame(8, std::string{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)});
}

void WsClient::send_frame(int opcode, std::string_view payload) {
    std::string frame(1, static_cast<char>(0x80 | opcode));
    if (payload.size() < 126) {
        frame += static_cast<char>(0x80 | payload.size());
    } else {
        frame += static_cast<char>(0x80 | 126);
        frame += static_cast<char>(payload.size() >> 8);
        frame += static_cast<char>(payload.size() & 0xFF);
    }
    frame += std::string(4, '\0'); // a mask of zeros: the payload as it is
    socket_.send(frame.append(payload));
}

std::optional<std::string> WsClient::read_text() {
    for (;;) {
        std::string head;
        try {
            head = socket_.read_exactly(2);
        } catch (const std::runtime_error& error) {
            if (std::string_view(error.what()).starts_with("closed")) return {};
            throw;
        }
        const int opcode = head[0] & 0x0F;
        std::size_t length = static_cast<unsigned char>(head[1]) & 0x7FU;
        const std::size_t more = length == 126 ? 2 : length == 127 ? 8 : 0;
        if (more > 0) {
            length = 0;
            for (const char c : socket_.read_exactly(more))
                length = length << 8U | static_cast<unsigned char>(c);
        }
        auto payload = socket_.read_exactly(length);
        if (opcode == 1) return payload;
        if (opcode == 9) send_frame(10, payload);
        if (opcode == 8) {
            if (length >= 2)
                close_code_ = static_cast<unsigned char>(payload[0]) << 8 |
                              static_cast<unsigned char>(payload[1]);
            send_frame(8, payload.substr(0, 2));
            return {};
        }
    }
}

} // namespace jishi::test
