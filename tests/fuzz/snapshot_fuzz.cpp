// Any bytes as the file of an index: a reason or an engine that can be asked and changed. To come
// behind the checksum, the bytes are tried as they are, sealed anew, and laid over a good file at
// the place that their first two name; so no seed is needed.
#include "matching/snapshot_file.hpp"
#include "tests/fuzz/lent_bytes.hpp"
#include "tests/fuzz/small_model.hpp"

#include <cstdlib>
#include <cstring>

namespace {

using namespace jishi;
using namespace jishi::matching;
using File = std::vector<std::uint8_t>;

Document listing(market::ListingKind kind, std::uint8_t number, const char* title) {
    Document out;
    out.id = {kind, {}};
    out.id.bytes[15] = number;
    out.owner.bytes[15] = number;
    out.title = title;
    out.body = "低温热泵带式污泥干燥，LED";
    out.keywords = {"电池"};
    return out;
}

const std::shared_ptr<const Model>& model() {
    static const auto out = test::small_model().model;
    return out;
}

File good_file() {
    Engine engine;
    engine.adopt(model());
    std::vector<Change> changes; // at once: so many in one segment that their lists are in blocks
    for (std::uint8_t number = 1; number < 51; ++number) {
        const auto* const title = number < 3 ? "电池" : "干燥装置";
        changes.emplace_back(listing(market::ListingKind::achievement, number, title));
        changes.emplace_back(listing(market::ListingKind::need, number, "电池回收"));
    }
    engine.apply(changes);
    engine.apply(std::vector<Change>{listing(market::ListingKind::need, 2, "").id});
    File out;
    engine.save("here", [&](Bytes bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); });
    return out;
}

void read(const File& file) {
    Engine engine;
    engine.adopt(model());
    std::string problem;
    const bool taken = engine.restore(test::lent(file), problem);
    if (taken != problem.empty()) std::abort();
    if (!taken) return;
    for (const auto kind : {market::ListingKind::achievement, market::ListingKind::need}) {
        SearchQuery query;
        query.kind = kind;
        query.text = "电池";
        if (!engine.snapshot()->search(query)) std::abort();
        engine.snapshot()->matches_for(listing(kind, 9, "电池"), 5, 100);
        engine.apply(std::vector<Change>{listing(kind, 3, "别的"), listing(kind, 4, "").id});
        engine.snapshot()->matches_for(listing(kind, 9, "干燥"), 5, 100);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    static const File good = good_file();
    File file(bytes, bytes + size);
    read(file);
    reseal_snapshot(file);
    read(file);
    if (size < 2) return 0;
    const std::size_t place = (std::size_t{bytes[0]} | std::size_t{bytes[1]} << 8) % good.size();
    auto patched = good;
    const auto laid = std::min(size - 2, good.size() - place);
    if (laid > 0) std::memcpy(patched.data() + place, bytes + 2, laid);
    reseal_snapshot(patched);
    read(patched);
    return 0;
}
