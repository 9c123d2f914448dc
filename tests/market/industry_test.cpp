#include "market/industry.hpp"
#include "tests/support/table.hpp"

#include <gtest/gtest.h>

namespace jishi::market {
namespace {

TEST(Industry, TheSectionsAreTheLettersFromAToT) {
    char letter = 'A';
    for (const auto& section : industry_sections()) {
        EXPECT_EQ(section.letter, letter++);
        EXPECT_FALSE(section.name_zh.empty());
        EXPECT_FALSE(section.name_en.empty());
    }
    EXPECT_EQ(letter, 'T' + 1);
}

TEST(Industry, ACodeIsALetterAndUpToFourDigits) {
    tests::each_row<2>(
        R"(
        A        yes
        T        yes
        C39      yes
        C391     yes
        C3912    yes
        C39120   no
        U        no
        @1       no
        c39      no
        39       no
        3912     no
        C39A     no
        CC39     no
        "C 39"   no
        Ｃ39     no
        ""       no
        )",
        [](const std::string& code, const std::string& accepted) {
            const auto refusal = check_industry("/industry", code);
            EXPECT_EQ(!refusal, accepted == "yes");
            if (refusal) {
                EXPECT_EQ(
                    *refusal,
                    (FieldRefusal{"/industry", FieldReason::bad_format, "[A-T][0-9]{0,4}"})
                );
            }
        }
    );
}

TEST(Industry, ACodeBelongsToTheSectionOfItsLetter) {
    EXPECT_EQ(industry_section("C3912").name_zh, "制造业");
    EXPECT_EQ(industry_section("M").name_zh, "科学研究和技术服务业");
    EXPECT_EQ(industry_section("T97").name_en, "International organisations");
}

} // namespace
} // namespace jishi::market
