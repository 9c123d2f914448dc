#include "matching/terms.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace jishi::matching {

namespace {

constexpr TermKey word_mask = word_bit - 1;

constexpr double k1 = 1.2, b = .75, reference_length = 100, body_weight = .3;

double length_of(unsigned length_class) {
    return 4 * (std::exp2((length_class - 1) / 16.0) - 1);
}

ImpactTable make_impacts() {
    ImpactTable table{}; // class 0, a document that is gone, is worth nothing
    for (unsigned cls = 1; cls < 256; ++cls)
        for (unsigned tf = 1; tf <= TermCount::total_max; ++tf) {
            const double saturation = k1 * (1 - b + b * length_of(cls) / reference_length);
            const double value = std::round(255 * tf / (tf + saturation));
            table[cls][tf] = static_cast<std::uint8_t>(std::max(1.0, value));
        }
    return table;
}

struct ZoneOccurrences {
    std::vector<Occurrence> title, body;
    std::uint32_t length = 0;

    void add(std::string_view text, std::vector<Occurrence>& zone) {
        const auto tokens = tokens_of(text);
        length += static_cast<std::uint32_t>(tokens.size());
        const auto occurrences = occurrences_of(tokens);
        zone.insert(zone.end(), occurrences.begin(), occurrences.end());
    }
};

DocumentTerms count(ZoneOccurrences zones) {
    if (zones.title.empty()) zones.title.swap(zones.body);
    constexpr auto by_key = [](const Occurrence& a, const Occurrence& c) { return a.key < c.key; };
    std::sort(zones.title.begin(), zones.title.end(), by_key);
    std::sort(zones.body.begin(), zones.body.end(), by_key);
    DocumentTerms out;
    out.length = zones.length;
    out.terms.reserve(zones.title.size() + zones.body.size());
    auto t = zones.title.begin(), d = zones.body.begin();
    const auto take = [](auto& at, auto end, TermKey key) {
        unsigned n = 0;
        for (; at != end && at->key == key; ++at)
            ++n;
        return n;
    };
    while (t != zones.title.end() || d != zones.body.end()) {
        const auto key =
            d == zones.body.end() || (t != zones.title.end() && t->key < d->key) ? t->key : d->key;
        const auto in_title = take(t, zones.title.end(), key);
        out.terms.push_back({key, TermCount::of(in_title, take(d, zones.body.end(), key))});
    }
    return out;
}

} // namespace

std::vector<Occurrence> occurrences_of(const std::vector<Token>& tokens) {
    std::vector<Occurrence> out;
    out.reserve(2 * tokens.size());
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const auto& token = tokens[i];
        const auto code = token.word ? word_bit | (token.code & word_mask) : token.code;
        if (token.joined) {
            const auto first = tokens[i - 1].code << code_bits;
            out.push_back(
                {bigram_bit | first | token.code, {tokens[i - 1].range.begin, token.range.end}}
            );
        } else if (token.word || i + 1 == tokens.size() || !tokens[i + 1].joined) {
            out.push_back({bigram_bit | code, token.range});
        }
        if (!token.word) out.push_back({code, token.range});
    }
    return out;
}

TermCount TermCount::of(unsigned title, unsigned body) {
    return {static_cast<std::uint8_t>(std::min(title, title_max) << 6 | std::min(body, body_max))};
}

DocumentTerms terms_of(const Document& document) {
    ZoneOccurrences zones;
    zones.add(document.title, zones.title);
    for (const auto& keyword : document.keywords)
        zones.add(keyword, zones.title);
    zones.add(document.body, zones.body);
    return count(std::move(zones));
}

DocumentTerms terms_of(std::string_view title, std::string_view body) {
    ZoneOccurrences zones;
    zones.add(title, zones.title);
    zones.add(body, zones.body);
    return count(std::move(zones));
}

LengthClass length_class_of(std::uint32_t length) {
    return static_cast<LengthClass>(
        std::min(255.0, 1 + std::round(16 * std::log2(1 + length / 4.0)))
    );
}

const ImpactTable& impacts() {
    static const ImpactTable table = make_impacts();
    return table;
}

double statement_weight(TermCount count) {
    const double in_body = count.body();
    return (count.title() > 0 ? 1.0 : 0.0) + body_weight * in_body / (in_body + 1);
}

} // namespace jishi::matching
