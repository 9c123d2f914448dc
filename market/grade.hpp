// What people say of a pair of listings and what they do with it, and the grade it comes to: 4 is
// strong, 3 good, 2 weak, 1 nothing.
#pragma once

#include "market/match.hpp"

#include <cstdint>
#include <optional>

namespace jishi::market {

inline constexpr std::uint8_t grade_min = 1, grade_max = 4;
// Of one listing and side: more than anyone grades by hand, and few enough for every ranking.
inline constexpr std::size_t grades_per_listing_max = 200;

// What one need and one achievement are to each other in the eyes of people, 1 (nothing) to 4
// (strong), from explicit grades or from what was done.
struct Grade {
    ListingId need{}, achievement{};
    double value = 0;
    bool operator==(const Grade&) const = default;
};

// A need and an achievement; ordered by the need's id, then the achievement's.
struct Pair {
    ListingId need{ListingKind::need, {}}, achievement{ListingKind::achievement, {}};
    auto operator<=>(const Pair&) const = default;

    ListingId of(ListingKind side) const { return side == ListingKind::need ? need : achievement; }
};

// The grade that somebody gave a pair for one of its sides. A side has one of a pair.
struct MatchGrade {
    Pair pair{};
    ListingKind side = ListingKind::need;
    OrganisationId organisation{}; // of the member: the owner's, a broker's or the operator's
    MemberId member{};
    std::uint8_t grade = 0;
    Instant at{};
    std::uint32_t version = 0;
};

// What one side of a pair has said and done.
struct SideFeedback {
    OrganisationId owner{};
    std::optional<std::uint8_t> grade{}; // given
    OrganisationId graded_by{};          // whose member gave it
    Answer answer = Answer::pending;     // to the match, if it was told
    std::optional<DismissReason> reason{};
    bool made_offer = false;
};

struct PairFeedback {
    Pair pair{};
    SideFeedback need{}, achievement{};
    bool terms_agreed = false; // in any deal, whatever became of it
    bool contracted = false;

    const SideFeedback& of(ListingKind side) const {
        return side == ListingKind::need ? need : achievement;
    }
};

} // namespace jishi::market
