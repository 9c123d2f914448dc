// Any bytes where a request's first line and headers stand: the look at the raw head, the target,
// the header values.
#include "protocol/etag.hpp"
#include "protocol/head.hpp"
#include "protocol/language.hpp"
#include "protocol/target.hpp"

#include <cstdlib>

using namespace jishi::protocol;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto whole = scan_head(text, 0);
    // What comes in two pieces is seen as what comes in one.
    if (const auto first = scan_head(text.substr(0, size / 2), 0);
        first.state == HeadScan::State::incomplete) {
        const auto second = scan_head(text, size / 2);
        if (second.state != whole.state || second.end != whole.end) std::abort();
    }
    names_http_version(text);
    preferred_language(text);
    none_match_names(text, "\"v1\"");
    if (const auto version = if_match_version(text);
        version && *if_match_version(make_etag(*version)) != *version)
        std::abort();
    if (const auto target = parse_target(text))
        for (const auto& segment : target->segments)
            if (segment == ".." || segment.find('/') != std::string::npos) std::abort();
    return 0;
}
