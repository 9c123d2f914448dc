// A pairing that the engine found, told once to both owners.
#pragma once

#include "market/ids.hpp"
#include "market/listing.hpp"
#include "market/small_processes.hpp"

#include <optional>
#include <string>

namespace jishi::market {

// Why a side says no; it goes back to the other owner and teaches the ranking.
// clang-format off
#define JISHI_DISMISS_REASONS(X)                                                                   \
    X(not_our_field) X(too_early) X(too_expensive) X(budget_too_low) X(benefit_unclear)            \
    X(route_unclear) X(description_unclear) X(already_solved) X(other)
// clang-format on
JISHI_VOCABULARY(DismissReason, JISHI_DISMISS_REASONS);

struct Match {
    MatchId id{};
    PinnedListing need{}, achievement{};
    OrganisationId need_owner{}, achievement_owner{};
    double score = 0;               // 0..1
    std::string explanation_json{}; // as the engine explained it when it was found
    std::string engine_version{};
    Answer need_answer = Answer::pending, achievement_answer = Answer::pending;
    std::optional<DismissReason> need_reason{}, achievement_reason{};
    Instant found_at{}, updated_at{};
    std::uint32_t version = 0;

    bool is_mutual() const {
        return need_answer == Answer::accepted && achievement_answer == Answer::accepted;
    }
};

// A standing question: a new listing that answers it is told to its owner once.
struct SavedSearch {
    SavedSearchId id{};
    MemberId member{};
    OrganisationId organisation{};
    std::string name{}; // 1..60 characters
    ListingKind kind = ListingKind::achievement;
    std::string query{}; // the query string of the search route, 0..1 000 characters
    Instant created_at{};
    std::uint32_t version = 0;
};

} // namespace jishi::market
