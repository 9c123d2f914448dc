// How text becomes tokens. Equal in the eyes of a reader means equal here: full and half width,
// upper and lower case, traditional and simplified characters are folded; every token keeps its
// byte range in the ORIGINAL text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace jishi::matching {

// Bytes [begin, end) of an original text.
struct ByteRange {
    std::uint32_t begin = 0, end = 0;
    bool operator==(const ByteRange&) const = default;
};

// One ideograph (also kana and hangul), or one run of Latin letters, digits and units kept whole:
// "LiFePO4", "100/120".
struct Token {
    std::uint64_t code =
        0; // the folded code point of an ideograph; a hash of the folded, stemmed run
    ByteRange range;
    bool word = false;   // a Latin or numeric run, not an ideograph
    bool joined = false; // an ideograph that directly follows another one
};

// Total over any bytes: what is not UTF-8 separates tokens. REQUIRES: text.size() < 2^32.
// Thread-safe. The first call builds the folding table (some 100 ms) and throws std::runtime_error
// when OpenCC's data is not installed.
std::vector<Token> tokens_of(std::string_view text);

// Four letters in a row of a Latin word, its ends counted as letters: of "pump" "_pum", "pump" and
// "ump_". Of words that hold a digit none.
struct Letters {
    std::uint64_t code = 0; // a hash of the folded letters
    ByteRange range;        // of the word
};
std::vector<Letters> letters_of(std::string_view text);
// Both, in place of what was there; the letters only where they are asked for.
void read_text(std::string_view text, std::vector<Token>& tokens, std::vector<Letters>* letters);

// The words among the ideographs, as ICU's dictionary cuts them: the first token and how many.
struct WordSpan {
    std::size_t first, count;
};
std::vector<WordSpan> words_of(const std::vector<Token>& tokens);

// The text as it is compared: NFKC, lower case, simplified characters; what is not UTF-8 becomes a
// space.
std::string folded(std::string_view text);

} // namespace jishi::matching
