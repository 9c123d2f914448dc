// Matches: found right now, and stored ones with their answers.
#pragma once

#include "market/books.hpp"
#include "matching/match.hpp"
#include "protocol/json/schema.hpp"
#include "protocol/json/writer.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace jishi::protocol {

extern const json::Schema found_matches_schema, match_schema, match_list_schema;

inline constexpr json::Schema grade_schema = json::integer(market::grade_min, market::grade_max);

// `given`: the grades that the caller's side has given for the asked listing.
std::string found_matches_json(
    const matching::Document& asked,
    const std::vector<matching::Match>& found,
    std::span<const market::MatchGrade> given
);

// A stored match with the two listings in the revisions it was made on.
struct MatchView {
    market::Match match{};
    market::MatchId id{}; // of the match; the page cursor is made of it
    matching::Document need, achievement;
    std::string_view side{}; // the caller's: "need", "achievement" or, for a bystander, empty
    std::optional<market::MatchGrade> given{}; // for the caller's side
    std::vector<std::string_view> actions{};
};
MatchView view_of(market::Books& books, const market::Caller& caller, const market::Match& match);

void write_match(json::Writer& out, const MatchView& view);

} // namespace jishi::protocol
