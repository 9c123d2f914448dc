// The two languages of every text the market says.
#pragma once

#include <cstdint>
#include <string_view>

namespace jishi::protocol {

enum class Language : std::uint8_t { zh, en };

// By the weights of Accept-Language; Chinese where nothing or nothing known is asked for.
Language preferred_language(std::string_view accept_language);

constexpr std::string_view language_tag(Language language) {
    return language == Language::zh ? "zh-CN" : "en";
}

} // namespace jishi::protocol
