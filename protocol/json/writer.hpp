// Writing JSON into one string. Escapes what must be escaped; a byte that is not UTF-8 goes out as
// U+FFFD.
#pragma once

#include <cassert>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace jishi::protocol::json {

class Writer {
public:
    Writer& begin_object() { return open('{'); }
    Writer& end_object() { return close('}'); }
    Writer& begin_array() { return open('['); }
    Writer& end_array() { return close(']'); }

    Writer& key(std::string_view name);

    Writer& value(std::string_view text);
    Writer& value(const std::string& text) { return value(std::string_view(text)); }
    Writer& value(const char* text) { return value(std::string_view(text)); }
    Writer& value(std::same_as<bool> auto flag) { return raw(flag ? "true" : "false"); }
    Writer& value(std::signed_integral auto number) { return integer(number); }
    template<std::unsigned_integral Number>
    requires(!std::same_as<Number, bool>) Writer& value(Number number) {
        return raw(std::to_string(number));
    }
    Writer& value(double number); // shortest form that reads back the same; REQUIRES finite
    template<class T>
    Writer& value(const std::optional<T>& maybe) {
        return maybe ? value(*maybe) : null();
    }
    Writer& null() { return raw("null"); }
    Writer& raw(std::string_view json); // one value that is JSON already

    // key() and value() in one.
    template<class T>
    Writer& field(std::string_view name, const T& content) {
        return key(name).value(content);
    }

    const std::string& text() const { return out_; }
    std::string take() {
        assert(depth_ == 0);
        return std::move(out_);
    }

private:
    Writer& open(char bracket);
    Writer& close(char bracket);
    Writer& integer(std::int64_t number);
    void separate() {
        if (comma_) out_ += ',';
        comma_ = true;
    }
    void quote(std::string_view text);

    std::string out_;
    bool comma_ = false; // whether the next key or value follows another
    int depth_ = 0;
};

} // namespace jishi::protocol::json
