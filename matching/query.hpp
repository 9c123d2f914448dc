// What a query text asks for, ready to be tried on documents.
#pragma once

#include "matching/terms.hpp"

#include <string_view>
#include <vector>

namespace jishi::matching {

inline constexpr std::size_t words_required_max = 4; // of more words a listing need not hold all

// One word, phrase or exclusion: the terms a text must hold, and the tokens that must follow each
// other where terms alone cannot tell (empty otherwise).
struct Clause {
    std::vector<TermKey> terms; // ascending, distinct
    std::vector<std::uint64_t> sequence;
};

struct ParsedQuery {
    std::vector<Clause> wanted, excluded;
    DocumentTerms scoring; // the wanted words as if they were a title
    std::vector<TermKey>
        strong; // its bigrams and words, ascending: one of them makes a listing an answer to "any"

    bool has_words() const { return !wanted.empty(); }
    bool asks_for_all() const { return wanted.size() <= words_required_max; }
};

// Total: whatever is not "quoted" or -excluded is words; a quote without end ends with the text.
ParsedQuery parse_query(std::string_view text);

// Whether a single document, or rather its terms and its text, satisfies a clause.
bool holds(const Clause& clause, const DocumentTerms& terms);
bool reads(const Clause& clause, const Document& document); // the sequence alone

} // namespace jishi::matching
