// Instants are UTC microseconds; day rules are in Asia/Shanghai (UTC+8 all year since 1992).
// Nothing here reads a clock.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace jishi::market {

// Microseconds since 1970-01-01T00:00:00Z.
struct Instant {
    std::int64_t us = 0;
    auto operator<=>(const Instant&) const = default;
};

inline constexpr std::int64_t second_us = 1'000'000;
inline constexpr std::int64_t minute_us = 60 * second_us;
inline constexpr std::int64_t hour_us = 60 * minute_us;
inline constexpr std::int64_t day_us = 24 * hour_us;

constexpr Instant operator+(Instant at, std::int64_t us) {
    return {at.us + us};
}

// A day of the proleptic Gregorian calendar. Texts hold 1900-01-01 .. 2999-12-31; arithmetic may
// step over these edges but must stay within the years 0 .. 9999.
struct Date {
    std::int16_t year = 1970;
    std::uint8_t month = 1, day = 1;
    auto operator<=>(const Date&) const = default;
};

// RFC 3339 with "Z" and six digits: "2026-11-22T05:07:17.000000Z".
std::string format_instant(Instant at);
// Accepts any RFC 3339 offset and 0..6 fractional digits; nothing else, no leap second. What it
// accepts lies in the years 1900 .. 2999 of UTC.
std::optional<Instant> parse_instant(std::string_view text);

std::string format_date(Date date);                    // "2026-11-22"
std::optional<Date> parse_date(std::string_view text); // only existing days
std::int32_t days_since_epoch(Date date);              // 1970-01-01 is 0
Date date_of_days(std::int32_t days_since_epoch);
Date add_days(Date date, std::int32_t days);

Date shanghai_date(Instant at);         // the calendar day in Asia/Shanghai
Instant shanghai_midnight(Date date);   // 00:00 of that day in Asia/Shanghai
Instant shanghai_end_of_day(Date date); // 24:00: periods end here (Civil Code Art. 203)

} // namespace jishi::market
