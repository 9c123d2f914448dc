#include "protocol/handlers/highlight_json.hpp"

#include "market/text.hpp"
#include "matching/highlight.hpp"

#include <algorithm>

namespace jishi::protocol {

namespace {

using matching::ByteRange;
using matching::Fragment;

constexpr std::uint32_t piece_bytes = 240, lead_bytes = 60; // 80 and 20 ideographs

Fragment piece_at(std::string_view text, ByteRange hit, std::uint32_t not_before) {
    const auto wanted = hit.begin > lead_bytes ? hit.begin - lead_bytes : 0;
    const auto begin = std::max(matching::boundary_before(text, wanted), not_before);
    const auto end =
        matching::boundary_before(text, std::min<std::size_t>(text.size(), begin + piece_bytes));
    return {.begin = begin, .text = std::string(text.substr(begin, end - begin)), .hits = {}};
}

} // namespace

void write_ranges(json::Writer& out, std::string_view text, std::span<const ByteRange> ranges) {
    out.begin_array();
    std::size_t bytes = 0, characters = 0;
    const auto characters_up_to = [&](std::size_t at) {
        characters += market::count_code_points(text.substr(bytes, at - bytes));
        bytes = at;
        return characters;
    };
    for (const auto range : ranges) {
        out.begin_array().value(characters_up_to(range.begin));
        out.value(characters_up_to(range.end)).end_array();
    }
    out.end_array();
}

void write_fragments(json::Writer& out, std::span<const Fragment> fragments) {
    out.begin_array();
    for (const auto& fragment : fragments) {
        auto hits = fragment.hits;
        for (auto& hit : hits)
            hit = {hit.begin - fragment.begin, hit.end - fragment.begin};
        out.begin_object().field("text", fragment.text).key("hits");
        write_ranges(out, fragment.text, hits);
        out.end_object();
    }
    out.end_array();
}

std::vector<Fragment> pieces_around(std::string_view text, std::span<const ByteRange> ranges) {
    std::vector<Fragment> pieces;
    std::uint32_t covered = 0; // the end of the last piece
    for (const auto range : ranges) {
        if (range.begin >= covered) {
            if (pieces.size() == fragments_max) break;
            pieces.push_back(piece_at(text, range, covered));
            covered = pieces.back().begin + static_cast<std::uint32_t>(pieces.back().text.size());
        }
        pieces.back().hits.push_back({range.begin, std::min(range.end, covered)});
    }
    return pieces;
}

} // namespace jishi::protocol
