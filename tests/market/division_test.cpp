#include "market/division.hpp"
#include "tests/support/table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace jishi::market {
namespace {

std::size_t count_in_force(auto predicate) {
    return static_cast<std::size_t>(std::ranges::count_if(
        division_table(),
        [&](const Division& row) {
            return row.valid_to == division_year_open && predicate(row.code);
        }
    ));
}

TEST(Division, ThereAre34ProvincesAnd333PrefecturesToday) {
    EXPECT_EQ(count_in_force([](std::string_view code) { return code.ends_with("0000"); }), 34u);

    const std::set<std::string_view> municipalities{"11", "12", "31", "50"};
    const auto is_prefecture = [&](std::string_view code) {
        return code.ends_with("00") && !code.ends_with("0000") &&
               !municipalities.contains(code.substr(0, 2)) && code.substr(2, 2) != "90";
    };
    EXPECT_EQ(count_in_force(is_prefecture), 333u);
}

TEST(Division, ZhejiangHas11CitiesAnd90CountiesToday) {
    const auto in_zhejiang = [](std::string_view code) { return code.starts_with("33"); };
    EXPECT_EQ(
        count_in_force([&](auto code) { return in_zhejiang(code) && code.ends_with("00"); }),
        1u + 11u
    );
    EXPECT_EQ(
        count_in_force([&](auto code) { return in_zhejiang(code) && !code.ends_with("00"); }), 90u
    );
}

TEST(Division, EveryRowStandsUnderAKnownPrefectureAndProvince) {
    for (const auto& row : division_table()) {
        EXPECT_EQ(check_division("/division", row.code), std::nullopt) << row.code;
        EXPECT_FALSE(row.name.empty()) << row.code;
        EXPECT_EQ(division_name(row.code, row.valid_from), row.name) << row.code;
        EXPECT_GE(row.valid_from, division_year_min) << row.code;
    }
}

TEST(Division, CodesHaveTheirNames) {
    tests::each_row<2>(
        R"(
        110000   北京市
        330000   浙江省
        330100   杭州市
        330105   拱墅区
        330300   温州市
        330302   鹿城区
        330303   龙湾区
        330304   瓯海区
        330324   永嘉县
        330381   瑞安市
        330382   乐清市
        330383   龙港市
        640000   宁夏回族自治区
        640100   银川市
        640104   兴庆区
        640106   金凤区
        640181   灵武市
        420600   襄阳市
        659000   自治区直辖县级行政区划
        820000   澳门特别行政区
        330399   ""
        990000   ""
        33       ""
        ""       ""
        )",
        [](const std::string& code, const std::string& name) {
            EXPECT_EQ(division_name(code), name);
        }
    );
}

TEST(Division, ANameIsThatOfItsYear) {
    tests::each_row<3>(
        R"(
        // code  year   name
        330103   2020   下城区
        330103   2021   ""         // Hangzhou was cut anew
        330104   2020   江干区
        330104   2021   ""
        330113   2020   ""
        330113   2021   临平区
        330114   2021   钱塘区
        330383   2018   ""
        330383   2019   龙港市
        330322   2014   洞头县
        330305   2014   ""
        330305   2015   洞头区
        420600   2009   襄樊市
        420600   2010   襄阳市
        371200   2018   莱芜市
        371200   2019   ""
        500000   1996   ""
        500000   1997   重庆市
        330300   1980   温州市
        330300   2026   温州市
        )",
        [](const std::string& code, const std::string& year, const std::string& name) {
            EXPECT_EQ(division_name(code, std::stoi(year)), name);
        }
    );
}

TEST(Division, ACodeIsKnownAsDeepAsTheTableGoesAndAcceptedFromThePrefectureOn) {
    constexpr std::string_view depths[] = {"nothing", "province", "prefecture", "county"};
    tests::each_row<3>(
        R"(
        // code   known to     accepted
        330000    province     yes
        330300    prefecture   yes
        330304    county       yes
        330103    county       yes       // abolished, but facts of its time bear it
        330399    prefecture   yes       // a county not in the table
        440305    prefecture   yes       // counties of other provinces are not in the table
        110105    prefecture   yes
        419001    prefecture   yes
        710000    province     yes
        810000    province     yes
        339900    province     not_found
        339901    province     not_found
        330001    province     not_found // a county of no prefecture
        710100    province     not_found
        990000    nothing      not_found
        000000    nothing      not_found
        100000    nothing      not_found
        33030     nothing      bad_format
        3303040   nothing      bad_format
        33030A    nothing      bad_format
        33        nothing      bad_format
        ""        nothing      bad_format
        ３３0304   nothing      bad_format
        )",
        [&](const std::string& code, const std::string& known_to, const std::string& expected) {
            EXPECT_EQ(depths[static_cast<std::size_t>(division_known_to(code))], known_to);
            const auto refusal = check_division("/division", code);
            EXPECT_EQ(refusal ? field_reason_text(refusal->reason).name : "yes", expected);
            if (refusal) {
                EXPECT_EQ(refusal->pointer, "/division");
            }
        }
    );
}

TEST(Division, ClosenessIsTheDeepestPlaceBothNameAndShare) {
    tests::each_row<3>(
        R"(
        // a      b        closeness
        330304    330304   3
        330399    330399   3        // the same county, in the table or not
        330304    330302   2
        330304    330300   2
        330300    330300   2        // one city, no county named
        330304    330105   1
        330304    330000   1
        330000    330000   1
        330300    330100   1
        330304    640104   0
        330000    640000   0
        110105    110229   2        // a municipality is one city
        110105    110000   2
        500101    500229   2        // districts and counties of Chongqing
        310000    310000   2
        429004    429005   1        // gathered, but no city
        429004    429004   3
        429004    429000   1
        429004    420100   1
        810000    810000   1
        810000    820000   0
        ""        ""       0
        330304    ""       0
        990101    990101   0
        33        33       0
        )",
        [](const std::string& a, const std::string& b, const std::string& closeness) {
            EXPECT_EQ(division_closeness(a, b), std::stoi(closeness));
            EXPECT_EQ(division_closeness(b, a), std::stoi(closeness));
        }
    );
}

TEST(Division, SameProvinceNeedsTwoKnownCodes) {
    EXPECT_TRUE(same_province("330304", "330100"));
    EXPECT_TRUE(same_province("330304", "330000"));
    EXPECT_FALSE(same_province("330304", "340100"));
    EXPECT_FALSE(same_province("990000", "990000"));
    EXPECT_FALSE(same_province("", ""));
    EXPECT_FALSE(same_province("330304", "33"));
}

TEST(Division, AProvinceIsKnownByItsFirstTwoDigits) {
    EXPECT_TRUE(known_province("330304"));
    EXPECT_TRUE(known_province("33"));
    EXPECT_FALSE(known_province("100000"));
    EXPECT_FALSE(known_province("3"));
    EXPECT_FALSE(known_province(""));
}

} // namespace
} // namespace jishi::market
