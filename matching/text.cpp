#include "matching/text.hpp"

#include "matching/fold.hpp"
#include "matching/word_cutter.hpp"

#include <libstemmer.h>

#include <algorithm>
#include <cassert>
#include <memory>
#include <stdexcept>

namespace jishi::matching {

namespace {

constexpr std::size_t letters_count = 4;
constexpr char16_t rare_ideograph =
    0x3400; // stands in for those beyond 16 bits, of which no word is known
constexpr std::size_t stemmed_letters_max = 40; // longer runs of letters are not English words

// A Porter2 stemmer is cheap to use and not to be shared: one for each thread.
class Stemmer {
public:
    Stemmer() : stemmer_(sb_stemmer_new("english", "UTF_8"), &sb_stemmer_delete) {
        if (!stemmer_) throw std::runtime_error("libstemmer knows no English");
    }
    void stem(std::string& word) {
        const auto* in = reinterpret_cast<const sb_symbol*>(word.data());
        const auto* out = sb_stemmer_stem(stemmer_.get(), in, static_cast<int>(word.size()));
        if (out == nullptr) return;
        const auto size = static_cast<std::size_t>(sb_stemmer_length(stemmer_.get()));
        word.assign(reinterpret_cast<const char*>(out), size);
    }

private:
    std::unique_ptr<sb_stemmer, decltype(&sb_stemmer_delete)> stemmer_;
};

std::uint64_t hash_of(std::string_view word) { // FNV-1a
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char c : word)
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    return hash;
}

class Tokeniser {
public:
    explicit Tokeniser(const std::vector<FoldedChar>& chars) : chars_(chars) {}

    // In place of what was there; no letters where there is no place for them.
    void run(std::vector<Token>& tokens, std::vector<Letters>* letters) const {
        tokens.resize(chars_.size());
        auto* to = tokens.data(); // there is room for all
        for (std::size_t i = 0; i < chars_.size();) {
            const auto& c = chars_[i];
            if (c.cls == CharClass::ideograph) {
                const bool joined = i > 0 && chars_[i - 1].cls == CharClass::ideograph;
                *to++ = {c.code, {c.begin, c.end}, false, joined};
                ++i;
            } else if (starts_run(i)) {
                const auto end = run_end(i);
                *to++ = {code_of(i, end), {c.begin, chars_[end - 1].end}, true, false};
                if (letters != nullptr && is_english(i, end)) add_letters(i, end, *letters);
                i = end;
            } else {
                ++i;
            }
        }
        tokens.resize(static_cast<std::size_t>(to - tokens.data()));
    }

private:
    bool is_english(std::size_t begin, std::size_t end) const {
        if (end - begin > stemmed_letters_max) return false;
        for (auto i = begin; i < end; ++i)
            if (chars_[i].code < U'a' || chars_[i].code > U'z') return false;
        return true;
    }
    void add_letters(std::size_t begin, std::size_t end, std::vector<Letters>& out) const {
        std::string word = "_";
        for (auto i = begin; i < end; ++i)
            word += static_cast<char>(chars_[i].code);
        word += '_';
        const ByteRange range{chars_[begin].begin, chars_[end - 1].end};
        const auto size = std::min(word.size(), letters_count);
        for (std::size_t at = 0; at + size <= word.size(); ++at)
            out.push_back({hash_of(std::string_view(word).substr(at, size)), range});
    }

    CharClass cls(std::size_t i) const {
        return i < chars_.size() ? chars_[i].cls : CharClass::separator;
    }
    bool in_run(std::size_t i) const {
        return cls(i) == CharClass::letter || cls(i) == CharClass::digit;
    }
    bool is(std::size_t i, char32_t code) const {
        return i < chars_.size() && chars_[i].code == code;
    }

    // A minus before a number belongs to it unless it joins two things.
    bool starts_run(std::size_t i) const {
        return in_run(i) ||
               (is(i, U'-') && cls(i + 1) == CharClass::digit && (i == 0 || !in_run(i - 1)));
    }

    // Connectors hold together what holds a digit ("100/120", "tc-4", "300wh/kg") and part what is
    // mere words.
    std::size_t run_end(std::size_t begin) const {
        auto i = begin + 1;
        bool has_digit = cls(begin) == CharClass::digit;
        while (i < chars_.size()) {
            const bool after_digit = cls(i - 1) == CharClass::digit;
            const bool before_digit = cls(i + 1) == CharClass::digit;
            if (in_run(i)) {
                has_digit |= cls(i) == CharClass::digit;
            } else if (is(i, U'.')) {
                if (!after_digit || !before_digit) break;
            } else if (is(i, U'-') || is(i, U'/')) {
                if (!in_run(i + 1) || !(has_digit || before_digit)) break;
            } else if (is(i, U'%') || is(i, U'°')) {
                if (!after_digit) break;
            } else if (is(i, U'+') || is(i, U'#')) { // C++, C#
                const bool of_name = i == begin + 1
                                         ? cls(begin) == CharClass::letter
                                         : i == begin + 2 && is(i - 1, U'+') && is(i, U'+');
                if (!of_name || in_run(i + 1)) break;
            } else {
                break;
            }
            ++i;
        }
        return i;
    }

    std::uint64_t code_of(std::size_t begin, std::size_t end) const {
        thread_local Stemmer stemmer;
        std::string word;
        for (auto i = begin; i < end; ++i)
            append_utf8(word, chars_[i].code);
        if (end - begin >= 3 && is_english(begin, end)) stemmer.stem(word);
        return hash_of(word);
    }

    const std::vector<FoldedChar>& chars_;
};

} // namespace

void read_text(std::string_view text, std::vector<Token>& tokens, std::vector<Letters>* letters) {
    assert(text.size() < UINT32_MAX);
    thread_local std::vector<FoldedChar> chars;
    fold_text(text, chars);
    if (letters != nullptr) letters->clear();
    Tokeniser(chars).run(tokens, letters);
}

std::vector<Token> tokens_of(std::string_view text) {
    std::vector<Token> out;
    read_text(text, out, nullptr);
    return out;
}

std::vector<Letters> letters_of(std::string_view text) {
    std::vector<Token> tokens;
    std::vector<Letters> out;
    read_text(text, tokens, &out);
    return out;
}

std::vector<WordSpan> words_of(const std::vector<Token>& tokens) {
    thread_local WordCutter cutter;
    thread_local std::vector<char16_t> units;
    std::vector<WordSpan> out;
    for (std::size_t first = 0; first < tokens.size();) {
        if (tokens[first].word) {
            ++first;
            continue;
        }
        units.clear();
        auto end = first;
        do {
            const auto code = tokens[end].code;
            units.push_back(code < 0x10000 ? static_cast<char16_t>(code) : rare_ideograph);
        } while (++end < tokens.size() && tokens[end].joined);
        std::size_t begin = 0;
        for (const auto stop : cutter.ends_of(units)) {
            out.push_back({first + begin, stop - begin});
            begin = stop;
        }
        first = end;
    }
    return out;
}

std::string folded(std::string_view text) {
    std::vector<FoldedChar> chars;
    fold_text(text, chars);
    std::string out;
    for (const auto& c : chars)
        append_utf8(out, c.code);
    return out;
}

} // namespace jishi::matching
