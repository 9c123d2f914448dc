#include "market/calendar.hpp"

#include <cassert>
#include <chrono>

namespace jishi::market {

WorkingCalendar::WorkingCalendar(std::span<const DayOverride> overrides) {
    for (const auto& [day, is_working] : overrides)
        working_by_day_[day] = is_working;
}

bool WorkingCalendar::is_working_day(Date day) const {
    using namespace std::chrono;
    if (const auto found = working_by_day_.find(day); found != working_by_day_.end())
        return found->second;
    const weekday weekday_of_day{sys_days{days{days_since_epoch(day)}}};
    return weekday_of_day != Saturday && weekday_of_day != Sunday;
}

Date WorkingCalendar::roll_forward(Date day) const {
    while (!is_working_day(day))
        day = add_days(day, 1);
    return day;
}

Date WorkingCalendar::next_working_day(Date day) const {
    return roll_forward(add_days(day, 1));
}

Date WorkingCalendar::add_working_days(Date from, int days) const {
    assert(days >= 0);
    for (; days > 0; --days)
        from = next_working_day(from);
    return from;
}

Instant WorkingCalendar::period_end(Date published_on, int days, DayUnit unit) const {
    assert(days >= 1);
    const auto last_day = unit == DayUnit::working ? add_working_days(published_on, days)
                                                   : roll_forward(add_days(published_on, days));
    return shanghai_end_of_day(last_day);
}

} // namespace jishi::market
