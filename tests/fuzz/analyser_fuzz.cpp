// Any bytes at all: tokens lie within the text, in order, and folding twice changes nothing more.
#include "matching/terms.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace jishi::matching;
    const std::string_view text(reinterpret_cast<const char*>(bytes), size);
    std::uint32_t last = 0;
    for (const auto& [code, range, word, joined] : tokens_of(text)) {
        if (range.begin < last || range.end <= range.begin || range.end > size) std::abort();
        last = range.begin; // one character may fold to several tokens
    }
    const auto once = folded(text);
    if (folded(once) != once) std::abort();
    if (terms_of(text, text).length < terms_of(text, {}).length) std::abort();
    return 0;
}
