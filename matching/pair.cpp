#include "matching/pair.hpp"

#include <algorithm>
#include <cmath>

namespace jishi::matching {

namespace {

// A need may ask for more maturity than it insists on; further apart than this is another stage of
// life.
constexpr int trl_gap_max = 2;

bool above_budget(const market::PriceRange& asked, const market::PriceRange& budget) {
    return asked.min_fen && budget.max_fen && 2 * *asked.min_fen > 3 * *budget.max_fen;
}

double field_factor(const Conditions& need, const Conditions& achievement) {
    if (need.fields.empty() || achievement.fields.empty()) return 0;
    return (need.fields & achievement.fields).empty() ? -.8 : .8;
}

double maturity_factor(const Conditions& need, const Conditions& achievement) {
    if (!need.trl || !achievement.trl) return 0;
    const int missing = *need.trl - *achievement.trl;
    return missing <= 0 ? .4 : -.4 * std::min(missing, trl_gap_max);
}

double price_factor(const Conditions& need, const Conditions& achievement) {
    const auto& asked = achievement.price;
    const auto& budget = need.price;
    if (!budget.max_fen || (!asked.min_fen && !asked.max_fen)) return 0;
    return asked.min_fen.value_or(0) <= *budget.max_fen ? .4 : -.6;
}

double mode_factor(const Conditions& need, const Conditions& achievement) {
    if (need.modes.empty() || achievement.modes.empty()) return 0;
    return (need.modes & achievement.modes).empty() ? -.8 : .3;
}

double place_factor(const Conditions& need, const Conditions& achievement) {
    const auto same = [&](std::size_t digits) {
        return need.division.size() >= digits && achievement.division.size() >= digits &&
               need.division.compare(0, digits, achievement.division, 0, digits) == 0;
    };
    return same(4) ? .4 : same(2) ? .2 : 0;
}

} // namespace

std::optional<Exclusion>
exclusion_of(const Conditions& need, const Conditions& achievement, std::int32_t today_day) {
    if (same_owner(need.sealed_owner, achievement.sealed_owner)) return Exclusion::same_owner;
    if (need.deadline_day && *need.deadline_day < today_day) return Exclusion::deadline_passed;
    if (above_budget(achievement.price, need.price)) return Exclusion::price_above_budget;
    if (!need.modes.empty() && !achievement.modes.empty() &&
        (need.modes & achievement.modes).empty())
        return Exclusion::no_common_mode;
    if (need.trl && achievement.trl && *need.trl - *achievement.trl > trl_gap_max)
        return Exclusion::trl_too_low;
    return {};
}

Factors factors_of(const Conditions& need, const Conditions& achievement) {
    return {
        field_factor(need, achievement),
        maturity_factor(need, achievement),
        price_factor(need, achievement),
        mode_factor(need, achievement),
        place_factor(need, achievement),
    };
}

double sum_of(const Factors& factors) {
    double sum = 0;
    for (const double value : factors)
        sum += value;
    return sum;
}

FactorText text_of(Factor factor, double value) {
    const bool fits = value > 0;
    switch (factor) {
    case Factor::field:
        return fits ? FactorText{"领域一致", "same field"} : FactorText{"领域不同", "other field"};
    case Factor::maturity:
        return fits ? FactorText{"成熟度达到要求", "mature enough"}
                    : FactorText{"成熟度略低", "less mature than asked"};
    case Factor::price:
        return fits ? FactorText{"价格在预算内", "within the budget"}
                    : FactorText{"价格高于预算", "above the budget"};
    case Factor::mode:
        return fits ? FactorText{"合作方式相符", "common cooperation mode"}
                    : FactorText{"合作方式不同", "no common cooperation mode"};
    case Factor::place:
        return {"地域相近", "same region"};
    }
    return {};
}

PairScore pair_score(double raw, const Calibration& calibration) {
    return {raw, 1 / (1 + std::exp(-(raw - calibration.middle) / calibration.width))};
}

} // namespace jishi::matching
