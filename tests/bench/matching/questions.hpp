// What is asked of the engine and of its peers: short searches with a filter, and needs in full.
#pragma once

#include "matching/engine.hpp"
#include "matching/terms.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace jishi::matching::bench {

// Two to four words of two ideographs from a need's title, and a filter that a third of the market
// passes.
struct ShortQuestion {
    std::string text, filter;
    std::vector<TermKey> terms; // one a word; all must occur
};
std::optional<ShortQuestion> short_question_of(const Document& need);
std::vector<ShortQuestion> short_questions_of(std::span<const Document> needs, std::size_t count);
SearchQuery query_of(const std::string& text, const std::string& filter);

// The terms that a listing must hold to have something of the need.
std::vector<TermKey> sought_terms_of(const Document& need);
inline constexpr std::size_t full_terms_min = 60, full_terms_max = 150;
// Needs with so many terms, evenly taken.
std::vector<Document> full_needs_of(std::span<const Document> needs, std::size_t count);

} // namespace jishi::matching::bench
