#include "market/time.hpp"
#include "tests/support/table.hpp"

#include <gtest/gtest.h>

#include <random>

namespace jishi::market {
namespace {

Date date_of(const std::string& text) {
    const auto date = parse_date(text);
    EXPECT_TRUE(date) << text;
    return date.value_or(Date{});
}

TEST(Time, EveryDayFrom1900To2999RoundTripsAndFollowsTheOneBefore) {
    const auto first = days_since_epoch({1900, 1, 1}), last = days_since_epoch({2999, 12, 31});
    EXPECT_EQ(last - first + 1, 401'767); // 1100 years with 267 leap days
    Date before = date_of_days(first - 1);
    for (auto days = first; days <= last; ++days) {
        const auto date = date_of_days(days);
        ASSERT_LT(before, date);
        ASSERT_EQ(days_since_epoch(date), days);
        ASSERT_EQ(parse_date(format_date(date)), date) << format_date(date);
        before = date;
    }
}

TEST(Time, OnlyDaysThatExistAreDates) {
    tests::each_row<2>(
        R"(
        // text        date
        1900-01-01     yes
        1899-12-31     no
        2999-12-31     yes
        3000-01-01     no
        2024-02-29     yes
        2023-02-29     no
        1900-02-29     no    // a century that is no leap year
        2000-02-29     yes
        2026-02-30     no
        2026-04-30     yes
        2026-04-31     no
        2026-12-31     yes
        2026-12-32     no
        2026-00-10     no
        2026-13-10     no
        2026-10-00     no
        2026-1-10      no
        2026-10-1      no
        26-10-10       no
        20261010       no
        2026/10/10     no
        " 2026-10-10"  no
        "2026-10-10 "  no
        2026-10-10T    no
        +026-10-10     no
        -026-10-10     no
        2026-1０-10    no
        ""             no
        )",
        [](const std::string& text, const std::string& exists) {
            EXPECT_EQ(parse_date(text).has_value(), exists == "yes");
        }
    );
}

TEST(Time, DaysAreAddedAcrossMonthsYearsAndLeapDays) {
    tests::each_row<3>(
        R"(
        // from        days     to
        2026-11-22     0        2026-11-22
        2026-11-30     1        2026-12-01
        2026-12-31     1        2027-01-01
        2024-02-28     1        2024-02-29
        2023-02-28     1        2023-03-01
        2026-03-01     -1       2026-02-28
        1970-01-01     -25567   1900-01-01
        1970-01-01     376199   2999-12-31
        )",
        [](const std::string& from, const std::string& days, const std::string& to) {
            EXPECT_EQ(format_date(add_days(date_of(from), std::stoi(days))), to);
        }
    );
    EXPECT_EQ(days_since_epoch({1970, 1, 1}), 0);
}

TEST(Time, AnInstantIsWrittenInUtcWithSixDigits) {
    EXPECT_EQ(format_instant({0}), "1970-01-01T00:00:00.000000Z");
    EXPECT_EQ(format_instant({1}), "1970-01-01T00:00:00.000001Z");
    EXPECT_EQ(format_instant({-1}), "1969-12-31T23:59:59.999999Z");
    EXPECT_EQ(format_instant({-day_us}), "1969-12-31T00:00:00.000000Z");
    EXPECT_EQ(format_instant({1'795'324'037'000'000}), "2026-11-22T05:07:17.000000Z");
}

TEST(Time, EveryFormOfOneInstantIsReadAsTheSame) {
    tests::each_row<2>(
        R"(
        // text                                in UTC
        2026-11-22T05:07:17Z                   2026-11-22T05:07:17.000000Z
        2026-11-22t05:07:17z                   2026-11-22T05:07:17.000000Z
        2026-11-22T13:07:17+08:00              2026-11-22T05:07:17.000000Z
        2026-11-22T05:07:17+00:00              2026-11-22T05:07:17.000000Z
        2026-11-22T05:07:17-00:00              2026-11-22T05:07:17.000000Z
        2026-11-21T23:37:17-05:30              2026-11-22T05:07:17.000000Z
        2026-11-23T05:06:17+23:59              2026-11-22T05:07:17.000000Z
        2026-11-21T05:08:17-23:59              2026-11-22T05:07:17.000000Z
        2026-11-22T05:07:17.5Z                 2026-11-22T05:07:17.500000Z
        2026-11-22T05:07:17.05Z                2026-11-22T05:07:17.050000Z
        2026-11-22T05:07:17.000001Z            2026-11-22T05:07:17.000001Z
        2026-11-22T13:07:17.123456+08:00       2026-11-22T05:07:17.123456Z
        2027-01-01T00:00:00+08:00              2026-12-31T16:00:00.000000Z
        1900-01-01T00:00:00Z                   1900-01-01T00:00:00.000000Z
        2999-12-31T23:59:59.999999Z            2999-12-31T23:59:59.999999Z
        )",
        [](const std::string& text, const std::string& utc) {
            const auto at = parse_instant(text);
            ASSERT_TRUE(at);
            EXPECT_EQ(format_instant(*at), utc);
        }
    );
}

TEST(Time, NothingElseIsAnInstant) {
    tests::each_row<1>(
        R"(
        ""
        2026-11-22
        2026-11-22T
        2026-11-22T05:07Z
        2026-11-22T05:07:17                // no offset
        "2026-11-22 05:07:17Z"
        2026-11-22T05:07:17ZZ
        "2026-11-22T05:07:17Z "
        " 2026-11-22T05:07:17Z"
        2026-11-22T24:00:00Z
        2026-11-22T05:60:00Z
        2026-11-22T23:59:60Z               // a leap second
        2026-11-22T5:07:17Z
        2026-11-22T05:07:17.Z
        2026-11-22T05:07:17,5Z
        2026-11-22T05:07:17.1234567Z       // seven digits
        2026-11-22T05:07:17+8:00
        2026-11-22T05:07:17+0800
        2026-11-22T05:07:17+24:00
        2026-11-22T05:07:17+08:60
        2026-11-22T05:07:17+08:00Z
        2026-02-29T00:00:00Z
        1899-12-31T23:59:59Z
        3000-01-01T00:00:00Z
        1900-01-01T00:00:00+08:00          // still 1899 in UTC
        2999-12-31T23:59:59-00:01          // already 3000 in UTC
        )",
        [](const std::string& text) { EXPECT_FALSE(parse_instant(text)); }
    );
}

TEST(Time, InstantsRoundTripThroughTheirText) {
    const auto first = parse_instant("1900-01-01T00:00:00Z")->us;
    const auto last = parse_instant("2999-12-31T23:59:59.999999Z")->us;
    std::uniform_int_distribution<std::int64_t> any(first, last);
    std::mt19937_64 random(1992);
    for (int round = 0; round < 50'000; ++round) {
        const Instant at{any(random)};
        const auto text = format_instant(at);
        ASSERT_EQ(parse_instant(text), at) << text;
        ASSERT_EQ(text.size(), 27u);
    }
}

TEST(Time, TheDayInShanghaiBeginsAtSixteenHoursUtc) {
    tests::each_row<2>(
        R"(
        // instant                         day in Shanghai
        2026-11-22T15:59:59.999999Z        2026-11-22
        2026-11-22T16:00:00Z               2026-11-23
        2026-12-31T16:00:00Z               2027-01-01
        2024-02-28T16:00:00Z               2024-02-29
        1969-12-31T15:59:59.999999Z        1969-12-31
        1969-12-31T16:00:00Z               1970-01-01
        1900-01-01T00:00:00Z               1900-01-01
        2999-12-31T23:59:59Z               3000-01-01
        )",
        [](const std::string& instant, const std::string& day) {
            EXPECT_EQ(format_date(shanghai_date(*parse_instant(instant))), day);
        }
    );
}

TEST(Time, ADayInShanghaiRunsFromMidnightToTheMidnightOfTheNext) {
    const Date day{2026, 6, 16};
    EXPECT_EQ(format_instant(shanghai_midnight(day)), "2026-06-15T16:00:00.000000Z");
    EXPECT_EQ(shanghai_end_of_day(day), shanghai_midnight({2026, 6, 17}));

    for (auto days = days_since_epoch({1900, 1, 2}); days < days_since_epoch({2999, 12, 31});
         days += 97) {
        const auto date = date_of_days(days);
        ASSERT_EQ(shanghai_date(shanghai_midnight(date)), date);
        ASSERT_EQ(shanghai_date(shanghai_end_of_day(date) + -1), date);
        ASSERT_EQ(shanghai_date(shanghai_end_of_day(date)), add_days(date, 1));
    }
}

} // namespace
} // namespace jishi::market
