#include "matching/explain.hpp"

#include "matching/bridges.hpp"
#include "matching/fold.hpp"
#include "matching/highlight.hpp"
#include "matching/pair.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_map>

namespace jishi::matching {

namespace {

constexpr std::size_t terms_listed_max = 12, terms_in_summary = 3, bridges_in_summary = 2;
constexpr std::size_t label_bytes_max = 90; // 30 ideographs

std::string label_of(std::string_view text) {
    if (text.size() <= label_bytes_max) return std::string(text);
    return std::string(text.substr(0, boundary_before(text, label_bytes_max))) + "…";
}

// Gathers the worth of shared terms under the words of the need they stand in, each term once,
// where it stands first.
class SharedWords {
public:
    SharedWords(
        const Statement& statement, const Lexicon& lexicon, const DocumentTerms& achievement
    )
        : lexicon_(lexicon) {
        const auto& impact = (*statement.impacts)[length_class_of(achievement.length)];
        auto at = achievement.terms.begin();
        for (const auto& term : statement.terms) {
            while (at != achievement.terms.end() && at->key < term.key)
                ++at;
            if (at == achievement.terms.end()) break;
            if (at->key == term.key)
                worth_[term.key] = weight_unit * term.weight * impact[at->count.total()];
        }
    }

    MarkedTerms marked() const { return {TermKeys(standing_together()), TermKeys(keys())}; }

    void read(const WordedText& text, const MarkedTerms& marked) {
        const auto occurrences = occurrences_with_letters(text.tokens, text.text);
        const auto runs = ranges_of(occurrences, marked.strong);
        for (const auto& occurrence : occurrences) {
            const auto at = worth_.find(occurrence.key);
            if (at == worth_.end() || at->second == 0) continue;
            const auto run = enclosing(runs, occurrence.range);
            const auto words = text.in(run ? readable(text, *run) : occurrence.range);
            auto& entry = words_[folded(words)];
            if (entry.label_zh.empty()) entry = entry_of(words, !run && is_gram(occurrence.key));
            entry.value += at->second;
            at->second = 0; // counted
        }
    }

    // By weight; what is too much to list is added up in one line.
    std::vector<Contribution> contributions() const {
        std::vector<Contribution> out;
        for (const auto& [words, entry] : words_)
            out.push_back(entry);
        std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
            return a.value > b.value;
        });
        if (out.size() <= terms_listed_max) return out;
        Contribution rest{ContributionKind::term, "其余相同字词", "other shared words"};
        for (std::size_t i = terms_listed_max; i < out.size(); ++i)
            rest.value += out[i].value;
        out.resize(terms_listed_max);
        out.push_back(rest);
        return out;
    }

private:
    std::vector<TermKey> keys() const {
        std::vector<TermKey> out;
        for (const auto& [key, worth] : worth_)
            out.push_back(key);
        return out;
    }
    std::vector<TermKey> standing_together() const {
        auto out = keys();
        std::erase_if(out, [](TermKey key) {
            return space_of(key) == Space::character || is_gram(key);
        });
        return out;
    }
    // A Latin word that is not shared, but some of its letters are, says so. A single ideograph
    // says little.
    static Contribution entry_of(std::string_view words, bool of_letters) {
        const auto label = label_of(words);
        if (of_letters)
            return {ContributionKind::term, label + "（部分字母）", label + " (some letters)"};
        const auto tokens = tokens_of(words);
        const bool one_ideograph = tokens.size() == 1 && !tokens.front().word;
        return {ContributionKind::term, label, label, 0, !one_ideograph};
    }
    static std::optional<ByteRange> enclosing(const std::vector<ByteRange>& runs, ByteRange range) {
        const auto after = std::upper_bound(
            runs.begin(),
            runs.end(),
            range.begin,
            [](std::uint32_t begin, const ByteRange& run) { return begin < run.begin; }
        );
        if (after == runs.begin() || std::prev(after)->end <= range.begin) return std::nullopt;
        return *std::prev(after);
    }

    // The whole words in a run without those at its ends that tell nothing, as 在 and 的; the run
    // itself where it holds no whole word.
    ByteRange readable(const WordedText& text, ByteRange run) const {
        auto first = std::ranges::lower_bound(text.words, run.begin, {}, [&](const auto& word) {
            return text.range_of(word).begin;
        });
        auto last = std::ranges::upper_bound(text.words, run.end, {}, [&](const auto& word) {
            return text.range_of(word).end;
        });
        if (first >= last) return run;
        const auto tells = [&](const WordSpan& word) {
            return worth_of(lexicon_, text, word) >= telling_worth_min;
        };
        while (last - first > 1 && !tells(*first))
            ++first;
        while (last - first > 1 && !tells(*std::prev(last)))
            --last;
        return {text.range_of(*first).begin, text.range_of(*std::prev(last)).end};
    }

    const Lexicon& lexicon_;
    std::unordered_map<TermKey, double> worth_;
    std::map<std::string, Contribution> words_; // by folded text
};

void summarise(Explanation& out) {
    std::string words_zh, words_en, bridges_zh, bridges_en, factors_zh, factors_en, grade_zh,
        grade_en;
    std::size_t listed = 0, bridged = 0;
    const bool has_words = std::ranges::any_of(out.contributions, [](const auto& line) {
        return line.kind == ContributionKind::term && line.names_words;
    });
    for (const auto& [kind, zh, en, value, names_words] : out.contributions) {
        const bool bridges = kind == ContributionKind::bridge && names_words && value > 0;
        if (kind == ContributionKind::term && listed < terms_in_summary &&
            (names_words || !has_words)) {
            words_zh += (listed == 0 ? "" : "、") + zh;
            words_en += (listed++ == 0 ? "" : ", ") + en;
        } else if (bridges && bridged < bridges_in_summary) {
            bridges_zh += (bridged == 0 ? "" : "、") + zh;
            bridges_en += (bridged++ == 0 ? "" : ", ") + en;
        } else if (kind == ContributionKind::factor) {
            factors_zh += "；" + zh;
            factors_en += "; " + en;
        } else if (kind == ContributionKind::feedback && names_words && grade_zh.empty()) {
            grade_zh = "；" + zh;
            grade_en = "; " + en;
        }
    }
    if (bridged > 0) {
        bridges_zh = "；相关用语：" + bridges_zh;
        bridges_en = "; related: " + bridges_en;
    }
    out.summary_zh = (listed == 0 ? "没有共同的字词" : "共同要点：" + words_zh) + bridges_zh +
                     factors_zh + grade_zh;
    out.summary_en = (listed == 0 ? "No shared words" : "Shared: " + words_en) + bridges_en +
                     factors_en + grade_en;
}

} // namespace

Explanation explain(
    const Statement& statement,
    const Lexicon& lexicon,
    const WordedDocument& need,
    const WordedDocument& achievement,
    std::vector<Contribution> feedback
) {
    SharedWords words(statement, lexicon, achievement.terms);
    const auto shared = words.marked();
    need.for_each_text([&](const WordedText& text) { words.read(text, shared); });

    Explanation out;
    out.contributions = words.contributions();
    double base = statement.base;
    if (lexicon.model() != nullptr) {
        for (auto& bridge : bridges_of(statement, lexicon, need, achievement))
            out.contributions.push_back(std::move(bridge));
        base += static_cast<double>(statement.meaning_norm.base);
    }
    const auto factors = factors_of(need.document, achievement.document);
    for (std::size_t i = 0; i < factors.size(); ++i) {
        if (factors[i] == 0) continue;
        const auto text = text_of(static_cast<Factor>(i), factors[i]);
        out.contributions.push_back(
            {ContributionKind::factor, std::string(text.zh), std::string(text.en), factors[i]}
        );
    }
    for (auto& line : feedback)
        out.contributions.push_back(std::move(line));
    out.contributions.push_back(
        {ContributionKind::base, "任一成果平均所得", "what any achievement gets on average", -base}
    );
    const auto ranges_of_shared = [&](const WordedDocument& document) {
        return SharedRanges{
            ranges_in(document.title.tokens, shared), ranges_in(document.body.tokens, shared)};
    };
    out.in_need = ranges_of_shared(need);
    out.in_achievement = ranges_of_shared(achievement);
    summarise(out);
    return out;
}

} // namespace jishi::matching
