#include "market/text.hpp"
#include "market/uscc.hpp"
#include "tests/support/table.hpp"

#include <gtest/gtest.h>

namespace jishi::market {
namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

// Codes of real organisations, and two made to have the check character 0, where the sum is a
// multiple of 31.
constexpr std::string_view valid_codes[] = {
    "91350100M000100Y43",
    "123502001549897397",
    "91440101MA5CJQ4N59",
    "913502000728319549",
    "91350200MA2YJ1XR9G",
    "91100000100003962T",
    "91110000710925462X",
    "91330304MA20003690",
    "91330304MA200102X0",
};

std::optional<FieldRefusal> refused(FieldReason reason, std::string bound) {
    return FieldRefusal{"/uscc", reason, std::move(bound)};
}

TEST(Uscc, ValidCodesAreAccepted) {
    for (const auto code : valid_codes)
        EXPECT_EQ(check_uscc("/uscc", code), std::nullopt) << code;
}

TEST(Uscc, AWrongCheckCharacterIsToldWithTheRightOne) {
    tests::each_row<2>(
        R"(
        // code               expected
        91310115MA1H8R7C6D    7      // a well-known wrong example
        91350100M000100Y44    3
        91330304MA20003691    0      // sum is a multiple of 31: not a 32nd character
        91350200MA2YJ1XR90    G
        )",
        [](const std::string& code, const std::string& expected) {
            EXPECT_EQ(check_uscc("/uscc", code), refused(FieldReason::bad_check_digit, expected));
        }
    );
}

TEST(Uscc, EveryRegisteringAuthorityIsAccepted) {
    tests::each_row<1>(
        R"(
        11330304MA2000005L
        21330304MA2000005K
        31330304MA2000005J
        41330304MA2000005H
        51330304MA2000005G
        61330304MA2000005F
        71330304MA2000005E
        81330304MA2000005D
        91330304MA2000005C
        A1330304MA2000005B
        N1330304MA2000005Y
        Y1330304MA2000005N
        )",
        [](const std::string& code) { EXPECT_EQ(check_uscc("/uscc", code), std::nullopt); }
    );
}

TEST(Uscc, OtherShapesAreRefused) {
    const auto bad_form = refused(FieldReason::bad_format, "[0-9A-HJ-NPQRTUWXY]{18}");
    tests::each_row<1>(
        R"(
        ""
        9
        91350100M000100Y4       // 17
        91350100M000100Y433     // 19
        91350100m000100y43      // not normalised
        91350100MOOO1OOY43      // the letter O
        91350100MI00100Y43      // the letter I
        91350100MS00100Y43
        91350100MV00100Y43
        91350100MZ00100Y43
        01350100M000100Y43      // no such authority
        B1350100M000100Y43
        913501A0M000100Y43      // a letter in the division
        91350100-000100Y43
        91350100M000100Y4３
        )",
        [&](const std::string& code) { EXPECT_EQ(check_uscc("/uscc", code), bad_form); }
    );
}

TEST(Uscc, ACodeFromNoProvinceIsRefusedEvenIfItsCheckCharacterIsRight) {
    const auto no_province = refused(FieldReason::bad_format, "GB/T 2260 [3..8]");
    EXPECT_EQ(check_uscc("/uscc", "91990304MA2000005D"), no_province);
    EXPECT_EQ(check_uscc("/uscc", "91000000MA2000005J"), no_province);
    EXPECT_EQ(check_uscc("/uscc", "91100000100003962T"), std::nullopt) << "the national register";
}

TEST(Uscc, ChangingAnyOneCharacterIsRefused) {
    for (const auto valid : valid_codes)
        for (std::size_t at = 0; at < valid.size(); ++at)
            for (const char c : alphabet) {
                std::string code(valid);
                if (code[at] == c) continue;
                code[at] = c;
                ASSERT_TRUE(check_uscc("/uscc", code)) << code;
            }
}

TEST(Uscc, SwappingTwoNeighboursIsRefused) {
    for (const auto valid : valid_codes)
        for (std::size_t at = 0; at + 1 < valid.size(); ++at) {
            std::string code(valid);
            std::swap(code[at], code[at + 1]);
            if (code == valid) continue;
            ASSERT_TRUE(check_uscc("/uscc", code)) << code;
        }
}

TEST(Uscc, ACodeIsAcceptedHoweverItWasTyped) {
    for (const auto* typed :
         {" 91350100m000100y43 ", "9135 0100 M000 100Y 43", "９１３５０１００Ｍ０００１００Ｙ４３"})
        EXPECT_EQ(check_uscc("/uscc", normalise_identifier(typed)), std::nullopt) << typed;
}

TEST(Uscc, TheDivisionIsInTheCode) {
    EXPECT_EQ(uscc_division("91350100M000100Y43"), "350100");
    EXPECT_EQ(uscc_division("91330304MA20003690"), "330304");
}

TEST(Uscc, AnOrganisationCodeThatFailsItsOwnCheckIsOnlyRemarked) {
    tests::each_row<2>(
        R"(
        // code               agrees
        91350100M000100Y43    yes
        123502001549897397    yes
        91440101MA5CJQ4N59    yes
        913303040000100308    yes     // its check is 0
        9133030400001009X8    yes     // its check is X
        91330304MA20000010    no
        )",
        [](const std::string& code, const std::string& agrees) {
            EXPECT_EQ(check_uscc("/uscc", code), std::nullopt);
            EXPECT_EQ(uscc_organisation_code_agrees(code), agrees == "yes");
        }
    );
}

} // namespace
} // namespace jishi::market
