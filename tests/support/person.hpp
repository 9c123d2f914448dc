// Someone who uses the market over HTTP. Every answer is held against the schema that its route
// promises.
#pragma once

#include "protocol/json/reader.hpp"
#include "tests/support/http_client.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jishi::test {

struct Answer {
    int status = 0;
    std::string body, etag, location;
    std::string broken_promises; // of the schema; empty when it fits

    // A member by path: text("owner/name"); numbers and booleans as they are written; empty when
    // absent.
    std::string text(std::string_view path) const;
    std::int64_t integer(std::string_view path) const;
    std::size_t count(std::string_view path) const; // entries of an array, 0 when absent
    bool lists(std::string_view path, std::string_view entry) const;
    std::string code() const; // of a problem: the last part of its type
};

class Person {
public:
    Person(
        std::uint16_t port, std::string login = {}, std::string password = {}
    ); // signs in when a login is given

    Answer get(const std::string& path);
    Answer post(const std::string& path, const std::string& json, const std::string& etag = {});
    Answer put(const std::string& path, const std::string& json, const std::string& etag);
    Answer patch(const std::string& path, const std::string& json, const std::string& etag);
    Answer remove(const std::string& path);
    // Reads the thing, then fires the action on what was read.
    Answer
    act(const std::string& path, const std::string& action, const std::string& more_json = {});

    Answer send(
        const std::string& method,
        const std::string& path,
        const std::string& body,
        HeaderList headers
    );

    const std::string& token() const { return token_; }
    void use_token(std::string token) { token_ = std::move(token); }
    void use_key(std::string key) { next_key_ = std::move(key); } // for the next POST only
    // Is told of every answer from here on, with "GET /address".
    using Listener = std::function<void(const std::string& request, const Answer& answer)>;
    void when_answered(Listener listener) { listener_ = std::move(listener); }

private:
    std::uint16_t port_;
    HttpClient http_;
    std::string token_;
    std::optional<std::string> next_key_;
    Listener listener_;
};

std::string fresh_key();

} // namespace jishi::test
