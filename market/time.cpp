#include "market/time.hpp"

#include <array>
#include <cassert>
#include <chrono>
#include <cstdio>

namespace jishi::market {

namespace {

constexpr std::int64_t shanghai_offset_us = 8 * hour_us;
constexpr int year_min = 1900, year_max = 2999;

// The day that holds `us`, counted from the epoch; days before the epoch are negative.
std::int32_t floor_days(std::int64_t us) {
    return static_cast<std::int32_t>(us / day_us - (us % day_us < 0 ? 1 : 0));
}

// Takes a text apart from its front; a piece that does not fit leaves it failed for good.
class Scanner {
public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    // All of the text was taken and every piece fitted.
    bool complete() const { return !failed_ && rest_.empty(); }
    bool next_is_digit() const {
        return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9';
    }

    // Exactly `digits` digits, of a value within [min, max].
    int number(int digits, int min, int max) {
        int value = 0;
        for (int i = 0; i < digits && !failed_; ++i)
            value = value * 10 + digit();
        failed_ = failed_ || value < min || value > max;
        return value;
    }

    int digit() {
        failed_ = failed_ || !next_is_digit();
        return failed_ ? 0 : pop() - '0';
    }

    // The character, if the next one is among `accepted`; else 0, and nothing is taken.
    char option(std::string_view accepted) {
        const bool here =
            !failed_ && !rest_.empty() && accepted.find(rest_.front()) != accepted.npos;
        return here ? pop() : '\0';
    }

    char one_of(std::string_view accepted) {
        const char taken = option(accepted);
        failed_ = failed_ || taken == '\0';
        return taken;
    }

private:
    char pop() {
        const char first = rest_.front();
        rest_.remove_prefix(1);
        return first;
    }

    std::string_view rest_;
    bool failed_ = false;
};

// 0..6 digits behind a point, as microseconds.
std::int64_t scan_fraction_us(Scanner& scanner) {
    if (!scanner.option(".")) return 0;
    std::int64_t us = scanner.digit(), unit = second_us / 10;
    for (us *= unit; scanner.next_is_digit() && unit > 1;)
        us += scanner.digit() * (unit /= 10);
    return us;
}

std::int64_t scan_offset_us(Scanner& scanner) {
    const char sign = scanner.one_of("Zz+-");
    if (sign != '+' && sign != '-') return 0;
    const auto hours = scanner.number(2, 0, 23);
    scanner.one_of(":");
    const auto minutes = scanner.number(2, 0, 59);
    const auto offset_us = hours * hour_us + minutes * minute_us;
    return sign == '+' ? offset_us : -offset_us;
}

} // namespace

std::string format_instant(Instant at) {
    const auto days = floor_days(at.us);
    const auto of_day_us = at.us - days * day_us;
    std::array<char, 32> text;
    std::snprintf(
        text.data(),
        text.size(),
        "T%02d:%02d:%02d.%06dZ",
        static_cast<int>(of_day_us / hour_us),
        static_cast<int>(of_day_us / minute_us % 60),
        static_cast<int>(of_day_us / second_us % 60),
        static_cast<int>(of_day_us % second_us)
    );
    return format_date(date_of_days(days)) + text.data();
}

std::optional<Instant> parse_instant(std::string_view text) {
    const auto date = parse_date(text.substr(0, 10));
    if (!date) return {};

    Scanner scanner(text.substr(10));
    scanner.one_of("Tt");
    const auto hours = scanner.number(2, 0, 23);
    scanner.one_of(":");
    const auto minutes = scanner.number(2, 0, 59);
    scanner.one_of(":");
    const auto seconds = scanner.number(2, 0, 59);
    const auto fraction_us = scan_fraction_us(scanner);
    const auto offset_us = scan_offset_us(scanner);
    if (!scanner.complete()) return {};

    const Instant at{
        days_since_epoch(*date) * day_us + hours * hour_us + minutes * minute_us +
        seconds * second_us + fraction_us - offset_us};
    // What is accepted can also be written back: the offset may not carry it over either edge of
    // the calendar.
    const auto utc_year = date_of_days(floor_days(at.us)).year;
    if (utc_year < year_min || utc_year > year_max) return {};
    return at;
}

std::string format_date(Date date) {
    std::array<char, 32> text;
    std::snprintf(text.data(), text.size(), "%04d-%02d-%02d", date.year, date.month, date.day);
    return text.data();
}

std::optional<Date> parse_date(std::string_view text) {
    Scanner scanner(text);
    const auto year = scanner.number(4, year_min, year_max);
    scanner.one_of("-");
    const auto month = scanner.number(2, 1, 12);
    scanner.one_of("-");
    const auto day = scanner.number(2, 1, 31);
    if (!scanner.complete()) return {};

    const Date date{
        static_cast<std::int16_t>(year),
        static_cast<std::uint8_t>(month),
        static_cast<std::uint8_t>(day)};
    // 30 February is a day of March once counted.
    if (date_of_days(days_since_epoch(date)) != date) return {};
    return date;
}

std::int32_t days_since_epoch(Date date) {
    using namespace std::chrono;
    const sys_days days = year{date.year} / month{date.month} / day{date.day};
    return static_cast<std::int32_t>(days.time_since_epoch().count());
}

Date date_of_days(std::int32_t days_since_epoch) {
    using namespace std::chrono;
    const year_month_day date{sys_days{days{days_since_epoch}}};
    assert(date.year() >= year{0} && date.year() <= year{9999});
    return {
        static_cast<std::int16_t>(static_cast<int>(date.year())),
        static_cast<std::uint8_t>(static_cast<unsigned>(date.month())),
        static_cast<std::uint8_t>(static_cast<unsigned>(date.day()))};
}

Date add_days(Date date, std::int32_t days) {
    return date_of_days(days_since_epoch(date) + days);
}

Date shanghai_date(Instant at) {
    return date_of_days(floor_days(at.us + shanghai_offset_us));
}

Instant shanghai_midnight(Date date) {
    return {days_since_epoch(date) * day_us - shanghai_offset_us};
}

Instant shanghai_end_of_day(Date date) {
    return shanghai_midnight(date) + day_us;
}

} // namespace jishi::market
