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
Factors factors_of(const Document& need, const Document& achievement);
double sum_of(const Factors& factors);
inline constexpr double factor_sum_max = 2.3; // no pair gets more

struct FactorText {
    std::string_view zh, en;
};
// "领域一致" or "领域不同": by the sign of its value.
FactorText text_of(Factor factor, double value);

// The raw score as a number of [0, 1]: the chance that a technology-transfer officer calls the pair
// related.
PairScore pair_score(double raw);

} // namespace jishi::matching
