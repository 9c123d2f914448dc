// Whom to bring together of two files, without a market: the core of `jishi match --plan`.
#pragma once

#include "matching/file_match.hpp"

#include <cstdint>

namespace jishi::matching {

struct PlanRules {
    std::uint32_t need_capacity = 3, achievement_capacity = 3; // partners that each may get
    double min_score = 0;                                      // below it nobody is to meet
};

// The rows, in their order, that are best for all together (see assignment.hpp); a row's score is
// taken for the chance that both sides call it a match. REQUIRES: no pair twice.
std::vector<FileMatchRow> plan_of(std::vector<FileMatchRow> rows, const PlanRules& rules);

} // namespace jishi::matching
