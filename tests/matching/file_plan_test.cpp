#include "matching/file_plan.hpp"

#include <gtest/gtest.h>

namespace jishi::matching {
namespace {

std::string text_of(const std::vector<FileMatchRow>& rows) {
    std::string out;
    for (const auto& row : rows)
        out += (out.empty() ? "" : " ") + row.need + "-" + row.achievement;
    return out;
}

const std::vector<FileMatchRow> rows{
    {"n2", "a", .9},
    {"n2", "b", .8},
    {"n1", "a", .85},
    {"n1", "b", .1},
};

TEST(FilePlan, KeepsTheRowsThatAreBestForAllInTheirOrder) {
    EXPECT_EQ(text_of(plan_of(rows, {.need_capacity = 1, .achievement_capacity = 1})), "n2-b n1-a");
    EXPECT_EQ(text_of(plan_of(rows, {.need_capacity = 2, .achievement_capacity = 1})), "n2-b n1-a");
    EXPECT_EQ(
        text_of(plan_of(rows, {.need_capacity = 2, .achievement_capacity = 2})),
        "n2-a n2-b n1-a n1-b"
    );
    EXPECT_EQ(text_of(plan_of({}, {})), "");
}

TEST(FilePlan, OfEqualPartnersTheSmallerIdsMeet) {
    const std::vector<FileMatchRow> equal{{"n2", "a", .5}, {"n10", "a", .5}};
    EXPECT_EQ(text_of(plan_of(equal, {.need_capacity = 1, .achievement_capacity = 1})), "n10-a");
}

TEST(FilePlan, PlansNothingBelowTheLeastScoreAndNothingWithoutAChance) {
    EXPECT_EQ(text_of(plan_of(rows, {.min_score = .85})), "n2-a n1-a");
    EXPECT_EQ(text_of(plan_of({{"n", "a", 0}}, {})), "");
}

TEST(FilePlan, SendsTwoAlikeNeedsToTwoAlikeAchievements) {
    const std::vector<TextItem> achievements{
        {"a1", "污泥干燥机", ""}, {"a2", "污泥干燥设备", ""}, {"a3", "锂电池回收", ""}};
    const std::vector<TextItem> needs{{"n1", "求购污泥干燥机", ""}, {"n2", "污泥干燥机采购", ""}};
    const auto plan = plan_of(
        match_all(achievements, needs, 20), {.need_capacity = 1, .achievement_capacity = 1}
    );
    ASSERT_EQ(plan.size(), 2u);
    EXPECT_NE(plan[0].achievement, plan[1].achievement);
}

} // namespace
} // namespace jishi::matching
