#include "matching/likeness.hpp"

#include "matching/fold.hpp"

#include <algorithm>
#include <string_view>

namespace jishi::matching {

namespace {

constexpr std::size_t shingle_tokens =
    3; // two would make much of common words, four much of an edit

// Of an added character these make another thing; of "一" (mostly "一种") that cannot be said.
constexpr std::u32string_view telling = U"〇零二三四五六七八九十百千万亿两双半非无不未";
constexpr std::u32string_view particles = U"的之及与和其";

bool among(std::u32string_view set, TermKey code) {
    return set.find(static_cast<char32_t>(code)) != std::u32string_view::npos;
}

class Text {
public:
    explicit Text(std::string_view text) : text_(text), tokens_(tokens_of(text)) {}

    std::vector<TermKey> title() const {
        std::vector<TermKey> out;
        for (std::size_t i = 0; i < tokens_.size(); ++i) {
            const bool article = is(i, U'种') && i > 0 && is(i - 1, U'一');
            if (article) out.pop_back();
            if (!article && !is_calendar_year(i) && !(among(particles, key(i)) && !tokens_[i].word))
                out.push_back(key(i));
        }
        return out;
    }

    std::vector<std::uint64_t> shingles() const {
        constexpr TermKey amount = word_bit | 1; // one for all of them
        std::vector<TermKey> keys(tokens_.size());
        for (std::size_t i = 0; i < tokens_.size(); ++i)
            keys[i] = is_amount(i) ? amount : key(i);
        std::vector<std::uint64_t> out;
        out.reserve(keys.size());
        const auto length = std::min(shingle_tokens, keys.size());
        for (std::size_t begin = 0; length > 0 && begin + length <= keys.size(); ++begin)
            out.push_back(hash_of(std::span(keys).subspan(begin, length)));
        return out;
    }

private:
    TermKey key(std::size_t i) const {
        const auto& token = tokens_[i];
        return token.word ? word_bit | (token.code & (word_bit - 1)) : token.code;
    }
    bool is(std::size_t i, char32_t ideograph) const {
        return i < tokens_.size() && !tokens_[i].word && tokens_[i].code == ideograph;
    }
    std::string written(std::size_t i) const {
        const auto range = tokens_[i].range;
        return folded(text_.substr(range.begin, range.end - range.begin));
    }
    bool is_calendar_year(std::size_t i) const {
        if (!tokens_[i].word || !is(i + 1, U'年')) return false;
        const auto word = written(i);
        return word.size() == 4 && word >= "1900" && word <= "2099";
    }
    bool is_amount(std::size_t i) const { // "2023年", "50万元"
        const bool unit = is(i + 1, U'年') || is(i + 1, U'元') ||
                          ((is(i + 1, U'万') || is(i + 1, U'亿')) && is(i + 2, U'元'));
        return unit && tokens_[i].word &&
               written(i).find_first_not_of("0123456789.") == std::string::npos;
    }
    static std::uint64_t hash_of(std::span<const TermKey> keys) {
        std::uint64_t hash = 0;
        for (const auto key : keys) {
            hash = (hash ^ key) * 0xBF58476D1CE4E5B9ULL;
            hash ^= hash >> 29;
        }
        return hash;
    }

    std::string_view text_;
    std::vector<Token> tokens_;
};

// Whether one title is the other with characters added that do not make it another thing.
bool extends(std::vector<TermKey> longer, std::vector<TermKey> shorter) {
    std::sort(longer.begin(), longer.end());
    std::sort(shorter.begin(), shorter.end());
    if (!std::includes(longer.begin(), longer.end(), shorter.begin(), shorter.end())) return false;
    std::vector<TermKey> added;
    std::set_difference(
        longer.begin(), longer.end(), shorter.begin(), shorter.end(), std::back_inserter(added)
    );
    return std::none_of(added.begin(), added.end(), [](TermKey key) {
        return space_of(key) == Space::word || among(telling, key);
    });
}

// Without what the body says.
Likeness titled_likeness_of(const Document& document) {
    return {document.id.kind, !document.owner.is_null(), Text(document.title).title(), {}};
}

std::vector<std::uint64_t> distinct(std::vector<std::uint64_t> shingles) {
    std::sort(shingles.begin(), shingles.end());
    shingles.erase(std::unique(shingles.begin(), shingles.end()), shingles.end());
    return shingles;
}

bool titled_alike(const Likeness& a, const Likeness& b) {
    return !a.title.empty() && a.title == b.title;
}

// Whether it depends on the bodies.
bool titles_allow(const Likeness& a, const Likeness& b) {
    if (a.kind != b.kind || !a.owner_shows || !b.owner_shows) return false;
    return titled_alike(a, b) || extends(a.title, b.title) || extends(b.title, a.title);
}

} // namespace

Likeness likeness_of(const Document& document) {
    auto out = titled_likeness_of(document);
    out.shingles = Text(document.body).shingles();
    return out;
}

bool same_result(const Document& a, const Document& b) {
    return titles_allow(titled_likeness_of(a), titled_likeness_of(b)) &&
           same_result(likeness_of(a), likeness_of(b));
}

bool same_result(const Likeness& a, const Likeness& b) {
    if (!titles_allow(a, b)) return false;
    const auto of_a = distinct(a.shingles), of_b = distinct(b.shingles);
    const auto [fewer, more] = std::minmax({of_a.size(), of_b.size()});
    const bool alike = titled_alike(a, b);
    if (fewer == 0) return alike && more == 0;
    if (!alike && fewer < retitled_shingles_min) return false;
    std::vector<std::uint64_t> both;
    std::ranges::set_intersection(of_a, of_b, std::back_inserter(both));
    const auto shared = static_cast<double>(both.size());
    const auto resemblance = shared / static_cast<double>(fewer + more - both.size());
    if (!alike) return resemblance >= retitled_resemblance_min;
    return shared >= shared_share_min * static_cast<double>(fewer) &&
           resemblance >= resemblance_min;
}

} // namespace jishi::matching
