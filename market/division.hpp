// Administrative divisions (行政区划) by their six digits, GB/T 2260: two of the province, two of
// the prefecture or city, two of the county. Codes change: every row is dated, and old codes stay
// readable because facts of their time bear them.
#pragma once

#include "market/refusal.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace jishi::market {

inline constexpr std::int16_t division_year_min = 1980; // rows from here are as old or older
inline constexpr std::int16_t division_year_open = 9999;

// In force in the editions of the ends of the years valid_from .. valid_to.
struct Division {
    std::string_view code, name;
    std::int16_t valid_from = division_year_min;
    std::int16_t valid_to = division_year_open;
};

// Ordered by code, then by year. Provinces and prefectures are complete; of the counties those of
// Zhejiang and Yinchuan.
std::span<const Division> division_table();

// How deep the table, in any of its years, knows the place a code names.
enum class DivisionDepth : std::uint8_t { nothing, province, prefecture, county };

// A county the table does not list under a prefecture that it does is known to its prefecture.
DivisionDepth division_known_to(std::string_view code);

// Whether the first two digits are those of a province; the rest is not looked at.
bool known_province(std::string_view code);

// Refused: bad_format, and not_found when even the prefecture is not known.
std::optional<FieldRefusal> check_division(std::string_view pointer, std::string_view code);

// The latest name, or the name at the end of `year`; empty if the table has none.
std::string_view division_name(std::string_view code);
std::string_view division_name(std::string_view code, int year);

// False unless both are known.
bool same_province(std::string_view a, std::string_view b);

// What two places share and both name: 0 nothing, 1 the province, 2 the city, 3 the county.
int division_closeness(std::string_view a, std::string_view b);

} // namespace jishi::market
