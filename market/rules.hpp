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

// The value in force today. Throws std::runtime_error when the installation has no such rule.
std::int64_t value(Books& books, std::string_view key);

} // namespace jishi::market::rules
