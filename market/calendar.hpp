// Working days and the ends of periods (Civil Code Art. 200-203): Saturdays and Sundays are free
// unless the State Council's yearly notice says otherwise. The notices are data; nothing here knows
// a holiday by itself.
#pragma once

#include "market/taxonomy.hpp"
#include "market/time.hpp"

#include <map>
#include <span>

namespace jishi::market {

// A day that is not what its weekday says: a holiday, or a Saturday or Sunday worked instead.
struct DayOverride {
    Date day;
    bool is_working = false;
};

#define JISHI_DAY_UNITS(X) X(calendar) X(working)
JISHI_VOCABULARY(DayUnit, JISHI_DAY_UNITS);

class WorkingCalendar {
public:
    WorkingCalendar() = default;
    // Of two overrides of one day the later in the list counts, so a corrected notice is appended.
    explicit WorkingCalendar(std::span<const DayOverride> overrides);

    bool is_working_day(Date day) const;

    // `day` itself if it is a working day, else the next one.
    Date roll_forward(Date day) const;
    // The first working day after `day`.
    Date next_working_day(Date day) const;
    // The `days`-th working day after `from`, which is not counted itself. REQUIRES: days >= 0; 0
    // gives `from`.
    Date add_working_days(Date from, int days) const;

    // When a period of `days` that begins with something done on `published_on` is over: that day
    // is not counted, the last day counts to its 24:00 in Shanghai, and a last calendar day that is
    // free moves to the next working day. REQUIRES: days >= 1.
    Instant period_end(Date published_on, int days, DayUnit unit) const;

private:
    std::map<Date, bool> working_by_day_;
};

} // namespace jishi::market
