// Any query text against a small market: an answer, never a crash, and highlights that lie in the
// text.
#include "matching/cursor.hpp"
#include "matching/engine.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace jishi::matching;
    static const auto market = [] {
        Engine engine;
        Document one, two;
        one.id.bytes[0] = 1, one.title = "鋰電池 LED 5G", one.body = "回收\xFF與-40℃處理";
        two.id.bytes[0] = 2, two.title = "废水处理", two.body = "motors and \"quotes\"";
        engine.apply(std::vector<Change>{one, two});
        return engine.snapshot();
    }();
    SearchQuery query;
    query.text.assign(reinterpret_cast<const char*>(bytes), size);
    const auto page = market->search(query);
    if (page.ok() && size > query_bytes_max) std::abort();
    if (!page.ok() && size <= 2 * exclusions_max) std::abort(); // too short to exclude too many
    if (!page.ok()) return 0;
    for (const auto& hit : page->hits)
        for (const auto& range : hit.title.hits)
            if (range.begin >= range.end || range.end > hit.document->title.size()) std::abort();
    parse_cursor(query.text);
    return 0;
}
