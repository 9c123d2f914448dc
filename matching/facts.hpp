// The structured side of a listing, packed so that filtering a whole market reads memory in one
// sweep.
#pragma once

#include "matching/search.hpp"

#include <array>
#include <cstdint>

namespace jishi::matching {

struct Facts {
    enum Stated : std::uint8_t {
        price_min = 1,
        price_max = 2,
        deadline = 4,
        sealed_as_shown = 8, // the sealed owner is the visible one
        stated_all = 15
    };
    bool states(Stated what) const { return (stated & what) != 0; }
    bool is_negotiable() const { return !states(price_min) && !states(price_max); }

    market::Set<market::TechnologyField> fields;
    market::Set<market::CooperationMode> modes;
    std::array<char, 7> industry{}, division{}; // padded with zeros
    std::uint8_t trl = 0;                       // 0: not stated
    std::uint8_t stated = sealed_as_shown;
    market::Fen price_min_fen = 0, price_max_fen = market::fen_max;
    std::int64_t published_at_us = 0;
    market::OrganisationId owner; // the visible one
};

Facts facts_of(const Document& document);

bool accepts(const Filters& filters, const Facts& facts);

// Of the facts what facets count and filters mostly ask for, so small that those of a whole market
// stay in the processor's cache.
struct Traits {
    std::uint16_t fields = 0, modes = 0;
    std::uint8_t trl = 0;                  // 0: not stated
    std::uint8_t province = province_none; // the first two digits of the division
    static constexpr std::uint8_t province_none = 255;
};
Traits traits_of(const Facts& facts);

// The same question in two parts: by the traits alone, and whether that is all the filters ask.
class TraitsFilter {
public:
    explicit TraitsFilter(const Filters& filters);
    // False: accepts() is false for the facts as well. True: likewise, if is_all(). Without
    // branches, since nobody can foresee them.
    bool accepts(const Traits& traits) const {
        const bool field = ((fields_ & traits.fields) | any_field_) != 0,
                   mode = ((modes_ & traits.modes) | any_mode_) != 0,
                   level = (traits.trl >= trl_min_) & (traits.trl <= trl_max_),
                   place = (traits.province >= province_min_) & (traits.province <= province_max_);
        return field & mode & level & place;
    }
    bool is_all() const { return is_all_; }

private:
    std::uint16_t fields_, modes_;
    int any_field_, any_mode_; // 1: none is asked for
    std::uint8_t trl_min_ = 0, trl_max_ = UINT8_MAX;
    std::uint8_t province_min_ = 0, province_max_ = UINT8_MAX;
    bool is_all_;
};

} // namespace jishi::matching
