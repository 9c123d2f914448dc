// The use-cases of grading: giving a pair a grade for one of its sides, taking it back, reading.
#pragma once

#include "market/books.hpp"

namespace jishi::market {

// For a side speak its listing's owner, a broker by the owner's mandate and, for a need, the
// operator. A side has one grade of a pair, the last that was given, but the owner's own word is
// the owner's to change. The same grade again changes nothing and is no event.
//
// Refuses in the order not_found (the own listing is not seen, the counterpart was never public),
// mandate_missing or not_permitted, organisation_unverified, own_listing (to a broker
// not_permitted: it must not learn whose the listings are), limit_reached. Nobody grades a pair
// that is his on both sides, and no broker one of its own house's or another principal's listings.
Result<MatchGrade> give_grade(
    Books& books, const Caller& caller, const Pair& pair, ListingKind side, std::uint8_t grade
);

// Afterwards there is none, whether there was one or not. Refuses not_found, mandate_missing or
// not_permitted.
Verdict take_back_grade(Books& books, const Caller& caller, const Pair& pair, ListingKind side);

// Those who belong to a side read its grades: the owner's members whatever their role, its broker
// and, of a need, the operator.
bool may_see_grades(Books& books, const Caller& caller, const Listing& listing);

// The grades given for the listing's side, by the counterpart's id. Refuses not_found,
// mandate_missing or not_permitted.
Result<std::vector<MatchGrade>> grades_given(Books& books, const Caller& caller, ListingId listing);

} // namespace jishi::market
