#include "matching/bridges.hpp"

#include "matching/directions.hpp"
#include "matching/lanes.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace jishi::matching {

namespace {

constexpr std::size_t bridges_max = 4;
constexpr std::size_t asked_max = 12;  // words of the need that are looked at
constexpr std::size_t answers_max = 2; // named in one bridge
constexpr double bridge_min = .05;     // of a raw score
constexpr double likeness_min = .3;    // of two words (cosine) that a reader would see as related

// Of a word's tokens: equal for what a reader takes for equal.
using Codes = std::vector<std::uint64_t>;

double length_of(std::span<const float> meaning) {
    return std::sqrt(static_cast<double>(dot(meaning, meaning)));
}

// A word of a text, and the part of the text's meaning that is made in it.
struct MeaningWord {
    Codes codes;
    std::string_view label; // as it first stands in the text
    bool tells = false;     // enough to be shown, which a single ideograph is not
    std::vector<float> meaning;
    double length = 0; // of the meaning
};

// A word and what it is part of, as 电 and 电池, are no bridge to a reader.
bool overlap(const MeaningWord& a, const MeaningWord& b) {
    const auto holds = [](const Codes& whole, const Codes& part) {
        return std::search(whole.begin(), whole.end(), part.begin(), part.end()) != whole.end();
    };
    return holds(a.codes, b.codes) || holds(b.codes, a.codes);
}

// Each term counts once, in the word in which it first begins.
class MeaningWords {
public:
    MeaningWords(const Lexicon& lexicon, const WordedDocument& document)
        : lexicon_(lexicon), model_(*lexicon.model()) {
        for (const auto& term : document.terms.terms)
            if (const auto word = model_.word_of(term.key))
                parts_[term.key] = {*word, static_cast<float>(statement_weight(term.count))};
        document.for_each_text([this](const WordedText& text) { read(text); });
    }

    // In the units of the document's meaning.
    std::vector<MeaningWord> words() && {
        std::vector<float> sum(model_.dimensions(), 0);
        for (const auto& word : words_)
            add_scaled(sum, 1, word.meaning);
        const double length = length_of(sum);
        if (length == 0) return {};
        const auto factor = static_cast<float>(model_.meaning_length() / length);
        for (auto& word : words_) {
            for (auto& value : word.meaning)
                value *= factor;
            word.length = length_of(word.meaning);
        }
        return std::move(words_);
    }

private:
    struct Part {
        std::uint32_t word;
        float factor;
    };

    void read(const WordedText& text) {
        auto at = text.words.begin();
        for (const auto& [key, range] : occurrences_of(text.tokens)) {
            while (text.range_of(*at).end <= range.begin)
                ++at;
            const auto part = parts_.find(key);
            if (part == parts_.end()) continue;
            auto& word = word_at(text, *at);
            const auto row = part->second.word;
            const ScaledRow scaled{
                part->second.factor * model_.scale_of(row), model_.vector_of(row)};
            add_scaled(word.meaning, std::span(&scaled, 1));
            parts_.erase(part);
        }
    }

    MeaningWord& word_at(const WordedText& text, const WordSpan& span) {
        Codes codes;
        for (std::size_t i = span.first; i < span.first + span.count; ++i)
            codes.push_back(text.tokens[i].code);
        const auto [place, added] = places_.emplace(std::move(codes), words_.size());
        const bool one_ideograph = span.count == 1 && !text.tokens[span.first].word;
        if (added)
            words_.push_back(
                {place->first,
                 text.in(text.range_of(span)),
                 !one_ideograph && worth_of(lexicon_, text, span) >= telling_worth_min,
                 std::vector<float>(model_.dimensions(), 0)}
            );
        return words_[place->second];
    }

    const Lexicon& lexicon_;
    const Model& model_;
    std::map<TermKey, Part> parts_;
    std::map<Codes, std::size_t> places_;
    std::vector<MeaningWord> words_;
};

// What all needs have in common is taken off those words that say it.
void leave_out_common(std::vector<MeaningWord>& asked, const std::vector<float>& common) {
    double whole = 0;
    for (const auto& word : asked)
        whole += static_cast<double>(dot(word.meaning, common));
    if (whole <= 0) return;
    for (auto& word : asked) {
        const double part = static_cast<double>(dot(word.meaning, common)) / whole;
        add_scaled(word.meaning, static_cast<float>(-part), common);
        word.length = length_of(word.meaning);
    }
}

struct Found {
    double value;
    const MeaningWord* word;
};
void keep_largest(std::vector<Found>& found, std::size_t most) {
    std::ranges::stable_sort(found, std::greater<>(), &Found::value);
    if (found.size() > most) found.resize(most);
}

Contribution bridge_of(const MeaningWord& asked, const std::vector<Found>& answers, double value) {
    Contribution out{ContributionKind::bridge, std::string(asked.label) + " ~ ", {}, value, true};
    out.label_en = out.label_zh;
    for (std::size_t i = 0; i < answers.size(); ++i) {
        out.label_zh.append(i == 0 ? "" : "、").append(answers[i].word->label);
        out.label_en.append(i == 0 ? "" : ", ").append(answers[i].word->label);
    }
    return out;
}

// `offered_sum`: the meaning of all that is offered; `scale`: what a unit of likeness is worth.
std::vector<Contribution> strongest_bridges(
    const std::vector<MeaningWord>& asked,
    const std::vector<MeaningWord>& offered,
    const std::vector<float>& offered_sum,
    double scale
) {
    std::vector<Found> bridged;
    for (const auto& word : asked) {
        const double value = scale * static_cast<double>(dot(word.meaning, offered_sum));
        if (word.tells && value >= bridge_min) bridged.push_back({value, &word});
    }
    keep_largest(bridged, asked_max);
    std::vector<Contribution> out;
    std::set<const MeaningWord*> named;
    for (const auto& [value, a] : bridged) {
        if (out.size() == bridges_max) break;
        std::vector<Found> answers;
        for (const auto& b : offered) {
            if (!b.tells || named.contains(&b) || overlap(*a, b)) continue;
            const double product = static_cast<double>(dot(a->meaning, b.meaning));
            if (product >= likeness_min * a->length * b.length) answers.push_back({product, &b});
        }
        if (answers.empty()) continue;
        keep_largest(answers, answers_max);
        for (const auto& answer : answers)
            named.insert(answer.word);
        out.push_back(bridge_of(*a, answers, value));
    }
    return out;
}

} // namespace

std::vector<Contribution> bridges_of(
    const Statement& statement,
    const Lexicon& lexicon,
    const WordedDocument& need,
    const WordedDocument& achievement
) {
    if (lexicon.model() == nullptr) return {};
    const auto& model = *lexicon.model();
    const auto scale = static_cast<double>(statement.meaning_norm.scale);
    double rest = scale * alignment(statement.meaning, model.meaning_of(achievement.terms));
    if (rest == 0) return {};
    auto asked = MeaningWords(lexicon, need).words();
    leave_out_common(asked, model.parts().need_mean);
    std::set<Codes> in_need;
    std::vector<float> whole_need(model.dimensions(), 0);
    for (const auto& word : asked) {
        in_need.insert(word.codes);
        add_scaled(whole_need, 1, word.meaning);
    }
    std::vector<MeaningWord> offered;                      // that the need has not
    std::vector<float> new_to_need(model.dimensions(), 0); // their meaning
    double shared = 0;
    for (auto& word : MeaningWords(lexicon, achievement).words())
        if (in_need.contains(word.codes)) {
            shared += scale * static_cast<double>(dot(whole_need, word.meaning));
        } else {
            add_scaled(new_to_need, 1, word.meaning);
            offered.push_back(std::move(word));
        }
    rest -= shared;

    auto out = strongest_bridges(asked, offered, new_to_need, scale);
    for (const auto& bridge : out)
        rest -= bridge.value;
    if (shared != 0)
        out.push_back(
            {ContributionKind::bridge, "相同字词的含义", "meaning of the shared words", shared}
        );
    out.push_back({ContributionKind::bridge, "其余含义相近之处", "other likeness in meaning", rest}
    );
    return out;
}

} // namespace jishi::matching
