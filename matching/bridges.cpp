#include "matching/bridges.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace jishi::matching {

namespace {

constexpr std::size_t words_max = 40; // of either side: what the others bring goes with the rest
constexpr std::size_t bridges_max = 4;
constexpr double likeness_min = .25; // of two words (cosine) that a reader would see as related

struct MeaningWord {
    std::uint32_t word;
    double factor;     // what its row brings to the meaning
    double length;     // of its row
    std::string label; // as it stands in the text
};

// The first place each known word has in the texts.
std::map<TermKey, std::string> labels_of(const Document& document) {
    std::map<TermKey, std::string> out;
    const auto read = [&](std::string_view text) {
        for (const auto& occurrence : occurrences_of(tokens_of(text)))
            out.try_emplace(
                occurrence.key,
                text.substr(occurrence.range.begin, occurrence.range.end - occurrence.range.begin)
            );
    };
    read(document.title);
    for (const auto& keyword : document.keywords)
        read(keyword);
    read(document.body);
    return out;
}

// A word and what it is part of, as 电 and 电池, are no bridge to a reader.
bool is_within(std::string_view part, std::string_view whole) {
    return whole.find(part) != std::string_view::npos;
}

double length_of(std::span<const std::int8_t> row) {
    double squares = 0;
    for (const double value : row)
        squares += value * value;
    return std::sqrt(squares);
}

// The words that bring most to the document's meaning, in the units of the meaning itself.
std::vector<MeaningWord> words_of(const Model& model, const Document& document) {
    const auto terms = terms_of(document);
    const auto labels = labels_of(document);
    std::vector<MeaningWord> out;
    std::vector<double> sum(model.dimensions(), 0);
    for (const auto& term : terms.terms) {
        const auto word = model.word_of(term.key);
        const auto label = labels.find(term.key);
        if (!word || label == labels.end()) continue;
        const double factor =
            static_cast<double>(model.scale_of(*word)) * statement_weight(term.count);
        const auto row = model.vector_of(*word);
        for (std::size_t i = 0; i < sum.size(); ++i)
            sum[i] += factor * row[i];
        if (model.is_word(term.key)) out.push_back({*word, factor, length_of(row), label->second});
    }
    double squares = 0;
    for (const double value : sum)
        squares += value * value;
    for (auto& word : out)
        word.factor *= squares > 0 ? model.meaning_length() / std::sqrt(squares) : 0;
    std::stable_sort(out.begin(), out.end(), [](const MeaningWord& a, const MeaningWord& b) {
        return a.factor * a.length > b.factor * b.length;
    });
    if (out.size() > words_max) out.resize(words_max);
    return out;
}

} // namespace

std::vector<Contribution> bridges_of(
    const Statement& statement,
    const Model& model,
    const Document& need,
    const Document& achievement
) {
    const auto offered_meaning = model.meaning_of(terms_of(achievement));
    const double whole = static_cast<double>(statement.meaning_norm.scale) *
                         alignment(statement.meaning, offered_meaning);
    if (whole == 0) return {};
    std::vector<Contribution> found;
    const auto asked = words_of(model, need), offered = words_of(model, achievement);
    for (const auto& a : asked)
        for (const auto& b : offered) {
            if (is_within(a.label, b.label) || is_within(b.label, a.label)) continue;
            const double product = alignment(model.vector_of(a.word), model.vector_of(b.word));
            if (product < likeness_min * a.length * b.length) continue;
            found.push_back(
                {ContributionKind::bridge,
                 a.label + " ~ " + b.label,
                 a.label + " ~ " + b.label,
                 static_cast<double>(statement.meaning_norm.scale) * a.factor * b.factor * product}
            );
        }
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
        return a.value > b.value;
    });
    // Each word once: the second best partner of a word says little more.
    std::vector<Contribution> out;
    std::set<std::string> told;
    double rest = whole;
    for (const auto& bridge : found) {
        const auto gap = bridge.label_zh.find(" ~ ");
        const auto one = bridge.label_zh.substr(0, gap), other = bridge.label_zh.substr(gap + 3);
        if (out.size() == bridges_max) break;
        if (told.contains(one) || told.contains("~" + other)) continue;
        told.insert(one), told.insert("~" + other);
        out.push_back(bridge);
        rest -= bridge.value;
    }
    out.push_back({ContributionKind::bridge, "其余含义相近之处", "other likeness in meaning", rest}
    );
    return out;
}

} // namespace jishi::matching
