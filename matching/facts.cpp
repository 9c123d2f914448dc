#include "matching/facts.hpp"

#include <algorithm>
#include <string_view>

namespace jishi::matching {

namespace {

std::array<char, 7> packed(std::string_view code) {
    std::array<char, 7> out{};
    std::copy_n(code.begin(), std::min(code.size(), out.size()), out.begin());
    return out;
}

bool starts_with(const std::array<char, 7>& code, std::string_view prefix) {
    return std::string_view(code.data(), code.size()).starts_with(prefix);
}

bool price_overlaps(const market::PriceRange& asked, const Facts& facts) {
    return facts.is_negotiable() ||
           (asked.min_fen.value_or(0) <= facts.price_max_fen &&
            facts.price_min_fen <= asked.max_fen.value_or(market::fen_max));
}

std::uint8_t province_of(std::string_view division) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (division.size() < 2 || !is_digit(division[0]) || !is_digit(division[1]))
        return Traits::province_none;
    return static_cast<std::uint8_t>(10 * (division[0] - '0') + division[1] - '0');
}

} // namespace

Facts facts_of(const Document& document) {
    Facts facts;
    facts.fields = document.fields;
    facts.modes = document.modes;
    facts.industry = packed(document.industry);
    facts.division = packed(document.division);
    facts.trl = document.trl.value_or(0);
    const bool as_shown = is_sealed_as_shown(document);
    facts.stated = static_cast<std::uint8_t>(
        (document.price.min_fen ? Facts::price_min : 0) |
        (document.price.max_fen ? Facts::price_max : 0) |
        (document.deadline_day ? Facts::deadline : 0) | (as_shown ? Facts::sealed_as_shown : 0)
    );
    facts.price_min_fen = document.price.min_fen.value_or(0);
    facts.price_max_fen = document.price.max_fen.value_or(market::fen_max);
    facts.published_at_us = document.published_at_us;
    facts.owner = document.owner;
    return facts;
}

bool accepts(const Filters& filters, const Facts& facts) {
    const auto& f = filters;
    return (f.fields.empty() || !(f.fields & facts.fields).empty()) &&
           (f.modes.empty() || !(f.modes & facts.modes).empty()) &&
           (!f.trl_min || (facts.trl != 0 && facts.trl >= *f.trl_min)) &&
           (!f.trl_max || (facts.trl != 0 && facts.trl <= *f.trl_max)) &&
           (!f.published_since_us || facts.published_at_us >= *f.published_since_us) &&
           (f.owner.is_null() || f.owner == facts.owner) && price_overlaps(f.price, facts) &&
           starts_with(facts.industry, f.industry_prefix) &&
           starts_with(facts.division, f.division_prefix);
}

Traits traits_of(const Facts& facts) {
    static_assert(market::names_of<market::TechnologyField>().size() <= 16);
    static_assert(market::names_of<market::CooperationMode>().size() <= 16);
    return {
        static_cast<std::uint16_t>(facts.fields.bits),
        static_cast<std::uint16_t>(facts.modes.bits),
        facts.trl,
        province_of({facts.division.data(), facts.division.size()})};
}

TraitsFilter::TraitsFilter(const Filters& filters)
    : fields_(static_cast<std::uint16_t>(filters.fields.bits)),
      modes_(static_cast<std::uint16_t>(filters.modes.bits)), any_field_(fields_ == 0 ? 1 : 0),
      any_mode_(modes_ == 0 ? 1 : 0) {
    if (filters.trl_min || filters.trl_max) trl_min_ = 1; // a level must be stated
    if (filters.trl_min) trl_min_ = std::max(trl_min_, *filters.trl_min);
    if (filters.trl_max) trl_max_ = *filters.trl_max;
    const auto& division = filters.division_prefix;
    const auto province = province_of(division);
    const bool is_province = province != Traits::province_none;
    if (is_province) province_min_ = province_max_ = province;
    is_all_ = (division.empty() || (is_province && division.size() == 2)) &&
              filters.industry_prefix.empty() && !filters.price.min_fen && !filters.price.max_fen &&
              filters.owner.is_null() && !filters.published_since_us;
}

} // namespace jishi::matching
