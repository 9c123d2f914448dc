// The structured side of a listing, packed so that filtering a whole market reads memory in one
// sweep.
#pragma once

#include "matching/search.hpp"

#include <array>
#include <cstdint>

namespace jishi::matching {

struct Facts {
    market::Set<market::TechnologyField> fields;
    market::Set<market::CooperationMode> modes;
    std::array<char, 7> industry{}, division{}; // padded with zeros
    std::uint8_t trl = 0;                       // 0: not stated
    bool negotiable = true;
    market::Fen price_min_fen = 0, price_max_fen = market::fen_max;
    std::int64_t published_at_us = 0;
    market::OrganisationId owner; // the visible one
};

Facts facts_of(const Document& document);

bool accepts(const Filters& filters, const Facts& facts);

} // namespace jishi::matching
