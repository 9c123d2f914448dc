#include "protocol/language.hpp"

#include "protocol/text.hpp"

#include <charconv>

namespace jishi::protocol {

namespace {

// "q=0.8" after the language range; absent or unreadable is 1.
double weight_of(std::string_view parameters) {
    const auto q = parameters.find("q=");
    if (q == parameters.npos) return 1;
    double weight = 1;
    std::from_chars(parameters.data() + q + 2, parameters.data() + parameters.size(), weight);
    return weight;
}

} // namespace

Language preferred_language(std::string_view accept_language) {
    double zh = 0, en = 0;
    for (const auto range : split(accept_language, ',')) {
        const auto tag = trim(range.substr(0, range.find(';')));
        const auto weight = weight_of(range.substr(std::min(range.size(), tag.size())));
        const auto primary = tag.substr(0, tag.find('-'));
        if (same_word(primary, "zh")) zh = std::max(zh, weight);
        if (same_word(primary, "en")) en = std::max(en, weight);
    }
    return en > zh ? Language::en : Language::zh;
}

} // namespace jishi::protocol
