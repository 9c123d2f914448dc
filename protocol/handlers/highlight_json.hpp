// What was found in a text, for readers: the engine counts bytes, JSON clients count characters
// (code points).
#pragma once

#include "matching/search.hpp"
#include "protocol/json/schema.hpp"
#include "protocol/json/writer.hpp"

#include <array>
#include <span>
#include <string_view>
#include <vector>

namespace jishi::protocol {

inline constexpr json::Schema character_offset = json::integer(0, 1'000'000);
inline constexpr json::Schema character_range = json::array(character_offset, 2, 2);
inline constexpr json::Schema ranges_schema = json::array(character_range, 0, 10'000);

inline constexpr std::array fragment_fields{
    json::required("text", json::paragraphs(0, 2'000), "片段", "A piece of the text"),
    json::required(
        "hits", ranges_schema, "命中的字符区间", "[begin,end) in this piece, in characters"
    ),
};
inline constexpr json::Schema fragment_schema = json::object("Fragment", fragment_fields);
inline constexpr std::size_t fragments_max = 2;
inline constexpr json::Schema fragments_schema = json::array(fragment_schema, 0, fragments_max);

// [[begin,end],...] in characters. REQUIRES: ascending ranges of `text`, which is UTF-8.
void write_ranges(
    json::Writer& out, std::string_view text, std::span<const matching::ByteRange> ranges
);

// {"text","hits"}: the hits are counted from the start of the piece.
void write_fragments(json::Writer& out, std::span<const matching::Fragment> fragments);

// The first pieces of a text around what was found in it; none where nothing was.
std::vector<matching::Fragment>
pieces_around(std::string_view text, std::span<const matching::ByteRange> ranges);

} // namespace jishi::protocol
