// Any bytes as the file of a model: a reason or a model that can be used. To come behind the
// checksum, the bytes are tried as they are, sealed anew, and laid over a good file at the place
// that their first two name; so no seed is needed.
#include "matching/document.hpp"
#include "tests/fuzz/small_model.hpp"

#include <cstdlib>
#include <cstring>

namespace {

using namespace jishi::matching;

void read(const std::string& bytes) {
    std::string problem;
    const auto kept = kept_model(bytes, problem);
    if (kept.has_value() != problem.empty()) std::abort();
    if (!kept) return;
    if (bytes_of(*kept) != bytes) std::abort();
    const auto& model = *kept->model;
    const auto terms = stated_terms("电池", "电池的 LED");
    const auto meaning = model.meaning_of(terms);
    if (meaning.size() != meaning_bytes(model.dimensions())) std::abort();
    const auto norm = model.meaning_norm(meaning);
    if (norm.scale != norm.scale || norm.base != norm.base) std::abort();
    for (const auto& term : terms.terms)
        if (!(model.term_weight(term.key).variance >= 0)) std::abort();
    if (model.parts().mean_length > 1e6) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    static const std::string good = [] {
        const auto file = bytes_of(test::small_model());
        return file.substr(0, file.size() - sizeof(std::uint64_t));
    }();
    const std::string text(reinterpret_cast<const char*>(bytes), size);
    read(text);
    read(sealed(text));
    if (size < 2) return 0;
    const std::size_t place = (std::size_t{bytes[0]} | std::size_t{bytes[1]} << 8) % good.size();
    auto patched = good;
    patched.resize(std::max(good.size(), place + size - 2));
    if (size > 2) std::memcpy(patched.data() + place, bytes + 2, size - 2);
    read(sealed(patched));
    return 0;
}
