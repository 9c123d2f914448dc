#include "matching/query.hpp"

#include "matching/fold.hpp"

#include <algorithm>

namespace jishi::matching {

namespace {

bool is_space(char32_t c) {
    return c <= 0x20 || c == 0xA0 || c == 0x3000 || c == 0xFFFFFFFF;
}
bool is_quote(char32_t c) {
    return c == U'"' || c == U'“' || c == U'”' || c == U'＂';
}
bool is_minus(char32_t c) {
    return c == U'-' || c == U'－';
}
bool is_digit(char32_t c) {
    return (c >= U'0' && c <= U'9') || (c >= U'０' && c <= U'９');
}

struct Piece {
    std::string_view text;
    bool quoted = false, excluded = false;
};

// Cuts at spaces and quotes. "-40℃" is a number, "-电池" an exclusion.
std::vector<Piece> pieces_of(std::string_view text) {
    std::vector<Piece> out;
    const auto peek = [&](std::uint32_t at) {
        return at < text.size() ? decode_utf8(text, at) : Decoded{U' ', at};
    };
    for (std::uint32_t at = 0; at < text.size();) {
        auto [c, next] = peek(at);
        if (is_space(c)) {
            at = next;
            continue;
        }
        Piece piece;
        if (is_minus(c) && !is_digit(peek(next).code) && !is_space(peek(next).code)) {
            piece.excluded = true;
            at = next;
            c = peek(at).code;
            next = peek(at).end;
        }
        if (is_quote(c)) {
            piece.quoted = true;
            at = next;
        }
        const auto begin = at;
        while (at < text.size() && !is_quote(peek(at).code) &&
               (piece.quoted || !is_space(peek(at).code)))
            at = peek(at).end;
        piece.text = text.substr(begin, at - begin);
        if (piece.quoted && at < text.size()) at = peek(at).end;
        out.push_back(piece);
    }
    return out;
}

void make_set(std::vector<TermKey>& keys) {
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
}

// Bigrams and Latin words, and of an ideograph without neighbours the character.
std::vector<TermKey> words_sought(const std::vector<Token>& tokens) {
    std::vector<TermKey> keys;
    for (const auto& occurrence : occurrences_of(tokens))
        if (space_of(occurrence.key) != Space::character) keys.push_back(occurrence.key);
    for (std::size_t i = 0; i < tokens.size(); ++i)
        if (!tokens[i].word && !tokens[i].joined &&
            (i + 1 == tokens.size() || !tokens[i + 1].joined))
            keys.push_back(tokens[i].code);
    make_set(keys);
    return keys;
}

// Tokens that must stand together: every bigram and word, and their order unless one term says it
// all.
Clause phrase_clause(const std::vector<Token>& tokens) {
    Clause clause;
    auto& keys = clause.terms;
    keys = words_sought(tokens);
    const bool one_pair = tokens.size() == 2 && tokens[1].joined;
    if (tokens.size() > 1 && !one_pair)
        for (const auto& token : tokens)
            clause.sequence.push_back(token.code);
    return clause;
}

// A run of three ideographs or more is seldom one word: its characters must all occur, and ranking
// prefers them together.
Clause word_clause(const std::vector<Token>& run) {
    if (run.size() <= 2) return phrase_clause(run);
    Clause clause;
    auto& keys = clause.terms;
    for (const auto& occurrence : occurrences_of(run))
        if (space_of(occurrence.key) == Space::character) keys.push_back(occurrence.key);
    make_set(keys);
    return clause;
}

void add_words(const std::vector<Token>& tokens, std::vector<Clause>& out) {
    for (std::size_t i = 0; i < tokens.size();) {
        std::vector<Token> run{tokens[i++]};
        while (i < tokens.size() && tokens[i].joined)
            run.push_back(tokens[i++]);
        out.push_back(word_clause(run));
    }
}

bool follows(const std::vector<std::uint64_t>& sequence, std::string_view text) {
    const auto tokens = tokens_of(text);
    return std::search(
               tokens.begin(),
               tokens.end(),
               sequence.begin(),
               sequence.end(),
               [](const Token& token, std::uint64_t code) { return token.code == code; }
           ) != tokens.end();
}

} // namespace

ParsedQuery parse_query(std::string_view text) {
    ParsedQuery out;
    std::string words;
    for (const auto& piece : pieces_of(text)) {
        const auto tokens = tokens_of(piece.text);
        if (tokens.empty()) continue;
        if (piece.excluded) {
            out.excluded.push_back(phrase_clause(tokens));
            continue;
        }
        if (piece.quoted)
            out.wanted.push_back(phrase_clause(tokens));
        else
            add_words(tokens, out.wanted);
        words += piece.text;
        words += ' ';
    }
    out.scoring = stated_terms(words, {});
    out.strong = words_sought(tokens_of(words));
    return out;
}

bool holds(const Clause& clause, const DocumentTerms& terms) {
    return std::all_of(clause.terms.begin(), clause.terms.end(), [&](TermKey key) {
        return std::binary_search(
            terms.terms.begin(),
            terms.terms.end(),
            CountedTerm{key, {}},
            [](const CountedTerm& a, const CountedTerm& b) { return a.key < b.key; }
        );
    });
}

bool reads(const Clause& clause, const Document& document) {
    if (clause.sequence.empty()) return true;
    return follows(clause.sequence, document.title) || follows(clause.sequence, document.body) ||
           std::any_of(
               document.keywords.begin(),
               document.keywords.end(),
               [&](const std::string& keyword) { return follows(clause.sequence, keyword); }
           );
}

} // namespace jishi::matching
