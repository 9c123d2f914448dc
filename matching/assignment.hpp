// Best for the market: who should meet whom when nobody has time for everybody. No node of either
// side (a need, an achievement) gets more partners than it has places, and what is greatest is
//
//     sum of the chosen pairs' chances + first_partner x nodes, of both sides, that have a partner.
//
// The second sum keeps anyone from being starved: a first partner is worth one sure match more than
// a further one. So nobody gets a second partner whom someone without any could have had instead,
// and a node is left alone only if serving it would cost the others more than a sure match. Most
// nodes first and chances second was considered: it would break up any number of good pairs, along
// a chain, for one hopeless listing.
//
// The greatest is found, not approached, and proved: bound_ppm comes from prices alone and no
// assignment exceeds it, so where it equals the objective nothing is better.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace jishi::matching {

inline constexpr std::uint32_t sure_ppm = 1'000'000;

// Of a share in [0, 1].
std::uint32_t chance_ppm(double share);

struct CandidatePair {
    std::uint32_t left = 0, right = 0;
    std::uint32_t chance_ppm = 0; // that both sides call it a match, in millionths
    bool operator==(const CandidatePair&) const = default;
};

struct AssignmentTask {
    std::vector<CandidatePair> pairs;                     // in any order
    std::vector<std::uint32_t> left_places, right_places; // partners that each node may get
    std::uint32_t first_partner_ppm = sure_ppm;
    std::uint32_t gap_max_ppm = 0; // of the bound: may end as soon as it is proved to be this close
};

struct Assignment {
    std::vector<CandidatePair> chosen; // by left, then right
    std::int64_t objective_ppm = 0;    // the sum above, in millionths of a match
    std::int64_t bound_ppm = 0;
};

// Depends on the set of pairs alone, not on their order. Of a pair named twice the higher chance
// counts; one without a chance is no candidate. Beyond some 500 000 places levels may not be fine
// enough to prove the last millionths. REQUIRES: every node has its places; at most sure_ppm for
// each chance and a first partner.
Assignment assign(AssignmentTask task);

// What any choice among the task's pairs is worth.
std::int64_t objective_ppm(const AssignmentTask& task, std::span<const CandidatePair> chosen);

} // namespace jishi::matching
