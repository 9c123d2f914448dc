#include "tests/bench/matching/questions.hpp"

#include "matching/query.hpp"
#include "tests/bench/matching/scale_market.hpp"

#include <algorithm>
#include <set>

namespace jishi::matching::bench {

std::optional<ShortQuestion> short_question_of(const Document& need) {
    const auto tokens = tokens_of(need.title);
    std::vector<std::string> words;
    for (std::size_t i = 1; i < tokens.size(); ++i) {
        if (!tokens[i].joined || tokens[i].word || tokens[i - 1].word) continue;
        const auto begin = tokens[i - 1].range.begin;
        words.push_back(need.title.substr(begin, tokens[i].range.end - begin));
        ++i; // its second ideograph begins no other word
    }
    const auto number = number_of(need.id);
    const std::size_t count = 2 + number % 3;
    if (words.size() < count) return {};
    ShortQuestion out;
    const auto first = number / 3 % (words.size() - count + 1);
    for (std::size_t i = 0; i < count; ++i)
        out.text += (i > 0 ? " " : "") + words[first + i];
    out.filter = filter_of_a_third(number);
    std::set<TermKey> terms;
    for (const auto& clause : parse_query(out.text).wanted)
        terms.insert(clause.terms.begin(), clause.terms.end());
    out.terms.assign(terms.begin(), terms.end());
    return out.terms.size() == count ? std::optional(out) : std::nullopt;
}

std::vector<ShortQuestion> short_questions_of(std::span<const Document> needs, std::size_t count) {
    std::vector<ShortQuestion> out;
    const auto step = std::max<std::size_t>(1, needs.size() / (2 * count));
    for (std::size_t i = 0; i < needs.size() && out.size() < count; i += step)
        if (auto question = short_question_of(needs[i])) out.push_back(*std::move(question));
    return out;
}

SearchQuery query_of(const std::string& text, const std::string& filter) {
    SearchQuery query;
    query.text = text;
    query.filters = filters_for(filter);
    query.limit = top;
    return query;
}

std::vector<TermKey> sought_terms_of(const Document& need) {
    std::set<TermKey> keys;
    for (const auto& term : terms_of(need).terms)
        keys.insert(sought(term.key));
    return {keys.begin(), keys.end()};
}

std::vector<Document> full_needs_of(std::span<const Document> needs, std::size_t count) {
    std::vector<Document> out;
    const auto step = std::max<std::size_t>(1, needs.size() / (25 * count));
    for (std::size_t i = 0; i < needs.size() && out.size() < count; i += step) {
        const auto terms = sought_terms_of(needs[i]).size();
        if (terms >= full_terms_min && terms <= full_terms_max) out.push_back(needs[i]);
    }
    return out;
}

} // namespace jishi::matching::bench
