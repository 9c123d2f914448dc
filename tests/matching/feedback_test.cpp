// Grades of a few counterparts re-rank the rest, tell so, and do nothing else.
#include "matching/feedback.hpp"
#include "tests/matching/portrait.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

namespace jishi::matching {
namespace {

using market::ListingKind;
using test::Draw;
constexpr std::int32_t today = 100;

// A need for sludge, and what is offered: three dryers, two furnaces, one press.
std::vector<Document> sludge() {
    return {
        test::need(1, "污泥处理设备"),
        test::achievement(1, "污泥热泵干燥机", "低温热泵干燥污泥"),
        test::achievement(2, "污泥带式干燥机", "热泵带式干燥污泥"),
        test::achievement(3, "污泥低温干燥机", "热泵低温干燥污泥"),
        test::achievement(4, "污泥焚烧锅炉", "流化床焚烧锅炉"),
        test::achievement(5, "污泥焚烧设备", "流化床焚烧炉膛"),
        test::achievement(6, "污泥压滤机", "高压隔膜压滤"),
    };
}

// Ways to speak of the same dryers, furnaces and presses, and of what has nothing to do with
// sludge, for words to be learned from.
test::ModelPtr model_of_sludge() {
    auto documents = sludge();
    std::uint32_t number = 100;
    for (int i = 0; i < 8; ++i) {
        for (const auto* body :
             {"污泥设备用热泵干燥。低温热泵带式干燥机。污泥低温带式干燥机",
              "污泥设备用流化床焚烧。锅炉炉膛焚烧。污泥流化床焚烧锅炉",
              "污泥设备用高压隔膜压滤。隔膜压滤机。污泥高压压滤机",
              "水稻育种用分子标记。抗病水稻品种。分子标记育种",
              "图像识别用卷积网络。缺陷图像。卷积网络识别缺陷"})
            documents.push_back(test::achievement(++number, "", body));
    }
    return test::model_of(documents);
}

std::map<std::uint32_t, double>
raws(const Snapshot& market, const Document& query, std::span<const Grade> grades) {
    std::map<std::uint32_t, double> out;
    for (const auto& match : market.rank_for(query, 1000, today, grades, Repeats::each))
        out[test::number_of(match.document->id)] = match.score.raw;
    return out;
}

Grade grade(std::uint32_t need, std::uint32_t achievement, double value) {
    return {
        test::listing_id(ListingKind::need, need),
        test::listing_id(ListingKind::achievement, achievement),
        value};
}

TEST(Feedback, WhatIsLikeAnAchievementGradedHighRisesAndLikeOneGradedLowFalls) {
    for (const auto& model : {test::ModelPtr(), model_of_sludge()}) {
        const auto market = test::market_of(sludge(), model);
        const auto need = sludge()[0];
        const auto before = raws(*market, need, {});
        ASSERT_EQ(before.size(), 6u);
        for (const double value : {4.0, 1.0}) {
            const auto after = raws(*market, need, std::vector{grade(1, 1, value)});
            ASSERT_EQ(after.size(), 6u);
            const double sign = value > 2 ? 1 : -1;
            const auto lift = [&](std::uint32_t number) {
                return sign * (after.at(number) - before.at(number));
            };
            for (const std::uint32_t dryer : {1, 2, 3})
                for (const std::uint32_t other : {4, 5, 6})
                    EXPECT_GT(lift(dryer), lift(other) + .1) << dryer << ' ' << other;
            for (const std::uint32_t any : {1, 2, 3, 4, 5, 6})
                EXPECT_GE(lift(any), 0) << any;
        }
    }
}

TEST(Feedback, AGradeMovesTheOneGradedMost) {
    for (const auto& model : {test::ModelPtr(), model_of_sludge()}) {
        const auto market = test::market_of(sludge(), model);
        const auto need = sludge()[0];
        const auto before = raws(*market, need, {});
        for (const auto& [graded, usual] : before)
            for (const double value : {4.0, 1.0}) {
                const auto after = raws(*market, need, std::vector{grade(1, graded, value)});
                const double moved = after.at(graded) - usual;
                EXPECT_GT(value > 2 ? moved : -moved, .3) << graded;
                for (const auto& [other, raw] : before)
                    EXPECT_LE(std::abs(after.at(other) - raw), std::abs(moved)) << other;
            }
    }
}

TEST(Feedback, AnAchievementLearnsFromGradesOfItsNeedsToo) {
    const std::vector<Document> documents{
        test::achievement(1, "污泥干燥焚烧压滤设备"),
        test::need(1, "污泥低温干燥设备", "热泵干燥"),
        test::need(2, "污泥带式干燥设备", "热泵干燥"),
        test::need(3, "污泥焚烧锅炉设备", "流化床焚烧"),
    };
    for (const auto& model : {test::ModelPtr(), model_of_sludge()}) {
        const auto market = test::market_of(documents, model);
        const auto before = raws(*market, documents[0], {}),
                   liked = raws(*market, documents[0], std::vector{grade(1, 1, 4)}),
                   disliked = raws(*market, documents[0], std::vector{grade(1, 1, 1)});
        ASSERT_EQ(before.size(), 3u);
        EXPECT_GT(liked.at(2) - before.at(2), liked.at(3) - before.at(3) + .1);
        EXPECT_GT(before.at(2) - disliked.at(2), before.at(3) - disliked.at(3) + .1);
    }
}

TEST(Feedback, AGradeAsExpectedMovesNothing) {
    EXPECT_GE(expected_grade(0), 1);
    EXPECT_LE(expected_grade(1), 4);
    EXPECT_LT(expected_grade(.2), expected_grade(.8));
    const auto market = test::market_of(sludge());
    const auto need = sludge()[0];
    const auto score = market->score_pair(need, sludge()[1]).score;
    const auto before = raws(*market, need, {}),
               after = raws(*market, need, std::vector{grade(1, 1, expected_grade(score))});
    EXPECT_EQ(before, after);
}

// Grades of what the query's side has seen: a few of the other kind, by chance.
std::vector<Grade> drawn_grades(const Document& query, Draw& draw) {
    std::vector<Grade> out;
    const auto number = test::number_of(query.id);
    std::set<std::uint32_t> graded;
    for (std::uint32_t i = draw.below(8); i-- > 0;) {
        const auto other = draw.below(30);
        if (!graded.insert(other).second) continue;
        const double value = 1 + draw.below(31) / 10.0;
        out.push_back(
            query.id.kind == ListingKind::need ? grade(number, other, value)
                                               : grade(other, number, value)
        );
    }
    return out;
}

TEST(Feedback, WithoutGradesOrWithThoseOfUnknownListingsNothingMoves) {
    Draw draw(41);
    const auto documents = draw.market(60, 40);
    for (const auto& model : {test::ModelPtr(), test::model_of(documents)}) {
        const auto market = test::market_of(documents, model);
        const auto wanted = test::portrait(*market, documents);
        EXPECT_EQ(test::portrait(*market, documents, {}), wanted);
        EXPECT_EQ(
            test::portrait(
                *market, documents, std::vector{grade(1001, 1002, 4), grade(7, 1003, 1)}
            ),
            test::portrait(*market, documents, std::vector{grade(7, 1003, 1)})
        );
        const auto asker = documents[61]; // the second need
        const std::vector unknown{grade(1, 1001, 4), grade(1, 1002, 1)};
        EXPECT_EQ(test::portrait(*market, {asker}, unknown), test::portrait(*market, {asker}));
        for (const auto& match : market->matches_for(asker, 10, today, unknown))
            for (const auto& line : match.why.contributions)
                EXPECT_NE(line.kind, ContributionKind::feedback);
    }
}

TEST(Feedback, ContributionsStillAddUpAndTheSameListingsAreThere) {
    for (std::uint32_t seed = 50; seed < 54; ++seed) {
        Draw draw(seed);
        const auto documents = draw.market(50, 30);
        const auto model = seed % 2 == 0 ? test::model_of(documents) : nullptr;
        const auto market = test::market_of(documents, model);
        std::size_t told = 0;
        for (const auto& query : documents) {
            const auto grades = drawn_grades(query, draw);
            const auto ranked = market->rank_for(query, 10, today, grades);
            const auto matches = market->matches_for(query, 10, today, grades);
            ASSERT_EQ(matches.size(), ranked.size());
            for (std::size_t i = 0; i < matches.size(); ++i) {
                EXPECT_EQ(matches[i].document->id, ranked[i].document->id);
                EXPECT_EQ(matches[i].score, ranked[i].score);
                double sum = 0;
                for (const auto& line : matches[i].why.contributions) {
                    sum += line.value;
                    told += line.kind == ContributionKind::feedback;
                }
                EXPECT_NEAR(sum, matches[i].score.raw, 1e-9);
                EXPECT_EQ(matches[i].why.contributions.back().kind, ContributionKind::base);
            }
            std::set<std::uint32_t> with, without;
            for (const auto& [number, raw] : raws(*market, query, grades))
                with.insert(number);
            for (const auto& [number, raw] : raws(*market, query, {}))
                without.insert(number);
            EXPECT_EQ(with, without);
        }
        EXPECT_GT(told, 100u);
    }
}

TEST(Feedback, TheOrderOfGradesLeavesNoTrace) {
    Draw draw(60);
    const auto documents = draw.market(50, 30);
    for (const auto& model : {test::ModelPtr(), test::model_of(documents)}) {
        const auto market = test::market_of(documents, model);
        for (const auto& query : documents) {
            auto grades = drawn_grades(query, draw);
            const auto wanted = market->matches_for(query, 20, today, grades);
            draw.shuffle(grades);
            const auto got = market->matches_for(query, 20, today, grades);
            ASSERT_EQ(got.size(), wanted.size());
            for (std::size_t i = 0; i < got.size(); ++i) {
                EXPECT_EQ(got[i].document->id, wanted[i].document->id);
                EXPECT_EQ(got[i].score, wanted[i].score);
                const auto &lines = got[i].why.contributions,
                           &wanted_lines = wanted[i].why.contributions;
                ASSERT_EQ(lines.size(), wanted_lines.size());
                for (std::size_t line = 0; line < lines.size(); ++line)
                    EXPECT_EQ(lines[line].label_zh, wanted_lines[line].label_zh);
            }
        }
    }
}

TEST(Feedback, OfTwoAlikeGradesTheOneOfTheSmallerIdIsToldFirst) {
    auto documents = sludge();
    documents.push_back(test::achievement(7, "热泵，污泥，干燥，设备"));
    documents.push_back(test::achievement(8, "干燥，设备，污泥，热泵")); // the same words
    const auto market = test::market_of(documents);
    std::vector grades{grade(1, 7, 4), grade(1, 8, 4)};
    for (int round = 0; round < 2; ++round) {
        for (const auto& match : market->matches_for(documents[0], 10, today, grades)) {
            if (test::number_of(match.document->id) > 3) continue;
            const auto& lines = match.why.contributions;
            const auto first = std::find_if(lines.begin(), lines.end(), [](const auto& line) {
                return line.kind == ContributionKind::feedback;
            });
            ASSERT_NE(first, lines.end());
            EXPECT_EQ(first->label_en, "like “热泵，污泥，干燥，设备”, graded 4");
        }
        std::swap(grades[0], grades[1]);
    }
}

TEST(Feedback, SaysWhichGradeOfWhatMovedAMatch) {
    const auto market = test::market_of(sludge());
    for (const auto& match :
         market->matches_for(sludge()[0], 10, today, std::vector{grade(1, 1, 4)}))
        if (test::number_of(match.document->id) == 3) {
            const auto& lines = match.why.contributions;
            EXPECT_TRUE(std::any_of(lines.begin(), lines.end(), [](const Contribution& line) {
                return line.kind == ContributionKind::feedback && line.value > 0 &&
                       line.label_zh == "与评为4分的“污泥热泵干燥机”相近" &&
                       line.label_en == "like “污泥热泵干燥机”, graded 4";
            }));
            return;
        }
    FAIL() << "the other dryer is no match";
}

} // namespace
} // namespace jishi::matching
