// The market's adjustable rules: dated rows of the rule book, never constants. Each key stands here
// once.
#pragma once

#include "market/books.hpp"

#include <string_view>

namespace jishi::market::rules {

inline constexpr std::string_view listing_live_days = "listing.live_days";
inline constexpr std::string_view deal_waiting_days = "deal.waiting_days";
inline constexpr std::string_view offer_valid_days_max = "offer.valid_days_max";
inline constexpr std::string_view session_login_hours = "session.login_hours";
inline constexpr std::string_view token_days_max = "token.days_max";
inline constexpr std::string_view password_failures_before_lock = "password.failures_before_lock";
inline constexpr std::string_view password_lock_minutes = "password.lock_minutes";
inline constexpr std::string_view match_per_listing_max = "match.per_listing_max";
inline constexpr std::string_view match_score_min_ppm = "match.score_min_ppm";
inline constexpr std::string_view mandate_commission_bp_max = "mandate.commission_bp_max";
inline constexpr std::string_view grade_contracted_milli = "grade.contracted_milli";
inline constexpr std::string_view grade_terms_agreed_milli = "grade.terms_agreed_milli";
inline constexpr std::string_view grade_offer_made_milli = "grade.offer_made_milli";
inline constexpr std::string_view grade_both_accepted_milli = "grade.both_accepted_milli";
inline constexpr std::string_view grade_accepted_milli = "grade.accepted_milli";
inline constexpr std::string_view grade_not_our_field_milli = "grade.not_our_field_milli";
inline constexpr std::string_view grade_unclear_milli = "grade.unclear_milli";
inline constexpr std::string_view grade_other_reason_milli = "grade.other_reason_milli";
inline constexpr std::string_view grade_organisation_pairs_max = "grade.organisation_pairs_max";

// The value in force today. Throws std::runtime_error when the installation has no such rule.
std::int64_t value(Books& books, std::string_view key);

} // namespace jishi::market::rules
