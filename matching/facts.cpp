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
    return facts.negotiable || (asked.min_fen.value_or(0) <= facts.price_max_fen &&
                                facts.price_min_fen <= asked.max_fen.value_or(market::fen_max));
}

} // namespace

Facts facts_of(const Document& document) {
    Facts facts;
    facts.fields = document.fields;
    facts.modes = document.modes;
    facts.industry = packed(document.industry);
    facts.division = packed(document.division);
    facts.trl = document.trl.value_or(0);
    facts.negotiable = !document.price.min_fen && !document.price.max_fen;
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

} // namespace jishi::matching
