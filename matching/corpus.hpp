// The texts of a market as learning reads them: each listing a list of clauses, each clause the
// distinct terms that stand in it.
#pragma once

#include "matching/document.hpp"
#include "matching/listing_source.hpp"
#include "matching/terms.hpp"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <vector>

namespace jishi::matching {

using Terms = std::vector<TermKey>; // ascending, distinct

template<class T>
void make_set(std::vector<T>& items) {
    std::sort(items.begin(), items.end());
    items.erase(std::unique(items.begin(), items.end()), items.end());
}

struct LearnedText {
    std::vector<Terms> clauses;         // of the title, if any, and of the body
    std::vector<std::uint32_t> lengths; // of the clauses, in tokens
    bool titled = false;                // the first clause is the title
};

LearnedText learned_text(const Document& document);

struct LearnedTexts {
    std::deque<LearnedText> kept;
    std::vector<const LearnedText*> all; // of those kept, some several times
};

// Bodies that stand word for word under several titles: how to get in touch, that all is mature.
// They say nothing of any one listing, and would teach that nothing a title says recurs.
class SetTexts {
public:
    static constexpr std::size_t titles_min = 5;

    // Of at most `most` of the listings, evenly spread.
    explicit SetTexts(const ListingSource& listings, std::size_t most = SIZE_MAX);
    // The body, if it is one of them.
    void leave_out_of(LearnedText& text) const;
    bool empty() const { return hashes_.empty(); }

private:
    std::vector<std::uint64_t> hashes_; // ascending
};

// The terms of the clauses [first, last).
Terms joined(const LearnedText& text, std::size_t first, std::size_t last);

// Where the body's second half begins: the clause that starts nearest to its middle; the number of
// clauses when there is but one.
std::size_t middle_of(const LearnedText& text);

} // namespace jishi::matching
