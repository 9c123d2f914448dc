// What a handler gives back. A plain value; the session turns it into bytes.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jishi::protocol {

struct Reply {
    int status = 200;
    std::string content_type = "application/json";
    std::string body{};
    std::string etag{}; // with its quotes; a GET that names it in If-None-Match is answered 304
    std::vector<std::pair<std::string, std::string>> headers{}; // Location, Retry-After, Link, ...

    Reply& with(std::string_view name, std::string_view value) & {
        headers.emplace_back(name, value);
        return *this;
    }
    Reply&& with(std::string_view name, std::string_view value) && {
        headers.emplace_back(name, value);
        return std::move(*this);
    }
    const std::string* header(std::string_view name) const; // case does not matter
};

inline Reply ok(std::string json, std::string etag = {}) {
    return {.body = std::move(json), .etag = std::move(etag)};
}
inline Reply created(std::string_view location, std::string json, std::string etag = {}) {
    return Reply{.status = 201, .body = std::move(json), .etag = std::move(etag)}.with(
        "Location", location
    );
}
inline Reply accepted(std::string json) {
    return {.status = 202, .body = std::move(json)};
}
inline Reply no_content() {
    return {.status = 204, .content_type = {}};
}
inline Reply plain_text(std::string text) {
    return {.content_type = "text/plain; charset=utf-8", .body = std::move(text)};
}

} // namespace jishi::protocol
