#pragma once

#include <unicode/unistr.h>

#include <string>

namespace jishi::app::test {

// A text, given in UTF-8, as it stands in another encoding.
inline std::string encoded(const char* encoding, const std::string& text) {
    const auto read = icu::UnicodeString::fromUTF8(text);
    std::string out(4 * text.size() + 1, '\0');
    const auto size = read.extract(
        0, read.length(), out.data(), static_cast<std::uint32_t>(out.size()), encoding
    );
    out.resize(static_cast<std::size_t>(size));
    return out;
}

} // namespace jishi::app::test
