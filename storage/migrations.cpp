#include "storage/migrations/list.hpp"

#include <vector>

namespace jishi::storage {

std::span<const Migration> migrations() {
    static const std::vector<Migration> all{
        v001_foundation,
        v002_market,
        v003_house_rules,
        v004_match_grade,
        v005_grade_rules,
        v006_ungraded_reasons,
    };
    return all;
}

} // namespace jishi::storage
