// Tokens become terms in three spaces: ideographs are `character`s and, with their neighbours,
// `bigram`s; a Latin run is a `word`, and its letters, four at a time, are bigrams too, so that
// "photovoltaic" and "photovoltaics" meet. A term is a 64-bit key made from the text alone, so no
// dictionary has to be kept or shared.
#pragma once

#include "matching/document.hpp"
#include "matching/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace jishi::matching {

enum class Space : std::uint8_t { character, bigram, word };
inline constexpr std::size_t space_count = 3;
constexpr std::size_t index_of(Space space) {
    return static_cast<std::size_t>(space);
}

// The upper two bits: 0 a character, 1 a bigram or letters, 2 a Latin word, 3 an ideograph or two
// that stand as a word.
using TermKey = std::uint64_t; // never 0

inline constexpr TermKey bigram_bit = TermKey{1} << 62, word_bit = TermKey{1} << 63;
inline constexpr TermKey as_word_bits = word_bit | bigram_bit;
inline constexpr TermKey pair_bit = TermKey{1} << 61; // under as_word_bits: of a bigram
inline constexpr TermKey gram_bit = TermKey{1} << 61; // under bigram_bit: of letters
inline constexpr int code_bits = 21;                  // of a code point; a bigram holds two of them
// Below them, what a word or letters are known by: of a million of them two are taken for each
// other once in seventy markets. Nothing is above but the three bits.
inline constexpr int hash_bits = 45;
inline constexpr TermKey hash_mask = (TermKey{1} << hash_bits) - 1;

// A key without the bits that are in none, in 48 of them: ascending with the keys.
inline constexpr int kind_bits = 3, packed_bits = kind_bits + hash_bits;
constexpr std::uint64_t packed(TermKey key) {
    return key >> (64 - kind_bits) << hash_bits | (key & hash_mask);
}
constexpr TermKey unpacked(std::uint64_t packed) {
    return packed >> hash_bits << (64 - kind_bits) | (packed & hash_mask);
}

constexpr Space space_of(TermKey key) {
    if ((key & word_bit) != 0) return Space::word;
    return (key & bigram_bit) != 0 ? Space::bigram : Space::character;
}
constexpr bool is_gram(TermKey key) {
    return (key & as_word_bits) == bigram_bit && (key & gram_bit) != 0;
}
// A word of one or two ideographs is no term of its own in a listing: it is its character or
// bigram, which counts once more, at a word's weight, where the statement holds it as a word.
constexpr TermKey as_word(TermKey key) {
    return (key & bigram_bit) != 0 ? as_word_bits | pair_bit | (key & ~bigram_bit)
                                   : as_word_bits | key;
}
// What a listing must hold for a term of a statement to be found in it.
constexpr TermKey sought(TermKey key) {
    if ((key & as_word_bits) != as_word_bits) return key;
    const auto plain = key & ~(as_word_bits | pair_bit);
    return (key & pair_bit) != 0 ? bigram_bit | plain : plain;
}

// The keys of an ideograph or Latin run, and of two ideographs in a row.
inline TermKey key_of(const Token& token) {
    return token.word ? word_bit | (token.code & hash_mask) : token.code;
}
inline TermKey key_of(const Token& first, const Token& second) {
    return bigram_bit | first.code << code_bits | second.code;
}

// One occurrence of a term: the bytes it covers.
struct Occurrence {
    TermKey key;
    ByteRange range;
};

// Every character, bigram and Latin word of the tokens, by where it begins.
std::vector<Occurrence> occurrences_of(const std::vector<Token>& tokens);

// The same, and the letters of Latin words behind them. REQUIRES: the tokens are those of the text.
std::vector<Occurrence>
occurrences_with_letters(const std::vector<Token>& tokens, std::string_view text);

// The key of every occurrence of what a listing offers to be found by (characters, bigrams, words
// and their letters), and of what a statement asks for: the same, and what stands in it as a word.
std::vector<TermKey> offered_keys(std::string_view text);
std::vector<TermKey> stated_keys(std::string_view text);

// How often a term stands in the title (with the keywords) and in the body: two bits each, the most
// that matters.
struct TermCount {
    std::uint8_t packed = 0;
    static constexpr unsigned title_max = 3, body_max = 3, total_max = title_max + body_max;
    static constexpr std::uint8_t packed_count = 16;
    static TermCount of(unsigned title, unsigned body);
    constexpr unsigned title() const { return packed >> 2; }
    constexpr unsigned body() const { return packed & 3; }
    unsigned total() const { return title() + body(); }
    // The same in all, wherever, as far as an impact tells it: what of an achievement's counts is
    // asked for.
    static constexpr unsigned impact_max = 4;
    TermCount anywhere() const {
        const auto in_all = std::min(total(), impact_max), in_title = std::min(in_all, title_max);
        return of(in_title, in_all - in_title);
    }
};

struct CountedTerm {
    TermKey key;
    TermCount count;
};

struct DocumentTerms {
    std::vector<CountedTerm> terms; // ascending keys
    std::uint32_t length = 0;       // tokens in all
};

std::vector<TermKey> keys_of(const DocumentTerms& document);

// The terms a listing is indexed by: what an achievement offers, what a need states. A document
// without title has its body for a title: a single text is the statement itself.
DocumentTerms terms_of(const Document& document);
DocumentTerms offered_terms(std::string_view title, std::string_view body);
DocumentTerms stated_terms(std::string_view title, std::string_view body);

// The length of a document in one byte, 1..255, sixteen steps to a doubling; 0 stands for a
// document that is gone.
using LengthClass = std::uint8_t;
LengthClass length_class_of(std::uint32_t length);

// What most listings of a market are written in.
enum class Script : std::uint8_t { ideographs, latin };

// What a term's occurrences in a document are worth, up to TermCount::impact_max of them: BM25's
// saturation, tf / (tf + k1 (1 - b + b length / reference)), as 0..255; its length counts less
// against a text of Latin words. The reference length is a constant, or what a model has learned of
// its market, never the live market's mean: so an impact depends on the document alone, and no
// other listing's coming or going can change it.
using ImpactTable = std::array<std::array<std::uint8_t, TermCount::total_max + 1>, 256>;
inline constexpr std::uint32_t usual_length = 100; // without a model
// [length class][occurrences]; all 0 for class 0. Thread-safe; lives for ever.
const ImpactTable&
impacts(std::uint32_t reference_length = usual_length, Script script = Script::ideographs);

// How much a term weighs in the statement of a need: 1 for the title, saturating at .3 for the
// body.
constexpr double statement_weight(TermCount count) {
    constexpr double body_weight = .3;
    const double in_body = count.body();
    return (count.title() > 0 ? 1.0 : 0.0) + body_weight * in_body / (in_body + 1);
}
inline constexpr double statement_weight_max = 1.3;

} // namespace jishi::matching
