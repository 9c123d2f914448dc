#include "matching/corpus.hpp"

#include "matching/key_table.hpp"

#include <algorithm>
#include <string_view>

namespace jishi::matching {

namespace {

constexpr std::size_t clause_bytes_min = 12;  // four ideographs; less goes with what follows
constexpr std::size_t clause_bytes_max = 180; // of running text without a mark

bool is_mark(std::string_view text, std::size_t at) {
    static constexpr std::string_view marks[] = {
        "。", "；", "！", "？", "，", "：", ";", ",", "\n", ". "};
    return std::any_of(std::begin(marks), std::end(marks), [&](std::string_view mark) {
        return text.compare(at, mark.size(), mark) == 0;
    });
}

void add_clause(std::string_view text, LearnedText& out) {
    auto terms = stated_keys(text);
    std::uint32_t length = 0;
    for (const auto key : terms)
        length += (key & bigram_bit) == 0;
    if (terms.empty()) return;
    make_set(terms);
    terms.shrink_to_fit(); // many are held at once
    out.clauses.push_back(std::move(terms));
    out.lengths.push_back(length);
}

void add_clauses(std::string_view text, LearnedText& out) {
    std::size_t begin = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto size = at - begin;
        const bool long_enough = size >= clause_bytes_min && is_mark(text, at);
        const bool too_long = size >= clause_bytes_max / 3 && text[at] == ' ';
        if (!long_enough && !too_long) continue;
        add_clause(text.substr(begin, size), out);
        begin = at;
    }
    add_clause(text.substr(begin), out);
}

std::size_t title_clauses(const LearnedText& text) {
    return text.titled ? 1 : 0;
}

std::uint64_t hash_of_body(const LearnedText& text) {
    std::uint64_t hash = 0;
    for (auto i = title_clauses(text); i < text.clauses.size(); ++i)
        for (const auto key : text.clauses[i])
            hash = mixed(hash ^ key);
    return hash;
}

} // namespace

LearnedText learned_text(const Document& document) {
    LearnedText out;
    std::string title = document.title;
    for (const auto& keyword : document.keywords)
        title += "，" + keyword;
    add_clause(title, out);
    out.titled = !out.clauses.empty();
    add_clauses(document.body, out);
    return out;
}

SetTexts::SetTexts(const ListingSource& listings, std::size_t most) {
    std::vector<std::pair<std::uint64_t, std::string>> all; // bodies and their titles
    listings.for_each_of(most, [&](const Document& document) {
        const auto text = learned_text(document);
        if (text.clauses.size() > title_clauses(text))
            all.emplace_back(hash_of_body(text), document.title);
    });
    make_set(all);
    for (auto at = all.begin(); at != all.end();) {
        const auto end =
            std::find_if(at, all.end(), [&](const auto& one) { return one.first != at->first; });
        if (static_cast<std::size_t>(end - at) >= titles_min) hashes_.push_back(at->first);
        at = end;
    }
}

void SetTexts::leave_out_of(LearnedText& text) const {
    if (!std::ranges::binary_search(hashes_, hash_of_body(text))) return;
    text.clauses.resize(title_clauses(text));
    text.lengths.resize(title_clauses(text));
}

Terms joined(const LearnedText& text, std::size_t first, std::size_t last) {
    Terms out;
    for (auto i = first; i < last; ++i)
        out.insert(out.end(), text.clauses[i].begin(), text.clauses[i].end());
    make_set(out);
    return out;
}

std::size_t middle_of(const LearnedText& text) {
    const auto first = title_clauses(text);
    std::uint64_t total = 0, before = 0, nearest = UINT64_MAX;
    for (auto i = first; i < text.lengths.size(); ++i)
        total += text.lengths[i];
    auto middle = text.clauses.size();
    for (auto i = first; i + 1 < text.lengths.size(); ++i) {
        before += text.lengths[i];
        const auto off = 2 * before > total ? 2 * before - total : total - 2 * before;
        if (off < nearest) nearest = off, middle = i + 1;
    }
    return middle;
}

} // namespace jishi::matching
