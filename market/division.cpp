#include "market/division.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace jishi::market {

namespace {

constexpr std::size_t code_length = 6;

bool has_form(std::string_view code) {
    return code.size() == code_length && code.find_first_not_of("0123456789") == code.npos;
}

std::string province_of(std::string_view code) {
    return std::string(code.substr(0, 2)) + "0000";
}
std::string prefecture_of(std::string_view code) {
    return std::string(code.substr(0, 4)) + "00";
}

// Every dated row of the code.
std::span<const Division> rows_of(std::string_view code) {
    const auto table = division_table();
    const auto first = std::ranges::lower_bound(table, code, {}, &Division::code);
    const auto last = std::ranges::upper_bound(first, table.end(), code, {}, &Division::code);
    return {first, last};
}

bool listed(std::string_view code) {
    return !rows_of(code).empty();
}

// The level a code itself names, whether or not such a place exists. REQUIRES: has_form(code).
DivisionDepth depth_of(std::string_view code) {
    if (!code.ends_with("00")) return DivisionDepth::county;
    return code.ends_with("0000") ? DivisionDepth::province : DivisionDepth::prefecture;
}

// A municipality (直辖市) is one city, whichever gathering row its districts stand in.
bool is_municipality(std::string_view code) {
    constexpr std::array<std::string_view, 4> municipalities{"11", "12", "31", "50"};
    return std::ranges::find(municipalities, code.substr(0, 2)) != municipalities.end();
}

// Rows "..90.." gather counties that stand directly under a province and have nothing else in
// common.
bool in_a_city(std::string_view code) {
    if (is_municipality(code)) return true;
    return depth_of(code) >= DivisionDepth::prefecture && code.substr(2, 2) != "90";
}

} // namespace

DivisionDepth division_known_to(std::string_view code) {
    if (!has_form(code) || !listed(province_of(code))) return DivisionDepth::nothing;
    const auto depth = depth_of(code);
    if (depth == DivisionDepth::province || code.substr(2, 2) == "00" ||
        !listed(prefecture_of(code)))
        return DivisionDepth::province;
    return depth == DivisionDepth::county && listed(code) ? DivisionDepth::county
                                                          : DivisionDepth::prefecture;
}

bool known_province(std::string_view code) {
    return code.size() >= 2 && listed(province_of(code));
}

std::optional<FieldRefusal> check_division(std::string_view pointer, std::string_view code) {
    if (!has_form(code))
        return FieldRefusal{std::string(pointer), FieldReason::bad_format, "[0-9]{6}"};
    const auto needed = std::min(depth_of(code), DivisionDepth::prefecture);
    if (division_known_to(code) < needed)
        return FieldRefusal{std::string(pointer), FieldReason::not_found};
    return {};
}

std::string_view division_name(std::string_view code) {
    const auto rows = rows_of(code);
    return rows.empty() ? std::string_view() : rows.back().name;
}

std::string_view division_name(std::string_view code, int year) {
    for (const auto& row : rows_of(code))
        if (row.valid_from <= year && year <= row.valid_to) return row.name;
    return {};
}

bool same_province(std::string_view a, std::string_view b) {
    return has_form(a) && has_form(b) && a.substr(0, 2) == b.substr(0, 2) && known_province(a);
}

int division_closeness(std::string_view a, std::string_view b) {
    if (!same_province(a, b)) return 0;
    if (a == b && depth_of(a) == DivisionDepth::county) return 3;
    const bool same_city = is_municipality(a) || a.substr(0, 4) == b.substr(0, 4);
    return same_city && in_a_city(a) && in_a_city(b) ? 2 : 1;
}

} // namespace jishi::market
