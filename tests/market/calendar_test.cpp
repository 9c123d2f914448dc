#include "market/calendar.hpp"
#include "tests/support/table.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace jishi::market {
namespace {

// The National Day holiday of 2024 as announced: a Sunday and a Saturday were worked for it.
const WorkingCalendar& calendar_2024() {
    static const WorkingCalendar calendar = [] {
        std::vector<DayOverride> overrides{{{2024, 9, 29}, true}, {{2024, 10, 12}, true}};
        for (std::uint8_t day = 1; day <= 7; ++day)
            overrides.push_back({{2024, 10, day}, false});
        return WorkingCalendar(overrides);
    }();
    return calendar;
}

Date date_of(const std::string& text) {
    const auto date = parse_date(text);
    EXPECT_TRUE(date) << text;
    return date.value_or(Date{});
}

TEST(Calendar, WithoutNoticesTheWeekdaysDecide) {
    const WorkingCalendar calendar;
    // 22 November 2026 is a Sunday.
    for (int offset = -700; offset <= 700; ++offset) {
        const int weekday = (offset % 7 + 7) % 7;
        EXPECT_EQ(
            calendar.is_working_day(add_days({2026, 11, 22}, offset)), weekday != 0 && weekday != 6
        ) << offset;
    }
}

TEST(Calendar, ANoticeOverridesTheWeekday) {
    tests::each_row<2>(
        R"(
        2024-09-27   working   // Friday
        2024-09-28   free      // Saturday
        2024-09-29   working   // a Sunday worked
        2024-09-30   working
        2024-10-01   free      // Tuesday, the holiday
        2024-10-07   free
        2024-10-08   working
        2024-10-12   working   // a Saturday worked
        2024-10-13   free
        )",
        [](const std::string& day, const std::string& expected) {
            EXPECT_EQ(calendar_2024().is_working_day(date_of(day)), expected == "working");
        }
    );
}

TEST(Calendar, TheLaterNoticeCorrectsTheEarlier) {
    const std::vector<DayOverride> overrides{{{2026, 11, 23}, false}, {{2026, 11, 23}, true}};
    EXPECT_TRUE(WorkingCalendar(overrides).is_working_day({2026, 11, 23}));
}

TEST(Calendar, RollingForwardKeepsAWorkingDayAndTheNextOneNever) {
    tests::each_row<3>(
        R"(
        // day        rolled forward   next working day
        2024-09-30    2024-09-30       2024-10-08
        2024-10-01    2024-10-08       2024-10-08
        2024-10-07    2024-10-08       2024-10-08
        2024-10-11    2024-10-11       2024-10-12
        2024-10-12    2024-10-12       2024-10-14
        2024-10-13    2024-10-14       2024-10-14
        )",
        [](const std::string& day, const std::string& rolled, const std::string& next) {
            EXPECT_EQ(format_date(calendar_2024().roll_forward(date_of(day))), rolled);
            EXPECT_EQ(format_date(calendar_2024().next_working_day(date_of(day))), next);
        }
    );
}

TEST(Calendar, WorkingDaysAreCountedFromTheDayAfter) {
    tests::each_row<3>(
        R"(
        // from       days   to
        2024-09-27    0      2024-09-27
        2024-09-28    0      2024-09-28   // none asked, none moved
        2024-09-27    1      2024-09-29
        2024-09-27    2      2024-09-30
        2024-09-27    3      2024-10-08
        2024-10-01    1      2024-10-08
        2024-10-08    4      2024-10-12
        2024-10-08    5      2024-10-14
        )",
        [](const std::string& from, const std::string& days, const std::string& to) {
            EXPECT_EQ(
                format_date(calendar_2024().add_working_days(date_of(from), std::stoi(days))), to
            );
        }
    );
}

TEST(Calendar, APeriodEndsAtTwentyFourHoursInShanghaiOfItsLastDay) {
    tests::each_row<4>(
        R"(
        // published   days   unit       open until 24:00 of
        2026-06-01     15     calendar   2026-06-16
        2026-06-01     1      calendar   2026-06-02
        2024-09-13     15     calendar   2024-09-29   // 28 September is a Saturday, the Sunday after it worked
        2024-09-14     15     calendar   2024-09-29
        2024-09-16     15     calendar   2024-10-08   // 1 October is a holiday
        2024-09-22     15     calendar   2024-10-08   // 7 October too
        2024-09-23     15     calendar   2024-10-08
        2024-09-27     15     calendar   2024-10-12   // a Saturday, but worked
        2024-09-28     15     calendar   2024-10-14
        2024-09-27     3      working    2024-10-08
        2024-09-28     1      working    2024-09-29
        2024-10-01     5      working    2024-10-12
        2024-10-01     6      working    2024-10-14
        2026-06-01     15     working    2026-06-22
        )",
        [](const std::string& published,
           const std::string& days,
           const std::string& unit_name,
           const std::string& last_day) {
            const auto unit = parse_name<DayUnit>(unit_name);
            ASSERT_TRUE(unit);
            const auto end = calendar_2024().period_end(date_of(published), std::stoi(days), *unit);
            EXPECT_EQ(format_instant(end), format_instant(shanghai_end_of_day(date_of(last_day))));
        }
    );
    EXPECT_EQ(
        format_instant(WorkingCalendar().period_end({2026, 6, 1}, 15, DayUnit::calendar)),
        "2026-06-16T16:00:00.000000Z"
    );
}

TEST(Calendar, NoPeriodEndsOnAFreeDayOrEarly) {
    for (int offset = 0; offset < 60; ++offset)
        for (int days = 1; days <= 30; ++days)
            for (const auto unit : {DayUnit::calendar, DayUnit::working}) {
                const auto published = add_days({2024, 9, 1}, offset);
                const auto end = calendar_2024().period_end(published, days, unit);
                const auto last_day = add_days(shanghai_date(end), -1);
                ASSERT_TRUE(calendar_2024().is_working_day(last_day));
                ASSERT_GE(last_day, add_days(published, days));
            }
}

} // namespace
} // namespace jishi::market
