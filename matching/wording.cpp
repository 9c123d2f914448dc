#include "matching/wording.hpp"

#include <algorithm>

namespace jishi::matching {

namespace {

// The share of the listings with the rarer ideograph that have it beside the other one, which must
// not be the share that has the other one anyway (可靠 + 的).
constexpr double together_min = .3;
constexpr std::size_t joined_max = 8; // ideographs

bool belong_together(const Model& model, const Token& one, const Token& next) {
    const auto pair = key_of(one, next);
    if (!model.word_of(pair)) return false; // too rare to tell
    const auto [rarer, other] = std::minmax({model.rate_of(one.code), model.rate_of(next.code)});
    return model.rate_of(pair) >= rarer * std::max(together_min, other);
}

WordedText worded_text(std::string_view text, const Model* model) {
    WordedText out{text, tokens_of(text), {}};
    const auto& tokens = out.tokens;
    std::size_t at = 0;
    const auto add_latin = [&](std::size_t end) {
        for (; at < end; ++at)
            out.words.push_back({at, 1});
    };
    for (const auto& [first, count] : words_of(tokens)) {
        add_latin(first);
        if (model != nullptr && tokens[first].joined &&
            out.words.back().count + count <= joined_max &&
            belong_together(*model, tokens[first - 1], tokens[first]))
            out.words.back().count += count;
        else
            out.words.push_back({first, count});
        at = first + count;
    }
    add_latin(tokens.size());
    return out;
}

} // namespace

double worth_of(const Lexicon& lexicon, const WordedText& text, const WordSpan& word) {
    const auto* tokens = &text.tokens[word.first];
    if (word.count == 1) return lexicon.weight_of(key_of(*tokens)).weight;
    double out = 0;
    for (std::size_t i = 1; i < word.count; ++i)
        out = std::max(out, lexicon.weight_of(key_of(tokens[i - 1], tokens[i])).weight);
    return out;
}

WordedDocument worded(const Document& document, const Model* model) {
    WordedDocument out{
        document,
        terms_of(document),
        worded_text(document.title, model),
        {},
        worded_text(document.body, model)};
    for (const auto& keyword : document.keywords)
        out.keywords.push_back(worded_text(keyword, model));
    return out;
}

} // namespace jishi::matching
