#include "tests/support/person.hpp"

#include "protocol/json/schema.hpp"
#include "tests/support/promised_routes.hpp"

#include <gtest/gtest.h>
#include <sodium.h>

#include <array>

namespace jishi::test {

namespace {

using protocol::json::Value;

std::string
broken_promises(const std::string& method, const std::string& path, const Response& response) {
    const auto target = protocol::parse_target(path);
    const auto known = protocol::parse_method(method);
    if (!target || !known) return {};
    const auto match = promised_routes().find(*known, *target);
    if (!match || !match->route) return {};
    std::string all;
    if (response.status >= 500 && response.status != 503)
        all += "status " + std::to_string(response.status) + "; ";
    if (response.status >= 400) return all;
    if (response.status != match->route->success && response.status != 304)
        all += "status " + std::to_string(response.status) + " where " +
               std::to_string(match->route->success) + " is promised; ";
    if (match->route->response && !response.body.empty())
        for (const auto& line : protocol::json::fits(*match->route->response, response.body))
            all += line + "; ";
    return all;
}

std::optional<Value> find(const protocol::json::Document& document, std::string_view path) {
    if (document.empty()) return {};
    std::optional<Value> value = document.root();
    while (value && !path.empty()) {
        const auto slash = path.find('/');
        const auto name = path.substr(0, slash);
        path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
        if (value->is_array()) {
            const auto index = static_cast<std::size_t>(std::stoul(std::string(name)));
            value =
                index < value->array().size() ? std::optional(value->array()[index]) : std::nullopt;
        } else if (value->is_object()) {
            value = value->object().find(name);
        } else {
            value.reset();
        }
    }
    return value;
}

std::optional<Value>
find_in(const std::string& body, std::string_view path, protocol::json::Document& keeper) {
    auto document = protocol::json::parse(body);
    if (!document) return {};
    keeper = *document;
    return find(keeper, path);
}

} // namespace

std::string Answer::text(std::string_view path) const {
    protocol::json::Document keeper;
    const auto value = find_in(body, path, keeper);
    if (!value || value->is_null()) return {};
    if (value->is_text()) return std::string(value->text());
    if (value->is_integer()) return std::to_string(value->integer());
    if (value->is_boolean()) return value->boolean() ? "true" : "false";
    return value->is_number() ? std::to_string(value->number()) : std::string();
}

std::int64_t Answer::integer(std::string_view path) const {
    protocol::json::Document keeper;
    const auto value = find_in(body, path, keeper);
    return value && value->is_integer() ? value->integer() : 0;
}

std::size_t Answer::count(std::string_view path) const {
    protocol::json::Document keeper;
    const auto value = find_in(body, path, keeper);
    return value && value->is_array() ? value->array().size() : 0;
}

bool Answer::lists(std::string_view path, std::string_view entry) const {
    protocol::json::Document keeper;
    const auto value = find_in(body, path, keeper);
    if (!value || !value->is_array()) return false;
    for (const auto one : value->array())
        if (one.is_text() && one.text() == entry) return true;
    return false;
}

std::string Answer::code() const {
    const auto type = text("type");
    return type.substr(type.rfind('/') + 1);
}

Person::Person(std::uint16_t port, std::string login, std::string password)
    : port_(port), http_("127.0.0.1", port) {
    if (login.empty()) return;
    const auto answer =
        post("/api/v1/sessions", R"({"login":")" + login + R"(","password":")" + password + "\"}");
    EXPECT_EQ(answer.status, 201) << login << ": " << answer.body;
    token_ = answer.text("token");
}

Answer Person::send(
    const std::string& method, const std::string& path, const std::string& body, HeaderList headers
) {
    if (!token_.empty()) headers.emplace_back("Authorization", "Bearer " + token_);
    const auto response = http_.request(method, path, headers, body);
    Answer answer{
        .status = response.status,
        .body = response.body,
        .etag = response.header("etag"),
        .location = response.header("location"),
        .broken_promises = broken_promises(method, path, response)};
    if (listener_) listener_(method + " " + path, answer);
    EXPECT_EQ(answer.broken_promises, "") << method << " " << path << "\n"
                                          << response.body.substr(0, 2'000);
    return answer;
}

Answer Person::get(const std::string& path) {
    return send("GET", path, {}, {});
}

Answer Person::post(const std::string& path, const std::string& json, const std::string& etag) {
    HeaderList headers{{"Content-Type", "application/json"}};
    headers.emplace_back("Idempotency-Key", next_key_.value_or(fresh_key()));
    next_key_.reset();
    if (!etag.empty()) headers.emplace_back("If-Match", etag);
    return send("POST", path, json, std::move(headers));
}

Answer Person::put(const std::string& path, const std::string& json, const std::string& etag) {
    return send("PUT", path, json, {{"Content-Type", "application/json"}, {"If-Match", etag}});
}

Answer Person::patch(const std::string& path, const std::string& json, const std::string& etag) {
    return send("PATCH", path, json, {{"Content-Type", "application/json"}, {"If-Match", etag}});
}

Answer Person::remove(const std::string& path) {
    return send("DELETE", path, {}, {});
}

Answer
Person::act(const std::string& path, const std::string& action, const std::string& more_json) {
    const auto seen = get(path);
    const auto more = more_json.empty() ? "" : "," + more_json;
    return post(path + "/actions", R"({"action":")" + action + "\"" + more + "}", seen.etag);
}

std::string fresh_key() {
    std::array<unsigned char, 16> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    std::array<char, 33> text{};
    return sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
}

} // namespace jishi::test
