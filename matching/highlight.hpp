// Where the terms that count stand in an original text.
#pragma once

#include "matching/key_table.hpp"
#include "matching/search.hpp"
#include "matching/terms.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace jishi::matching {

// Keys that are looked for in every word of a text, most of which are not among them.
class TermKeys {
public:
    explicit TermKeys(std::vector<TermKey> keys);
    bool has(TermKey key) const {
        return (bits_ >> (mixed(key) & 63) & 1) != 0 && std::ranges::binary_search(keys_, key);
    }

private:
    std::vector<TermKey> keys_;
    std::uint64_t bits_ = 0;
};

// Which terms count, and which to be content with in a text that has none of those.
struct MarkedTerms {
    TermKeys strong, weak;
};

// The stretches covered by the terms, overlapping ones joined, ascending.
std::vector<ByteRange> ranges_of(const std::vector<Occurrence>& occurrences, const TermKeys& terms);
std::vector<ByteRange> ranges_in(const std::vector<Token>& tokens, const MarkedTerms& terms);

// The whole text as one fragment.
Fragment whole_fragment(std::string_view text, const MarkedTerms& terms);

// At most two pieces of some 70 characters around the most hits; without hits the beginning of the
// text.
std::vector<Fragment> best_fragments(std::string_view text, const MarkedTerms& terms);

// `text` up to a character boundary at or before `at`.
std::uint32_t boundary_before(std::string_view text, std::size_t at);

} // namespace jishi::matching
