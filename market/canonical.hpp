// Text to be hashed: "name:length:value\n" lines, so that no two different lists of values give the
// same text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace jishi::market {

class CanonicalText {
public:
    // `form` names the layout and its version; it is part of the text.
    explicit CanonicalText(std::string_view form) { add("form", form); }

    void add(std::string_view name, std::string_view value) {
        text_.append(name)
            .append(":")
            .append(std::to_string(value.size()))
            .append(":")
            .append(value)
            .append("\n");
    }
    void add(std::string_view name, std::int64_t value) {
        add(name, std::string_view(std::to_string(value)));
    }

    std::string take() { return std::move(text_); }

private:
    std::string text_;
};

} // namespace jishi::market
