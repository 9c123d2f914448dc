#include "matching/feedback.hpp"

#include "matching/highlight.hpp"

#include <algorithm>
#include <cmath>

namespace jishi::matching {

namespace {

constexpr double strength = 4.5, shrinkage = .3;
constexpr std::size_t reasons_max = 2, title_bytes_max = 60;
constexpr double reason_min = .05; // of the raw score

std::string quoted(const std::string& title) {
    if (title.size() <= title_bytes_max) return title;
    return title.substr(0, boundary_before(title, title_bytes_max)) + "…";
}

std::string decimal(double grade) {
    const auto tenths = std::lround(10 * grade);
    return std::to_string(tenths / 10) +
           (tenths % 10 == 0 ? "" : "." + std::to_string(tenths % 10));
}

} // namespace

double expected_grade(double score) {
    return 1.4 + 2 * score;
}

Feedback::Direction Feedback::direction_of(const Document& document) const {
    const auto terms = terms_of(document);
    Direction out;
    if (lexicon_->model() != nullptr) {
        out.meaning = lexicon_->meaning_of(terms);
        return out;
    }
    double squares = 0;
    for (const auto& term : terms.terms) {
        const double value = statement_weight(term.count) * lexicon_->weight_of(term.key).weight;
        squares += value * value;
        out.terms.emplace_back(term.key, static_cast<float>(value));
    }
    for (auto& [key, value] : out.terms)
        value /= static_cast<float>(std::sqrt(squares) + 1e-9);
    return out;
}

double Feedback::kernel(const Direction& a, const Direction& b) {
    double cosine = 0;
    if (!a.meaning.empty())
        cosine = alignment(a.meaning, b.meaning) /
                 std::sqrt(
                     1.0 + static_cast<double>(alignment(a.meaning, a.meaning)) *
                               alignment(b.meaning, b.meaning)
                 );
    auto at = b.terms.begin();
    for (const auto& [key, value] : a.terms) {
        while (at != b.terms.end() && at->first < key)
            ++at;
        if (at != b.terms.end() && at->first == key)
            cosine += static_cast<double>(value) * static_cast<double>(at->second);
    }
    return cosine > 0 ? cosine * cosine : 0;
}

void Feedback::add(const Document& counterpart, double grade, double expected) {
    graded_.push_back(
        {counterpart.id, counterpart.title, grade, grade - expected, direction_of(counterpart)}
    );
}

std::vector<double> Feedback::kernels_of(const Direction& direction) const {
    std::vector<double> out;
    for (const auto& graded : graded_)
        out.push_back(kernel(direction, graded.direction));
    return out;
}

double Feedback::lift_of(const std::vector<double>& kernels) const {
    double sum = 0, total = shrinkage;
    for (std::size_t j = 0; j < graded_.size(); ++j)
        sum += kernels[j] * graded_[j].surprise, total += kernels[j];
    return strength * sum / total;
}

double Feedback::lift_of(const Document& counterpart) const {
    return empty() ? 0 : lift_of(kernels_of(direction_of(counterpart)));
}

double Feedback::lift_of(MeaningView meaning) const {
    return empty() ? 0 : lift_of(kernels_of({Meaning(meaning.begin(), meaning.end()), {}}));
}

std::vector<Contribution> Feedback::reasons_of(const Document& counterpart) const {
    if (empty()) return {};
    const auto kernels = kernels_of(direction_of(counterpart));
    double total = shrinkage;
    for (const double value : kernels)
        total += value;
    std::vector<Contribution> lines;
    for (std::size_t j = 0; j < graded_.size(); ++j) {
        const auto& graded = graded_[j];
        const bool is_itself = graded.id == counterpart.id;
        const auto grade = decimal(graded.grade), title = quoted(graded.title);
        lines.push_back(
            {ContributionKind::feedback,
             is_itself ? "本方评为" + grade + "分" : "与评为" + grade + "分的“" + title + "”相近",
             is_itself ? "graded " + grade : "like “" + title + "”, graded " + grade,
             strength * kernels[j] * graded.surprise / total,
             true}
        );
    }
    std::stable_sort(lines.begin(), lines.end(), [](const auto& a, const auto& b) {
        return std::abs(a.value) > std::abs(b.value);
    });
    std::vector<Contribution> out;
    double rest = lift_of(kernels);
    for (const auto& line : lines) {
        if (out.size() == reasons_max || std::abs(line.value) < reason_min) break;
        out.push_back(line);
        rest -= line.value;
    }
    out.push_back({ContributionKind::feedback, "其余评分的影响", "other grades", rest});
    return out;
}

} // namespace jishi::matching
