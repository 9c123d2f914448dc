#include "protocol/json/writer.hpp"

#include "protocol/json/utf8.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace jishi::protocol::json {

namespace {

constexpr bool plain(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte < 0x7F && c != '"' && c != '\\';
}

void escape(std::string& out, char32_t c) {
    constexpr std::string_view hex = "0123456789abcdef";
    switch (c) {
    case U'"':
        out += "\\\"";
        return;
    case U'\\':
        out += "\\\\";
        return;
    case U'\n':
        out += "\\n";
        return;
    case U'\r':
        out += "\\r";
        return;
    case U'\t':
        out += "\\t";
        return;
    default:
        (out += "\\u00") += {hex[c >> 4U], hex[c & 15U]};
    }
}

} // namespace

Writer& Writer::key(std::string_view name) {
    separate();
    quote(name);
    out_ += ':';
    comma_ = false;
    return *this;
}

Writer& Writer::value(std::string_view text) {
    separate();
    quote(text);
    return *this;
}

Writer& Writer::value(double number) {
    assert(std::isfinite(number));
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    return raw({digits.data(), end});
}

Writer& Writer::integer(std::int64_t number) {
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    return raw({digits.data(), end});
}

Writer& Writer::raw(std::string_view json) {
    separate();
    out_ += json;
    return *this;
}

Writer& Writer::open(char bracket) {
    separate();
    out_ += bracket;
    comma_ = false;
    ++depth_;
    return *this;
}

Writer& Writer::close(char bracket) {
    assert(depth_ > 0);
    out_ += bracket;
    comma_ = true;
    --depth_;
    return *this;
}

void Writer::quote(std::string_view text) {
    out_ += '"';
    while (!text.empty()) {
        std::size_t run = 0; // bytes that go out as they are
        std::optional<CodePoint> next;
        while (run < text.size()) {
            if (plain(text[run])) {
                ++run;
                continue;
            }
            next = first_code_point(text.substr(run));
            if (!next || next->bytes == 1) break;
            run += next->bytes;
        }
        out_ += text.substr(0, run);
        text.remove_prefix(run);
        if (text.empty()) break;
        if (next)
            escape(out_, next->value);
        else
            out_ += "\xEF\xBF\xBD";
        text.remove_prefix(1);
    }
    out_ += '"';
}

} // namespace jishi::protocol::json
