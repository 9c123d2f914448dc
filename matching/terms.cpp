#include "matching/terms.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <mutex>

namespace jishi::matching {

namespace {

constexpr double body_weight = .3;

struct Saturation {
    double k1, b;
};
constexpr Saturation saturation_of(Script script) {
    return script == Script::latin ? Saturation{.7, .4} : Saturation{.9, .65};
}

double length_of(unsigned length_class) {
    return 4 * (std::exp2((length_class - 1) / 16.0) - 1);
}

ImpactTable make_impacts(double reference_length, Script script) {
    const auto [k1, b] = saturation_of(script);
    ImpactTable table{}; // class 0, a document that is gone, is worth nothing
    for (unsigned cls = 1; cls < 256; ++cls)
        for (unsigned count = 1; count <= TermCount::total_max; ++count) {
            const double saturation = k1 * (1 - b + b * length_of(cls) / reference_length);
            const auto tf = std::min(count, TermCount::impact_max);
            const double value = std::round(255 * tf / (tf + saturation));
            table[cls][count] = static_cast<std::uint8_t>(std::max(1.0, value));
        }
    return table;
}

using Reader = std::vector<Occurrence> (*)(std::string_view text);

struct Zones {
    Reader read;
    std::vector<TermKey> title{}, body{}; // one of every occurrence

    void add(std::string_view text, std::vector<TermKey>& zone) const {
        for (const auto& occurrence : read(text))
            zone.push_back(occurrence.key);
    }
};

// Ideographs and Latin words.
std::uint32_t length_of(const std::vector<TermKey>& keys) {
    return static_cast<std::uint32_t>(std::ranges::count_if(keys, [](TermKey key) {
        return (key & bigram_bit) == 0;
    }));
}

DocumentTerms count(Zones zones) {
    if (zones.title.empty()) zones.title.swap(zones.body);
    std::ranges::sort(zones.title);
    std::ranges::sort(zones.body);
    DocumentTerms out;
    out.length = length_of(zones.title) + length_of(zones.body);
    out.terms.reserve(zones.title.size() + zones.body.size());
    auto t = zones.title.begin(), d = zones.body.begin();
    const auto take = [](auto& at, auto end, TermKey key) {
        unsigned n = 0;
        for (; at != end && *at == key; ++at)
            ++n;
        return n;
    };
    while (t != zones.title.end() || d != zones.body.end()) {
        const auto key = d == zones.body.end() || (t != zones.title.end() && *t < *d) ? *t : *d;
        const auto in_title = take(t, zones.title.end(), key);
        out.terms.push_back({key, TermCount::of(in_title, take(d, zones.body.end(), key))});
    }
    return out;
}

DocumentTerms terms_read_by(Reader read, std::string_view title, std::string_view body) {
    Zones zones{read};
    zones.add(title, zones.title);
    zones.add(body, zones.body);
    return count(std::move(zones));
}

} // namespace

std::vector<Occurrence> occurrences_of(const std::vector<Token>& tokens) {
    std::vector<Occurrence> out;
    out.reserve(2 * tokens.size());
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const auto& token = tokens[i];
        if (token.joined) {
            const auto& before = tokens[i - 1];
            out.push_back({key_of(before, token), {before.range.begin, token.range.end}});
        }
        out.push_back({key_of(token), token.range});
    }
    return out;
}

std::vector<Occurrence>
occurrences_with_letters(const std::vector<Token>& tokens, std::string_view text) {
    auto out = occurrences_of(tokens);
    if (std::ranges::none_of(tokens, &Token::word)) return out;
    for (const auto& letters : letters_of(text))
        out.push_back({bigram_bit | gram_bit | (letters.code & hash_mask), letters.range});
    return out;
}

std::vector<Occurrence> offered_occurrences(std::string_view text) {
    return occurrences_with_letters(tokens_of(text), text);
}

std::vector<Occurrence> stated_occurrences(std::string_view text) {
    const auto tokens = tokens_of(text);
    auto out = occurrences_with_letters(tokens, text);
    for (const auto& [first, count] : words_of(tokens)) {
        const auto& token = tokens[first];
        if (count == 1) {
            out.push_back({as_word(token.code), token.range});
        } else if (count == 2) {
            const auto& next = tokens[first + 1];
            out.push_back({as_word(key_of(token, next)), {token.range.begin, next.range.end}});
        }
    }
    return out;
}

TermCount TermCount::of(unsigned title, unsigned body) {
    return {static_cast<std::uint8_t>(std::min(title, title_max) << 2 | std::min(body, body_max))};
}

DocumentTerms terms_of(const Document& document) {
    Zones zones{
        document.id.kind == market::ListingKind::need ? stated_occurrences : offered_occurrences};
    zones.add(document.title, zones.title);
    for (const auto& keyword : document.keywords)
        zones.add(keyword, zones.title);
    zones.add(document.body, zones.body);
    return count(std::move(zones));
}

DocumentTerms offered_terms(std::string_view title, std::string_view body) {
    return terms_read_by(offered_occurrences, title, body);
}

DocumentTerms stated_terms(std::string_view title, std::string_view body) {
    return terms_read_by(stated_occurrences, title, body);
}

std::vector<TermKey> keys_of(const DocumentTerms& document) {
    std::vector<TermKey> out;
    out.reserve(document.terms.size());
    for (const auto& term : document.terms)
        out.push_back(term.key);
    return out;
}

LengthClass length_class_of(std::uint32_t length) {
    return static_cast<LengthClass>(
        std::min(255.0, 1 + std::round(16 * std::log2(1 + length / 4.0)))
    );
}

const ImpactTable& impacts(std::uint32_t reference_length, Script script) {
    static std::mutex making;
    static std::array<std::array<std::unique_ptr<const ImpactTable>, 256>, 2> tables;
    const auto reference = length_class_of(reference_length);
    const std::lock_guard lock(making);
    auto& table = tables[static_cast<std::size_t>(script)][reference];
    if (!table)
        table = std::make_unique<const ImpactTable>(make_impacts(length_of(reference), script));
    return *table;
}

double statement_weight(TermCount count) {
    const double in_body = count.body();
    return (count.title() > 0 ? 1.0 : 0.0) + body_weight * in_body / (in_body + 1);
}

} // namespace jishi::matching
