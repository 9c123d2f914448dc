// A listing as a person reads it, to tell people why it matches: its texts, cut into words.
#pragma once

#include "matching/terms.hpp"
#include "matching/text.hpp"
#include "matching/weighting.hpp"

#include <string_view>
#include <vector>

namespace jishi::matching {

// Every token is in one word: of a Latin run it is the run, of ideographs what the dictionary cuts
// out, joined with its neighbours where the market writes one rarely without the other (锂 + 离子),
// to eight ideographs at most.
struct WordedText {
    std::string_view text;
    std::vector<Token> tokens;
    std::vector<WordSpan> words; // ascending

    ByteRange range_of(const WordSpan& word) const {
        return {tokens[word.first].range.begin, tokens[word.first + word.count - 1].range.end};
    }
    std::string_view in(ByteRange range) const {
        return text.substr(range.begin, range.end - range.begin);
    }
};

// The title, keywords and body. Views of the document, which must outlive it.
struct WordedDocument {
    const Document& document;
    DocumentTerms terms;
    WordedText title;
    std::vector<WordedText> keywords;
    WordedText body;

    template<class Visit>
    void for_each_text(Visit visit) const {
        visit(title);
        for (const auto& keyword : keywords)
            visit(keyword);
        visit(body);
    }
};

// Without a model no words are joined.
WordedDocument worded(const Document& document, const Model* model);

// What the most telling term in a word is worth: its pairs of ideographs, or the single one or
// Latin run that it is.
double worth_of(const Lexicon& lexicon, const WordedText& text, const WordSpan& word);
// A word that is worth less says nothing to a reader: 的, 进行, using.
inline constexpr double telling_worth_min = 1;

} // namespace jishi::matching
