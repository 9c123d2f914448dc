// The use-cases on matches and saved searches.
#pragma once

#include "market/books.hpp"

#include <span>

namespace jishi::market {

// What the engine found between two live listings.
struct FoundMatch {
    ListingId need{}, achievement{};
    double score = 0;
    std::string explanation_json{};
};

// Stores the pairs that were never told before and tells both owners. Pairs whose listing is no
// longer live, or whose two owners are one, are passed over. Returns how many are new.
std::size_t
record_matches(Books& books, std::span<const FoundMatch> found, std::string_view engine_version);

// accept or dismiss (with a reason code) for the caller's side. Refuses in the order not_found,
// not_permitted, already_answered, reason_required, version_stale.
Result<Match> act_on_match(
    Books& books,
    const Caller& caller,
    MatchId id,
    MatchEvent event,
    std::optional<DismissReason> reason,
    std::optional<std::uint32_t> expected_version
);

std::vector<std::string_view> available_actions(const Caller& caller, const Match& match);

// The answer of the caller's own side; none for a bystander.
Answer answer_of(const Caller& caller, const Match& match);

struct SavedSearchDraft {
    std::string name{};
    ListingKind kind = ListingKind::achievement;
    std::string query{};
};
inline constexpr std::size_t saved_searches_max = 50;
Result<SavedSearch> save_search(Books& books, const Caller& caller, const SavedSearchDraft& draft);

// Only one's own. Refuses scope_missing, not_found. Whoever keeps the standing searches learns of
// it by its event.
Verdict remove_search(Books& books, const Caller& caller, SavedSearchId id);

// Tells the searcher of a listing that answers the search; once per pair. False: told before.
bool record_search_hit(Books& books, const SavedSearch& search, ListingId listing);

} // namespace jishi::market
