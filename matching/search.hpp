// What one may ask of the catalogue, and what is answered.
#pragma once

#include "matching/document.hpp"
#include "matching/text.hpp"
#include "matching/twins.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace jishi::matching {

inline constexpr std::size_t page_limit_max = 100;
inline constexpr std::size_t query_bytes_max = 60'000;
// A page whose phrases had to be read in more listings than this says "at least N".
inline constexpr std::size_t phrase_checks_max = 5'000;
inline constexpr std::size_t phrase_bytes_max =
    std::size_t{4} * 1024 * 1024;                 // of text, once for every clause
inline constexpr std::size_t exclusions_max = 10; // of one query

#define JISHI_SORTS(X) X(relevance) X(newest) X(price_ascending) X(price_descending) X(trl)
enum class SortBy : std::uint8_t { JISHI_SORTS(JISHI_ENUMERATOR) };

// Every filter left at its default accepts everything.
struct Filters {
    market::Set<market::TechnologyField> fields; // any of them
    std::string industry_prefix, division_prefix;
    market::Set<market::CooperationMode> modes; // any of them
    std::optional<std::uint8_t> trl_min, trl_max;
    market::PriceRange price;     // overlaps; a negotiable price overlaps every range
    market::OrganisationId owner; // visible owners only
    std::optional<std::int64_t> published_since_us;
};

// `text`: words, "quoted phrases" and -excluded words. Up to four words (or phrases) must all
// occur; of more, any.
struct SearchQuery {
    market::ListingKind kind = market::ListingKind::achievement;
    std::string text;
    Filters filters;
    SortBy sort = SortBy::relevance; // without text: newest
    std::size_t limit = 20;          // 1..page_limit_max
    bool plain = false; // hits without marks and pieces: they take longer than the rest
    std::string cursor; // of the page before, or empty
};

// A piece of an original field, with the byte ranges, counted in the whole field, of what was
// found.
struct Fragment {
    std::uint32_t begin = 0; // where the piece starts in the field
    std::string text;
    std::vector<ByteRange> hits;
};

struct SearchHit {
    std::shared_ptr<const Document> document;
    double score = 0;           // relevance; 0 without text
    Fragment title;             // always the whole title
    std::vector<Fragment> body; // at most two pieces, around hits; none if plain
    AlsoPosted also_posted;     // the other listings of this result, whether they answer or not
};

struct Facets {
    std::array<std::uint32_t, market::Vocabulary<market::TechnologyField>::names.size()> fields{};
    std::array<std::uint32_t, market::Vocabulary<market::CooperationMode>::names.size()> modes{};
    std::array<std::uint32_t, 10> trl{};            // [0]: not stated
    std::map<std::string, std::uint32_t> provinces; // the first two digits of the division
    bool operator==(const Facets&) const = default;
};

// Which words the hits hold: `any` after `all` was asked for means that no listing holds them all.
enum class WordsFound : std::uint8_t { none_asked, all, any };

struct SearchPage {
    std::vector<SearchHit> hits;
    std::uint64_t total = 0; // of all pages: listings, also those that are not hits of their own
    bool total_is_exact = true;
    WordsFound words = WordsFound::none_asked;
    Facets facets;           // over all pages
    std::string next_cursor; // empty on the last page
};

} // namespace jishi::matching

template<>
struct jishi::market::Vocabulary<jishi::matching::SortBy> {
    static constexpr std::array names{JISHI_SORTS(JISHI_ENUMERATOR_NAME)};
};
