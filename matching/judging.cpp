#include "matching/judging.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace jishi::matching {

namespace {

constexpr std::size_t width = pair_part_count + 1;
constexpr int steps = 30; // of Newton's method, more than it takes
constexpr double penalty = 2000; // on folds of 173 needs 1000 to 3000 rank alike, 300 worse
constexpr std::size_t needs_min = 10, folds = 5, ranks_counted = 10;

using Row = std::array<double, width>;
using Matrix = std::array<Row, width>;

// Solves a symmetric positive system by elimination.
Row solved(Matrix a, Row b) {
    for (std::size_t i = 0; i < width; ++i)
        for (std::size_t j = i + 1; j < width; ++j) {
            const double factor = a[j][i] / a[i][i];
            for (std::size_t k = i; k < width; ++k)
                a[j][k] -= factor * a[i][k];
            b[j] -= factor * b[i];
        }
    for (std::size_t i = width; i-- > 0;) {
        for (std::size_t k = i + 1; k < width; ++k)
            b[i] -= a[i][k] * b[k];
        b[i] /= a[i][i];
    }
    return b;
}

double logistic(double x) {
    return 1 / (1 + std::exp(-x));
}

// Gains count as 2^grade, discounted by rank; 1 is the best order.
double order_quality(std::vector<std::pair<double, double>> pairs) { // expected, true grade
    const auto discounted = [&] {
        double sum = 0;
        for (std::size_t i = 0; i < std::min(pairs.size(), ranks_counted); ++i)
            sum += (std::exp2(pairs[i].second - 1) - 1) / std::log2(static_cast<double>(i) + 2);
        return sum;
    };
    std::stable_sort(pairs.begin(), pairs.end(), [](const auto& a, const auto& b) {
        return a.first > b.first;
    });
    const double got = discounted();
    std::stable_sort(pairs.begin(), pairs.end(), [](const auto& a, const auto& b) {
        return a.second > b.second;
    });
    const double best = discounted();
    return best > 0 ? got / best : 1;
}

} // namespace

PairParts
parts_of(const DocumentTerms& need, const DocumentTerms& achievement, const Lexicon& lexicon) {
    const auto statement = statement_of(need, lexicon);
    const auto& row = lexicon.impacts()[length_class_of(achievement.length)];
    std::array<Moments, space_count> moments;
    std::array<double, space_count> sums{};
    double title_terms = 0, title_found = 0;
    for (const auto& term : need.terms) {
        const auto space = index_of(space_of(term.key));
        const auto weight = lexicon.weight_of(term.key);
        const double q = statement_weight(term.count);
        moments[space].add(q, weight);
        const auto at =
            std::ranges::lower_bound(achievement.terms, sought(term.key), {}, &CountedTerm::key);
        const bool held = at != achievement.terms.end() && at->key == sought(term.key);
        if (held) sums[space] += q * weight.weight * row[at->count.total()];
        if (term.count.title() > 0 && space_of(term.key) == Space::word) {
            title_terms += weight.weight;
            title_found += held ? weight.weight : 0;
        }
    }
    PairParts out{};
    for (std::size_t space = 0; space < space_count; ++space) {
        const auto norm = moments[space].norm(1);
        out[space] = sums[space] * static_cast<double>(norm.scale) - static_cast<double>(norm.base);
    }
    out[3] = meaning_score(statement, lexicon.meaning_of(achievement));
    out[4] = title_terms > 0 ? title_found / title_terms : 0;
    out[5] = lexical_score(statement, achievement) + out[3];
    return out;
}

double Judge::reaches(std::size_t level, const PairParts& parts) const {
    const auto& weights = weights_[level];
    double sum = weights[pair_part_count];
    for (std::size_t i = 0; i < pair_part_count; ++i)
        sum += weights[i] * (parts[i] - means_[i]) / deviations_[i];
    return logistic(sum);
}

double Judge::expected_grade(const PairParts& parts) const {
    return 1 + reaches(0, parts) + reaches(1, parts) + reaches(2, parts);
}

double Judge::chance(const PairParts& parts) const {
    return reaches(1, parts);
}

Judge Judge::fitted(std::span<const JudgedPair* const> pairs) {
    Judge out;
    out.has_learned_ = true;
    const auto count = static_cast<double>(pairs.size());
    for (const auto* pair : pairs)
        for (std::size_t i = 0; i < pair_part_count; ++i)
            out.means_[i] += pair->parts[i] / count;
    for (const auto* pair : pairs)
        for (std::size_t i = 0; i < pair_part_count; ++i)
            out.deviations_[i] += std::pow(pair->parts[i] - out.means_[i], 2) / count;
    for (auto& deviation : out.deviations_)
        deviation = deviation > 0 ? std::sqrt(deviation) : 1;
    for (std::size_t level = 0; level < levels; ++level)
        for (int step = 0; step < steps; ++step) {
            Matrix curvature{};
            Row slope{};
            auto& weights = out.weights_[level];
            for (std::size_t i = 0; i < width; ++i) {
                const bool free = i + 2 >= width; // the score and the constant
                curvature[i][i] = free ? 1e-3 : penalty;
                slope[i] = -curvature[i][i] * weights[i];
            }
            for (const auto* pair : pairs) {
                Row x{};
                for (std::size_t i = 0; i < pair_part_count; ++i)
                    x[i] = (pair->parts[i] - out.means_[i]) / out.deviations_[i];
                x[pair_part_count] = 1;
                const double p = out.reaches(level, pair->parts);
                const double truth = pair->grade >= static_cast<double>(level) + 1.5 ? 1 : 0;
                for (std::size_t i = 0; i < width; ++i) {
                    slope[i] += (truth - p) * x[i];
                    for (std::size_t j = 0; j < width; ++j)
                        curvature[i][j] += p * (1 - p) * x[i] * x[j];
                }
            }
            const auto change = solved(curvature, slope);
            for (std::size_t i = 0; i < width; ++i)
                weights[i] += std::clamp(change[i], -2.0, 2.0);
        }
    return out;
}

Judge Judge::learned_from(std::span<const JudgedPair> pairs) {
    std::map<std::size_t, std::vector<const JudgedPair*>> of_need;
    for (const auto& pair : pairs)
        of_need[pair.need].push_back(&pair);
    if (of_need.size() < needs_min) return {};
    double learned_quality = 0, plain_quality = 0;
    for (std::size_t fold = 0; fold < folds; ++fold) {
        std::vector<const JudgedPair*> shown;
        std::size_t number = 0;
        for (const auto& [need, judged] : of_need)
            if (number++ % folds != fold) shown.insert(shown.end(), judged.begin(), judged.end());
        const auto judge = fitted(shown);
        number = 0;
        for (const auto& [need, judged] : of_need) {
            if (number++ % folds != fold) continue;
            std::vector<std::pair<double, double>> learned, plain;
            for (const auto* pair : judged) {
                learned.emplace_back(judge.expected_grade(pair->parts), pair->grade);
                plain.emplace_back(pair->parts.back(), pair->grade);
            }
            learned_quality += order_quality(std::move(learned));
            plain_quality += order_quality(std::move(plain));
        }
    }
    if (learned_quality <= plain_quality) return {};
    std::vector<const JudgedPair*> all;
    for (const auto& pair : pairs)
        all.push_back(&pair);
    return fitted(all);
}

} // namespace jishi::matching
