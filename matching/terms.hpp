// Tokens become terms in two spaces: ideographs are `character`s and, with their neighbours,
// `bigram`s; a Latin run stands whole among the bigrams. A term is a 64-bit key made from the text
// alone, so no dictionary has to be kept or shared.
#pragma once

#include "matching/document.hpp"
#include "matching/text.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace jishi::matching {

enum class Space : std::uint8_t { character, bigram };
inline constexpr std::size_t space_count = 2;
constexpr std::size_t index_of(Space space) {
    return static_cast<std::size_t>(space);
}

using TermKey = std::uint64_t; // never 0

inline constexpr TermKey bigram_bit = TermKey{1} << 63, word_bit = TermKey{1} << 62;
inline constexpr int code_bits = 21; // of a code point; a bigram holds two of them

constexpr Space space_of(TermKey key) {
    return (key & bigram_bit) != 0 ? Space::bigram : Space::character;
}
constexpr bool is_word(TermKey key) {
    return (key & word_bit) != 0;
}
// An ideograph without neighbours, standing in for a bigram.
constexpr bool is_lone(TermKey key) {
    return space_of(key) == Space::bigram && (key & ~bigram_bit) >> code_bits == 0;
}
// What a text must hold for the term to be found in it: of a lone ideograph the character, wherever
// it stands.
constexpr TermKey sought(TermKey key) {
    return is_lone(key) ? key & ~bigram_bit : key;
}

// One occurrence of a term: the bytes it covers.
struct Occurrence {
    TermKey key;
    ByteRange range;
};

// Every term of the tokens, by where it begins. An ideograph without neighbours is its own bigram.
std::vector<Occurrence> occurrences_of(const std::vector<Token>& tokens);

// How often a term stands in the title (with the keywords) and in the body: two bits and six, the
// most that matters.
struct TermCount {
    std::uint8_t packed = 0;
    static constexpr unsigned title_max = 3, body_max = 63, total_max = title_max + body_max;
    static TermCount of(unsigned title, unsigned body);
    unsigned title() const { return packed >> 6; }
    unsigned body() const { return packed & 63; }
    unsigned total() const { return title() + body(); }
};

struct CountedTerm {
    TermKey key;
    TermCount count;
};

struct DocumentTerms {
    std::vector<CountedTerm> terms; // ascending keys
    std::uint32_t length = 0;       // tokens in all
};

// A document without title has its body for a title: a single text is the statement itself.
DocumentTerms terms_of(const Document& document);
DocumentTerms terms_of(std::string_view title, std::string_view body);

// The length of a document in one byte, 1..255, sixteen steps to a doubling; 0 stands for a
// document that is gone.
using LengthClass = std::uint8_t;
LengthClass length_class_of(std::uint32_t length);

// What a term's occurrences in a document are worth: BM25's saturation, tf / (tf + k1 (1 - b + b
// length / reference)), as 0..255. The reference length is a constant, not the market's mean, so
// that it depends on the document alone: sums of impacts are exact, and no other listing's coming
// or going can change them.
using ImpactTable = std::array<std::array<std::uint8_t, TermCount::total_max + 1>, 256>;
const ImpactTable& impacts(); // [length class][occurrences]; all 0 for class 0

// How much a term weighs in the statement of a need: 1 for the title, saturating at .3 for the
// body.
double statement_weight(TermCount count);

} // namespace jishi::matching
