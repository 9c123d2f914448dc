// The rule that turns what people say and do into grades. It is a pure function of the facts and of
// the house rules in force: no derived grade is stored, so a replayed history gives the same grades
// bit for bit, and a changed rule holds for the whole past alike.
//
// Of one side the first that applies counts:
//   its explicit grade       the side's own word stands above everything concluded from its acts
//   contract effective, terms agreed      both sides put their names to it
//   it made an offer         a priced offer is a deed. An inquiry is a question, and whoever opens
//                            deals with everyone must not thereby rise: a side's offers are its own
//   it accepted the match    more if the other side did, too
//   it dismissed the match   by reason: not_our_field says that there is nothing;
//                            benefit_unclear, route_unclear and description_unclear that the text
//                            does not carry it; other that somebody looked and went on
// already_solved, too_early, too_expensive and budget_too_low give no grade: who says so has found
// his own matter in the text, and what keeps him is time or money, of which the ranking knows by
// itself. A high grade would show him the like again, a low one would teach that like texts do not
// fit; none errs least.
//
// Whose grade counts for what:
//   - A side's grades re-rank what that side is shown, and nothing else. So nobody can spoil the
//     ranking of another, nor lift his own achievement in the eyes of a need.
//   - What all learn from is the need's grade, which the achievement's side can lower (to the mean
//     of both) and never raise; its word alone counts only where it is a no. Praise of one's own
//     ware costs nothing, a refusal does.
//   - Of one organisation the words on its newest pairs count, at most
//     `grade.organisation_pairs_max`: nobody becomes the market's taste by diligence.
#pragma once

#include "market/books.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace jishi::market {

// Grades are reckoned in thousandths, in whole numbers: sums do not depend on a machine.
using Milli = std::int64_t;

struct GradeRules {
    Milli contracted = 0, terms_agreed = 0, offer_made = 0, both_accepted = 0, accepted = 0;
    Milli not_our_field = 0, unclear = 0, other_reason = 0;
};
GradeRules grade_rules(Books& books);

// What the pair is to one side; nothing where it has said nothing that is about fit.
std::optional<Milli>
grade_of_side(const PairFeedback& pair, ListingKind side, const GradeRules& rules);

// What the pair is to everyone, by the grades of its sides.
std::optional<Milli> combined_grade(std::optional<Milli> need, std::optional<Milli> achievement);

// For ranking what the listing's own side is shown, by the counterpart's id.
std::vector<Grade> grades_of_side(Books& books, ListingId listing);

// Every pair's combined grade, by need id, then achievement id: what a model of the whole market
// learns from. Reads the books in pages; meant for the background.
std::vector<Grade> all_grades(Books& books);

} // namespace jishi::market
