// Beyond the text: how field, maturity, money, mode and place of a need and an achievement fit.
#pragma once

#include "matching/match.hpp"

#include <array>
#include <string_view>

namespace jishi::matching {

#define JISHI_FACTORS(X) X(field) X(maturity) X(price) X(mode) X(place)
enum class Factor : std::uint8_t { JISHI_FACTORS(JISHI_ENUMERATOR) };
inline constexpr std::size_t factor_count = 5;

// Each factor's part of the raw score, 0 where either side says nothing.
using Factors = std::array<double, factor_count>;
Factors factors_of(const Conditions& need, const Conditions& achievement);
double sum_of(const Factors& factors);
inline constexpr double factor_sum_max = 2.3; // no pair gets more

struct FactorText {
    std::string_view zh, en;
};
// "领域一致" or "领域不同": by the sign of its value.
FactorText text_of(Factor factor, double value);

// The raw score as a number of [0, 1]: the chance that a technology-transfer officer calls the pair
// related (a grade of at least 3). Both constants were fitted by logistic regression on 8 664 pairs
// graded by technology-transfer staff, 12 % of them related; docs/matching.md has what came true.
struct Calibration {
    double middle, width; // the raw score of an even chance, and how slowly the chance rises
};
inline constexpr Calibration calibration_by_rarity{11.7, 4.5}, calibration_learned{13.7, 5.0};
PairScore pair_score(double raw, const Calibration& calibration);

} // namespace jishi::matching
