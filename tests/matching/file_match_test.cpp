#include "matching/file_match.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace jishi::matching {
namespace {

const std::vector<TextItem> achievements{
    {"b", "污泥干燥机", ""},
    {"a", "污泥干燥机", ""},
    {"c", "锂电池回收", "从废旧电池中回收"},
    {"d", "水稻育种", ""},
    {"d", "图像识别算法", ""},
};
const std::vector<TextItem> needs{
    {"n2", "锂电池回收工艺", ""}, {"n1", "求购污泥干燥设备", ""}, {"n2", "锂电池回收工艺", ""}};

TEST(FileMatch, GivesEveryNeedItsBestInTheOrderAsked) {
    std::string rows;
    for (const auto& row : match_all(achievements, needs, 1))
        rows += row.need + " " + row.achievement + "\n";
    EXPECT_EQ(rows, "n2 c\nn1 a\n"); // of two alike the smaller id
}

TEST(FileMatch, PairsGetTheScoresThatRankingGives) {
    const std::vector<GradedPair> grades{{"n1", "c", 1}, {"n1", "b", 4}, {"n2", "nobody", 4}};
    for (const FileMatchOptions& options :
         {FileMatchOptions{},
          FileMatchOptions{.learn = true},
          FileMatchOptions{.judgements = grades}}) {
        const auto ranked = match_all(achievements, needs, 10, options);
        ASSERT_GE(ranked.size(), 3u);
        std::vector<IdPair> pairs{{"n1", "nobody"}, {"nobody", "a"}};
        for (const auto& row : ranked)
            pairs.push_back({row.need, row.achievement});
        const auto scored = match_pairs(achievements, needs, pairs, options);
        ASSERT_EQ(scored.size(), ranked.size());
        for (std::size_t i = 0; i < scored.size(); ++i) {
            EXPECT_EQ(scored[i].achievement, ranked[i].achievement);
            EXPECT_EQ(scored[i].raw, ranked[i].raw);
            EXPECT_EQ(scored[i].score, ranked[i].score);
        }
    }
}

TEST(FileMatch, SaysWhyInBothLanguagesOnlyWhereAskedFor) {
    const std::vector<IdPair> pair{{"n2", "c"}};
    for (const bool explain : {true, false})
        for (const auto& rows :
             {match_all(achievements, needs, 1, {.explain = explain}),
              match_pairs(achievements, needs, pair, {.explain = explain})}) {
            EXPECT_EQ(rows[0].achievement, "c");
            EXPECT_EQ(rows[0].why_zh.find("锂电池") != std::string::npos, explain);
            EXPECT_EQ(rows[0].why_en.find("Shared: ") != std::string::npos, explain);
        }
}

TEST(FileMatch, SaysWhichGradesMovedAPair) {
    const std::vector<TextItem> offers{{"a", "锂电池回收装置", ""}, {"b", "锂电池回收设备", ""}};
    const std::vector<TextItem> asked{{"n", "锂电池回收", ""}};
    const std::vector<IdPair> pair{{"n", "b"}};
    const std::vector<GradedPair> grades{{"n", "a", 1}};
    const FileMatchOptions options{.explain = true, .judgements = grades};
    const auto of_pair = match_pairs(offers, asked, pair, options)[0];
    EXPECT_NE(of_pair.why_zh.find("锂电池回收装置"), std::string::npos) << of_pair.why_zh;
    EXPECT_NE(of_pair.why_en.find("graded 1"), std::string::npos) << of_pair.why_en;
    const auto ranked = match_all(offers, asked, 2, options);
    const auto same = std::ranges::find(ranked, "b", &FileMatchRow::achievement);
    ASSERT_NE(same, ranked.end());
    EXPECT_EQ(same->why_zh, of_pair.why_zh);
    const std::vector<IdPair> graded{{"n", "a"}};
    const auto itself = match_pairs(offers, asked, graded, options)[0];
    EXPECT_NE(itself.why_zh.find("本方评为1分"), std::string::npos) << itself.why_zh;
}

TEST(FileMatch, WhatIsLikeSomethingGradedBadlyFalls) {
    const std::vector<TextItem> offers{
        {"a", "锂电池回收装置", ""}, {"b", "锂电池检测装置", ""}, {"c", "锂电池回收设备", ""}};
    const std::vector<TextItem> asked{{"n", "锂电池", ""}, {"m", "锂电池", ""}};
    const std::vector<IdPair> pairs{{"n", "c"}, {"n", "b"}, {"m", "c"}};
    const std::vector<GradedPair> grades{{"n", "a", 1}};
    const auto plain = match_pairs(offers, asked, pairs),
               graded = match_pairs(offers, asked, pairs, {.judgements = grades});
    EXPECT_LT(graded[0].raw, plain[0].raw);
    EXPECT_LT(plain[1].raw - graded[1].raw, plain[0].raw - graded[0].raw) << "less like it";
    EXPECT_EQ(graded[2].raw, plain[2].raw) << "grades count for their own need";
}

TEST(FileMatch, OfItemsWithOneIdTheLastCounts) {
    const std::vector<TextItem> asked{{"n", "图像识别", ""}, {"m", "水稻育种", ""}};
    const auto rows = match_all(achievements, asked, 5);
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0].achievement, "d");
}

} // namespace
} // namespace jishi::matching
