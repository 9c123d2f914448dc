// Any bytes at all: tokens, words and letters lie within the text, in order; words end where ICU's
// iterator ends them; folding twice changes nothing more; what a listing offers and a statement
// asks can find each other; what learning reads is what stands there.
#include "matching/corpus.hpp"
#include "matching/word_cutter.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace jishi::matching;

void check(bool holds) {
    if (!holds) std::abort();
}

void cut_words(const std::vector<Token>& tokens) {
    static WordCutter cutter;
    std::u16string units;
    for (const auto& token : tokens) // as if they all followed each other
        if (!token.word && token.code < 0x10000) units += static_cast<char16_t>(token.code);
    const auto ends = cutter.ends_by_icu(units);
    check(cutter.ends_of(units) == ends);
}

void read_tokens(std::string_view text) {
    const auto tokens = tokens_of(text);
    std::uint32_t last = 0;
    for (const auto& [code, range, word, joined] : tokens) {
        check(range.begin >= last && range.end > range.begin && range.end <= text.size());
        last = range.begin; // one character may fold to several tokens
    }
    cut_words(tokens);
    std::size_t behind = 0;
    for (const auto& [first, count] : words_of(tokens)) {
        check(first >= behind && count > 0 && first + count <= tokens.size());
        behind = first + count;
        for (auto i = first; i < behind; ++i)
            check(!tokens[i].word && (i == first || tokens[i].joined));
    }
    for (const auto& [code, range] : letters_of(text))
        check(range.begin < range.end && range.end <= text.size());
}

bool holds_key(const DocumentTerms& terms, TermKey key) {
    const auto at = std::lower_bound(
        terms.terms.begin(),
        terms.terms.end(),
        key,
        [](const CountedTerm& term, TermKey sought) { return term.key < sought; }
    );
    return at != terms.terms.end() && at->key == key;
}

void read_terms(std::string_view text) {
    const auto offered = offered_terms(text, text), stated = stated_terms(text, text);
    check(offered.length == stated.length && offered.length >= offered_terms(text, {}).length);
    for (std::size_t i = 0; i < stated.terms.size(); ++i) {
        const auto& [key, count] = stated.terms[i];
        check(key != 0 && count.total() > 0 && (i == 0 || stated.terms[i - 1].key < key));
        check(holds_key(offered, sought(key)));
    }
    for (const auto& term : offered.terms)
        check(sought(term.key) == term.key && holds_key(stated, term.key));
}

void read_clauses(std::string_view text) {
    Document document;
    document.title = text.substr(0, text.size() / 2);
    document.body = text.substr(text.size() / 2);
    const auto learned = learned_text(document);
    check(learned.clauses.size() == learned.lengths.size());
    check(learned.titled == !tokens_of(document.title).empty());
    check(middle_of(learned) <= learned.clauses.size());
    for (std::size_t i = 0; i < learned.clauses.size(); ++i) {
        const auto& clause = learned.clauses[i];
        check(!clause.empty() && learned.lengths[i] > 0);
        check(
            std::adjacent_find(clause.begin(), clause.end(), std::greater_equal()) == clause.end()
        );
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(bytes), size);
    read_tokens(text);
    const auto once = folded(text);
    check(folded(once) == once);
    read_terms(text);
    read_clauses(text);
    return 0;
}
