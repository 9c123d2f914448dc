#include "protocol/response_head.hpp"

#include <algorithm>
#include <array>

namespace jishi::protocol {

namespace {

std::string_view reason_phrase(int status) {
    switch (status) {
    case 200:
        return "OK";
    case 201:
        return "Created";
    case 202:
        return "Accepted";
    case 204:
        return "No Content";
    case 207:
        return "Multi-Status";
    case 301:
        return "Moved Permanently";
    case 302:
        return "Found";
    case 303:
        return "See Other";
    case 304:
        return "Not Modified";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 406:
        return "Not Acceptable";
    case 408:
        return "Request Timeout";
    case 409:
        return "Conflict";
    case 412:
        return "Precondition Failed";
    case 413:
        return "Content Too Large";
    case 415:
        return "Unsupported Media Type";
    case 417:
        return "Expectation Failed";
    case 422:
        return "Unprocessable Content";
    case 423:
        return "Locked";
    case 426:
        return "Upgrade Required";
    case 428:
        return "Precondition Required";
    case 429:
        return "Too Many Requests";
    case 431:
        return "Request Header Fields Too Large";
    case 500:
        return "Internal Server Error";
    case 501:
        return "Not Implemented";
    case 503:
        return "Service Unavailable";
    case 505:
        return "HTTP Version Not Supported";
    default:
        return "Status";
    }
}

void add(std::string& out, std::string_view name, std::string_view value) {
    // A line break inside a value would let whoever wrote the value write headers.
    if (value.find_first_of(std::string_view("\r\n\0", 3)) != value.npos) return;
    (((out += name) += ": ") += value) += "\r\n";
}

} // namespace

std::string response_head(const Reply& reply, const Framing& framing) {
    std::string out;
    out.reserve(512);
    (((out += "HTTP/1.1 ") += std::to_string(reply.status)) += ' ') += reason_phrase(reply.status);
    out += "\r\nServer: jishi\r\n";
    add(out, "Date", framing.date);
    add(out, "X-Request-Id", framing.request_id);
    if (reply.status != 204 && reply.status != 304) {
        add(out, "Content-Length", std::to_string(reply.body.size()));
        if (!reply.content_type.empty()) add(out, "Content-Type", reply.content_type);
    }
    if (!reply.etag.empty()) add(out, "ETag", reply.etag);
    for (const auto& [name, value] : reply.headers)
        add(out, name, value);
    if (framing.no_store && !reply.header("Cache-Control")) add(out, "Cache-Control", "no-store");
    if (!reply.header("Content-Security-Policy"))
        add(out, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    out += "X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n";
    if (!framing.cors_origin.empty()) {
        add(out, "Access-Control-Allow-Origin", framing.cors_origin);
        out += "Access-Control-Expose-Headers: ETag, Location, Retry-After, X-Request-Id\r\nVary: "
               "Origin\r\n";
    }
    if (!framing.keep_alive)
        out += "Connection: close\r\n";
    else if (framing.http_1_0)
        out += "Connection: keep-alive\r\n";
    return out += "\r\n";
}

std::string http_date(std::time_t at) {
    std::tm parts{};
    gmtime_r(&at, &parts);
    std::array<char, 40> text{};
    return {
        text.data(), std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts)};
}

} // namespace jishi::protocol
