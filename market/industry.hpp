// Industries by GB/T 4754-2017: a section letter A..T, then up to four digits of division, group
// and class.
#pragma once

#include "market/refusal.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace jishi::market {

struct IndustrySection {
    char letter;
    std::string_view name_zh, name_en;
};

// A..T, in order.
std::span<const IndustrySection> industry_sections();

// The form alone is checked: a letter A..T and 0..4 digits.
std::optional<FieldRefusal> check_industry(std::string_view pointer, std::string_view code);

// REQUIRES: check_industry accepted `code`.
const IndustrySection& industry_section(std::string_view code);

} // namespace jishi::market
