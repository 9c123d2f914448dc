#include "market/patent_number.hpp"
#include "tests/support/table.hpp"

#include <gtest/gtest.h>

#include <random>

namespace jishi::market {
namespace {

constexpr std::string_view accepted_forms = "201710601862.3 | ZL201710601862.3 | CN110569471A";

FieldRefusal refusal_of(std::string_view text) {
    const auto number = parse_patent_number("/patent_numbers/0", text);
    if (number) {
        ADD_FAILURE() << "accepted: " << text;
        return {};
    }
    EXPECT_EQ(number.refusal().code, RefusalCode::invalid_fields);
    EXPECT_EQ(number.refusal().fields.size(), 1u);
    EXPECT_EQ(number.refusal().fields[0].pointer, "/patent_numbers/0");
    return number.refusal().fields[0];
}

TEST(PatentNumber, ApplicationsAndPatentsAreReadIntoTheirCanonicalForm) {
    tests::each_row<5>(
        R"(
        // written               form         kind               year  canonical
        201710601862.3           application  invention          2017  201710601862.3
        202511052777.7           application  invention          2025  202511052777.7
        202111034232.5           application  invention          2021  202111034232.5
        202011537776.9           application  invention          2020  202011537776.9
        202222345678.6           application  utility_model      2022  202222345678.6
        202192345678.X           application  pct_utility_model  2021  202192345678.X
        202382345678.3           application  pct_invention      2023  202382345678.3
        202233012345.3           application  design             2022  202233012345.3
        200310123456.9           application  invention          2003  200310123456.9
        209912000001.0           application  invention          2099  209912000001.0
        97101765.4               application  invention          1997  97101765.4
        95115608.X               application  invention          1995  95115608.X
        96290002.8               application  utility_model      1996  96290002.8
        99312345.7               application  design             1999  99312345.7
        98980001.6               application  pct_utility_model  1998  98980001.6
        98900123.7               application  pct_utility_model  1998  98900123.7
        02800456.6               application  pct_invention      2002  02800456.6
        85100001.0               application  invention          1985  85100001.0
        03200001.4               application  utility_model      2003  03200001.4
        ZL201710601862.3         patent       invention          2017  ZL201710601862.3
        ZL97101765.4             patent       invention          1997  ZL97101765.4
        ZL95115608.X             patent       invention          1995  ZL95115608.X
        )",
        [](const std::string& written,
           const std::string& form,
           const std::string& kind,
           const std::string& year,
           const std::string& canonical) {
            const auto number = parse_patent_number("/n", written);
            ASSERT_TRUE(number);
            EXPECT_EQ(name_of(number->form), form);
            EXPECT_EQ(name_of(number->kind), kind);
            EXPECT_EQ(number->filing_year, std::stoi(year));
            EXPECT_EQ(number->text, canonical);
        }
    );
}

TEST(PatentNumber, PublicationsAreReadByTheirLetter) {
    tests::each_row<3>(
        R"(
        // written         kind            canonical
        CN110569471A       invention       CN110569471A
        CN112686751B       invention       CN112686751B
        CN100334965C       invention       CN100334965C
        CN1234567A         invention       CN1234567A     // seven digits, before 2007
        CN1234567C         invention       CN1234567C
        CN201234567Y       utility_model   CN201234567Y
        CN2345678Y         utility_model   CN2345678Y
        CN212345678U       utility_model   CN212345678U
        CN301234567S       design          CN301234567S
        CN3012345D         design          CN3012345D
        CN101234567B8      invention       CN101234567B8
        "cn 110569471 a"   invention       CN110569471A
        ＣＮ１１０５６９４７１Ａ  invention   CN110569471A
        )",
        [](const std::string& written, const std::string& kind, const std::string& canonical) {
            const auto number = parse_patent_number("/n", written);
            ASSERT_TRUE(number);
            EXPECT_EQ(number->form, PatentForm::publication);
            EXPECT_EQ(name_of(number->kind), kind);
            EXPECT_EQ(number->text, canonical);
            EXPECT_EQ(number->filing_year, std::nullopt) << "the number does not tell it";
        }
    );
}

TEST(PatentNumber, SpacesCaseWidthAndAMissingPointAreForgiven) {
    tests::each_row<2>(
        R"(
        // written                  canonical
        2017106018623               201710601862.3
        971017654                   97101765.4
        95115608x                   95115608.X
        95115608X                   95115608.X
        zl2017106018623             ZL201710601862.3
        "ZL 2017 1 0601862.3"       ZL201710601862.3
        "　ZL　201710601862 . 3 "    ZL201710601862.3
        ＺＬ２０１７１０６０１８６２．３  ZL201710601862.3
        CN201710601862.3            201710601862.3     // as foreign databases write applications
        CN2017106018623             201710601862.3
        CN97101765.4                97101765.4
        )",
        [](const std::string& written, const std::string& canonical) {
            const auto number = parse_patent_number("/n", written);
            ASSERT_TRUE(number);
            EXPECT_EQ(number->text, canonical);
        }
    );
}

TEST(PatentNumber, AWrongOrMissingCheckDigitIsToldWithTheRightOne) {
    tests::each_row<2>(
        R"(
        // written          expected
        201710601862.4      3
        2017106018620       3
        ZL201710601862.X    3
        CN201710601862.1    3
        201710601862        3      // left out
        201710601862.       3
        ZL95115608          X
        95115608.0          X
        97101765.X          4
        )",
        [](const std::string& written, const std::string& expected) {
            const auto refusal = refusal_of(written);
            EXPECT_EQ(refusal.reason, FieldReason::bad_check_digit);
            EXPECT_EQ(refusal.bound, expected);
        }
    );
}

TEST(PatentNumber, OtherShapesAreRefusedWithExamplesOfTheRightOnes) {
    tests::each_row<1>(
        R"(
        ""
        ZL
        CN
        .
        .3
        patent
        专利201710601862.3
        201710601862.33
        20171060186.2          // eleven digits
        2017106018623.3        // thirteen
        2017.10601862.3
        201710601862..3
        20171060186A.3
        9710176.5
        971017655.4
        201740601862.3         // no such type
        201700601862.3
        97401765.5
        200210000001.3         // twelve digits only since 2003
        199912000001.3
        210010000001.7
        84100001.8             // before the Patent Law
        04100001.3             // eight digits only until 2003
        ZLCN201710601862.3
        ZLCN110569471A
        110569471A             // without CN
        CN110569471
        CN110569471X
        CN110569471U           // the letter of another type
        CN212345678A
        CN301234567Y
        CN410569471A
        CN11056947A            // eight digits
        CN1105694711A
        CN110569471AA
        CN110569471A12
        CN201710601862A        // an application number with a kind
        US10123456B2
        PCT/CN2019/123456
        WO2020123456A1
        )",
        [](const std::string& written) {
            const auto refusal = refusal_of(written);
            EXPECT_EQ(refusal.reason, FieldReason::bad_format);
            EXPECT_EQ(refusal.bound, accepted_forms);
        }
    );
}

TEST(PatentNumber, ChangingAnyOneDigitOfAValidNumberIsRefused) {
    for (const std::string valid :
         {"201710601862.3",
          "202511052777.7",
          "202111034232.5",
          "202011537776.9",
          "97101765.4",
          "95115608.X",
          "ZL202192345678.X"})
        for (std::size_t at = valid.starts_with("ZL") ? 2 : 0; at < valid.size(); ++at)
            for (const char c : std::string_view("0123456789X")) {
                if (valid[at] == '.' || valid[at] == c) continue;
                auto changed = valid;
                changed[at] = c;
                ASSERT_FALSE(parse_patent_number("/n", changed)) << changed;
            }
}

TEST(PatentNumber, TheDigitToldCompletesEveryNumber) {
    std::mt19937 random(2003);
    for (int round = 0; round < 5'000; ++round) {
        auto written = std::to_string(2003 + random() % 97) + "12389"[random() % 5];
        while (written.size() < 12)
            written += static_cast<char>('0' + random() % 10);
        const auto refusal = refusal_of(written);
        ASSERT_EQ(refusal.reason, FieldReason::bad_check_digit);
        const auto completed = written + "." + refusal.bound;
        const auto number = parse_patent_number("/n", completed);
        ASSERT_TRUE(number) << completed;
        ASSERT_EQ(number->text, completed);
    }
}

TEST(PatentNumber, TheCanonicalFormReadsAsItself) {
    for (const auto* written : {"zl2017106018623", "95115608x", "cn 110569471 a"}) {
        const auto number = parse_patent_number("/n", written);
        ASSERT_TRUE(number);
        const auto again = parse_patent_number("/n", number->text);
        ASSERT_TRUE(again);
        EXPECT_EQ(*again, *number);
    }
}

} // namespace
} // namespace jishi::market
