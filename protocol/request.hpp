// What a handler is given. A plain value: no socket, no parser behind it.
#pragma once

#include "market/result.hpp"
#include "protocol/json/reader.hpp"
#include "protocol/language.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jishi::market {
struct Caller;
}

namespace jishi::protocol {

enum class Method : std::uint8_t { get, head, post, put, patch, remove, options };

std::string_view method_name(Method method); // "DELETE" for remove
std::optional<Method> parse_method(std::string_view name);

// The request headers this server reads. Each may occur once; a second one is malformed.
struct Headers {
    std::string accept_language, authorization, content_type, forwarded_for, idempotency_key,
        if_match, if_none_match, origin, user_agent;
};

struct QueryValue {
    std::string name, value;
    bool operator==(const QueryValue&) const = default;
};

struct PathValue {
    std::string_view name; // of the route's pattern
    std::string value;
};

struct Request {
    Method method = Method::get;
    std::string path; // as sent, percent-encoded, without the query
    std::vector<PathValue> path_values;
    std::vector<QueryValue> query;
    Headers headers;
    std::string body;
    std::string remote_address;
    std::string request_id;
    Language language = Language::zh;

    // Filled in by the dispatcher, before the handler runs:
    json::Document json; // the body, where the route has a request schema: it fits
    std::shared_ptr<const market::Caller> caller;  // null when nobody is signed in
    std::optional<std::uint64_t> expected_version; // of If-Match, where the route needs one

    // REQUIRES: the route's pattern has {name}.
    const std::string& path_value(std::string_view name) const;

    // Query parameters; the route's table has checked their form, so these cannot fail.
    std::optional<std::string_view> query_text(std::string_view name) const;
    std::optional<std::int64_t> query_integer(std::string_view name) const;
    bool query_flag(std::string_view name) const; // "true"
    std::vector<std::string_view> query_texts(std::string_view name) const;

    json::Object object() const { return json.object(); }
    const market::Caller* caller_or_null() const { return caller.get(); }
};

} // namespace jishi::protocol
