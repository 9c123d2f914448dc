#include "matching/terms.hpp"

#include "matching/bucket_sort.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <mutex>

namespace jishi::matching {

namespace {

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

// Calls visit(key, range) for every character, bigram and Latin word, by where it begins.
template<class Visit>
void for_each_occurrence(const std::vector<Token>& tokens, Visit visit) {
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const auto& token = tokens[i];
        if (token.joined) {
            const auto& before = tokens[i - 1];
            visit(key_of(before, token), ByteRange{before.range.begin, token.range.end});
        }
        visit(key_of(token), token.range);
    }
}

TermKey key_of(const Letters& letters) {
    return bigram_bit | gram_bit | (letters.code & hash_mask);
}

// What stands as a word.
void add_words(const std::vector<Token>& tokens, std::vector<TermKey>& keys) {
    for (const auto& [first, count] : words_of(tokens))
        if (count == 1)
            keys.push_back(as_word(tokens[first].code));
        else if (count == 2)
            keys.push_back(as_word(key_of(tokens[first], tokens[first + 1])));
}

enum class Reading { offered, stated };
void add_keys(std::string_view text, Reading reading, std::vector<TermKey>& keys) {
    thread_local std::vector<Token> tokens;
    thread_local std::vector<Letters> letters;
    read_text(text, tokens, &letters);
    keys.reserve(keys.size() + 2 * tokens.size() + letters.size());
    for_each_occurrence(tokens, [&](TermKey key, const ByteRange&) { keys.push_back(key); });
    for (const auto& one : letters)
        keys.push_back(key_of(one));
    if (reading == Reading::stated) add_words(tokens, keys);
}

// Where it stands is the last bit of an occurrence, its key the others: so one sort brings together
// what is counted.
constexpr std::uint64_t body_bit = 1;

// Keys of ideographs lie close together: so by kind, and in it by the first bits of the first
// ideograph, most of which are 4E00 to 9FFF, or of a hash.
constexpr int bits_in_kind = 8;
constexpr std::size_t buckets = std::size_t{1} << (kind_bits + bits_in_kind);
struct BucketOf {
    std::size_t operator()(std::uint64_t occurrence) const {
        constexpr int of_code = 8, of_codes = code_bits + of_code,
                      of_hash = hash_bits - bits_in_kind;
        constexpr std::array shifts{
            of_code, of_hash, of_codes, of_hash, of_hash, of_hash, of_code, of_codes};
        constexpr std::uint64_t last = (1U << bits_in_kind) - 1;
        const auto key = occurrence >> 1, kind = key >> hash_bits;
        return kind << bits_in_kind | std::min(last, (key & hash_mask) >> shifts[kind]);
    }
};

// A document without title has its body for one.
class TermCounter {
public:
    explicit TermCounter(Reading reading) : reading_(reading) {}

    void add_title(std::string_view text) { add(text, 0); }
    void add_body(std::string_view text) { add(text, occurrences_.empty() ? 0 : body_bit); }

    DocumentTerms count() && {
        sort_in_buckets<buckets>(std::span(occurrences_), BucketOf(), std::less<>());
        DocumentTerms out;
        out.terms.reserve(occurrences_.size());
        for (auto at = occurrences_.begin(); at != occurrences_.end();) {
            const auto key = *at >> 1;
            std::array<unsigned, 2> counts{}; // in the title, in the body
            for (; at != occurrences_.end() && *at >> 1 == key; ++at)
                ++counts[*at & body_bit];
            out.terms.push_back({unpacked(key), TermCount::of(counts[0], counts[1])});
            // Ideographs and Latin words.
            if ((unpacked(key) & bigram_bit) == 0) out.length += counts[0] + counts[1];
        }
        return out;
    }

private:
    void add(std::string_view text, std::uint64_t place) {
        thread_local std::vector<TermKey> keys;
        keys.clear();
        add_keys(text, reading_, keys);
        occurrences_.reserve(occurrences_.size() + keys.size());
        for (const auto key : keys)
            occurrences_.push_back(packed(key) << 1 | place);
    }

    Reading reading_;
    std::vector<std::uint64_t> occurrences_;
};

DocumentTerms terms_read(Reading reading, std::string_view title, std::string_view body) {
    TermCounter counter(reading);
    counter.add_title(title);
    counter.add_body(body);
    return std::move(counter).count();
}

} // namespace

std::vector<Occurrence> occurrences_of(const std::vector<Token>& tokens) {
    std::vector<Occurrence> out;
    out.reserve(2 * tokens.size());
    for_each_occurrence(tokens, [&](TermKey key, const ByteRange& range) {
        out.push_back({key, range});
    });
    return out;
}

std::vector<Occurrence>
occurrences_with_letters(const std::vector<Token>& tokens, std::string_view text) {
    auto out = occurrences_of(tokens);
    if (std::ranges::none_of(tokens, &Token::word)) return out;
    for (const auto& letters : letters_of(text))
        out.push_back({key_of(letters), letters.range});
    return out;
}

std::vector<TermKey> offered_keys(std::string_view text) {
    std::vector<TermKey> out;
    add_keys(text, Reading::offered, out);
    return out;
}

std::vector<TermKey> stated_keys(std::string_view text) {
    std::vector<TermKey> out;
    add_keys(text, Reading::stated, out);
    return out;
}

TermCount TermCount::of(unsigned title, unsigned body) {
    return {static_cast<std::uint8_t>(std::min(title, title_max) << 2 | std::min(body, body_max))};
}

DocumentTerms terms_of(const Document& document) {
    TermCounter counter(
        document.id.kind == market::ListingKind::need ? Reading::stated : Reading::offered
    );
    counter.add_title(document.title);
    for (const auto& keyword : document.keywords)
        counter.add_title(keyword);
    counter.add_body(document.body);
    return std::move(counter).count();
}

DocumentTerms offered_terms(std::string_view title, std::string_view body) {
    return terms_read(Reading::offered, title, body);
}

DocumentTerms stated_terms(std::string_view title, std::string_view body) {
    return terms_read(Reading::stated, title, body);
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

} // namespace jishi::matching
