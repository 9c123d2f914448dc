// Where the terms that count stand in an original text.
#pragma once

#include "matching/search.hpp"
#include "matching/terms.hpp"

#include <functional>
#include <string_view>
#include <vector>

namespace jishi::matching {

using TermTest = std::function<bool(TermKey)>;

// Which terms count, and which to be content with in a text that has none of those.
struct TermTests {
    TermTest strong, weak;
};

// The stretches covered by the terms, overlapping ones joined, ascending.
std::vector<ByteRange>
ranges_of(const std::vector<Occurrence>& occurrences, const TermTest& matched);
std::vector<ByteRange> ranges_in(std::string_view text, const TermTests& tests);

// The whole text as one fragment.
Fragment whole_fragment(std::string_view text, const TermTests& tests);

// At most two pieces of some 70 characters around the most hits; without hits the beginning of the
// text.
std::vector<Fragment> best_fragments(std::string_view text, const TermTests& tests);

// `text` up to a character boundary at or before `at`.
std::uint32_t boundary_before(std::string_view text, std::size_t at);

} // namespace jishi::matching
