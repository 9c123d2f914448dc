#include "market/listing_rules.hpp"
#include "tests/support/market_world.hpp"
#include "tests/support/table.hpp"

#include <gtest/gtest.h>

#include <map>

namespace jishi::market {
namespace {

using namespace tests;

constexpr Date today{2026, 11, 22};
constexpr auto achievement = ListingKind::achievement;
constexpr auto need = ListingKind::need;

TEST(ListingRules, TheSamplesAreComplete) {
    for (const auto kind : {achievement, need})
        EXPECT_EQ(fields_told(check_complete(kind, sample_content(kind), today)), "");
}

TEST(ListingRules, ADraftMayBeUnfinishedButNothingInItMayBeWrong) {
    EXPECT_EQ(fields_told(check_content(achievement, {.title = "标题"})), "");
    EXPECT_EQ(fields_told(check_content(need, {.title = "标题"})), "");

    auto content = sample_content(achievement);
    content.industry = "Z1";
    content.division = "999999";
    content.price = {.min_fen = 2, .max_fen = 1};
    content.modes = {CooperationMode::open_licence, CooperationMode::sole_licence};
    content.achievement.patent_numbers = {"201710601862.4", "201710601862.3", "CN201710601862.3"};
    EXPECT_EQ(
        fields_told(check_content(achievement, content)),
        "/industry bad_format | /division not_found | /price/max_fen too_small | /modes "
        "inconsistent | "
        "/patent_numbers/0 bad_check_digit | /patent_numbers/2 duplicate"
    );
}

TEST(ListingRules, OnlyANeedMayBeAnonymous) {
    for (const auto kind : {achievement, need}) {
        auto content = sample_content(kind);
        content.confidentiality = Confidentiality::anonymous;
        EXPECT_EQ(
            fields_told(check_content(kind, content)),
            kind == need ? "" : "/confidentiality not_one_of"
        );
    }
}

TEST(ListingRules, AnAskedPriceAgreesWithItsKind) {
    each_row<4>(
        R"(
        // kind      min  max  told
        fixed        5    5    ""
        fixed        5    6    "/price inconsistent"
        fixed        5    -    "/price inconsistent"
        fixed        -    -    "/price inconsistent"
        range        5    6    ""
        range        5    5    ""
        range        5    -    "/price inconsistent"
        range        -    6    "/price inconsistent"
        negotiable   -    -    ""
        negotiable   5    -    ""
        )",
        [](const std::string& kind,
           const std::string& min,
           const std::string& max,
           const std::string& expected) {
            const auto fen = [](const std::string& text) {
                return text == "-" ? std::nullopt : std::optional<Fen>(std::stoll(text));
            };
            auto content = sample_content(achievement);
            content.achievement.price_kind = *parse_name<PriceKind>(kind);
            content.price = {.min_fen = fen(min), .max_fen = fen(max)};
            EXPECT_EQ(fields_told(check_content(achievement, content)), expected);
        }
    );
}

TEST(ListingRules, WhatTheMarketAsksIsAskedAtItsBounds) {
    auto content = sample_content(need);
    content.summary = "一二三四五六七八九";
    content.fields = {};
    content.modes = {};
    content.need.deadline = add_days(today, -1);
    EXPECT_EQ(
        fields_told(check_complete(need, content, today)),
        "/summary too_short | /fields too_few | /modes too_few | /deadline in_the_past"
    );
    content = sample_content(need);
    content.summary = "一二三四五六七八九十";
    content.fields = Set<TechnologyField>{0b111};
    content.need.deadline = today;
    EXPECT_EQ(fields_told(check_complete(need, content, today)), "");
    content.fields = Set<TechnologyField>{0b1111};
    EXPECT_EQ(fields_told(check_complete(need, content, today)), "/fields too_many");
}

TEST(ListingRules, CompletenessCountsTenThingsAReaderLooksFor) {
    EXPECT_EQ(completeness(need, {}), 0);
    ListingContent content = sample_content(achievement);
    for (int i = 0; i < 3; ++i)
        content.summary += content.summary;
    content.industry = "C38";
    content.division = "330304";
    content.trl = std::uint8_t{6};
    content.price.min_fen = 1;
    content.keywords = {"电池"};
    content.achievement.advantage = "快";
    EXPECT_EQ(completeness(achievement, content), 90);
    content.achievement.problem_solved = "慢";
    EXPECT_EQ(completeness(achievement, content), 100);
}

TEST(ListingRules, NormalisingGivesNumbersTheirOneFormAndKeywordsTheirFirstPlace) {
    auto content = sample_content(achievement);
    content.achievement.patent_numbers = {"zl 2017106018623"};
    content.keywords = {"电池", "快充", "电池"};
    normalise(content);
    EXPECT_EQ(content.achievement.patent_numbers, std::vector<std::string>{"ZL201710601862.3"});
    EXPECT_EQ(content.keywords, (std::vector<std::string>{"电池", "快充"}));
}

// The content hash is what a deal and a certificate rest on: no two contents may share their text.
TEST(ListingRules, EveryFieldIsInTheTextThatIsHashed) {
    using Change = void (*)(ListingContent&);
    const Change changes[] = {
        [](ListingContent& c) { c.title += "x"; },
        [](ListingContent& c) { c.summary += "x"; },
        [](ListingContent& c) { c.confidential += "x"; },
        [](ListingContent& c) { c.keywords = {"x"}; },
        [](ListingContent& c) {
            c.keywords = {"x", ""};
        },
        [](ListingContent& c) { c.fields.add(TechnologyField::nuclear); },
        [](ListingContent& c) { c.industry = "C"; },
        [](ListingContent& c) { c.division = "330000"; },
        [](ListingContent& c) { c.trl = std::uint8_t{1}; },
        [](ListingContent& c) { c.trl_basis = TrlBasis::expert; },
        [](ListingContent& c) { c.modes.add(CooperationMode::trial); },
        [](ListingContent& c) { c.price.min_fen = 1; },
        [](ListingContent& c) { c.price.max_fen = 1; },
        [](ListingContent& c) { c.confidentiality = Confidentiality::anonymous; },
        [](ListingContent& c) { c.achievement.problem_solved = "x"; },
        [](ListingContent& c) { c.achievement.incumbent_solution = "x"; },
        [](ListingContent& c) { c.achievement.advantage = "x"; },
        [](ListingContent& c) { c.achievement.patent_numbers.clear(); },
        [](ListingContent& c) { c.achievement.price_mode = PriceMode::auction; },
        [](ListingContent& c) { c.achievement.price_kind = PriceKind::fixed; },
        [](ListingContent& c) { c.achievement.service_achievement = true; },
        [](ListingContent& c) { c.need.material = "x"; },
        [](ListingContent& c) { c.need.method = "x"; },
        [](ListingContent& c) { c.need.efficacy = "x"; },
        [](ListingContent& c) { c.need.product = "x"; },
        [](ListingContent& c) { c.need.application = "x"; },
        [](ListingContent& c) { c.need.current_state = "x"; },
        [](ListingContent& c) {
            c.need.target_metrics = {{"x", ">", "1", ""}};
        },
        [](ListingContent& c) {
            c.need.target_metrics = {{"", "x", ">", "1"}};
        },
        [](ListingContent& c) { c.need.deadline = today; },
    };
    std::map<std::string, int> texts{{content_text(achievement, sample_content(achievement)), -1}};
    for (int i = 0; const auto change : changes) {
        auto content = sample_content(achievement);
        change(content);
        EXPECT_TRUE(texts.try_emplace(content_text(achievement, content), i).second)
            << "change " << i;
        ++i;
    }
}

} // namespace
} // namespace jishi::market
