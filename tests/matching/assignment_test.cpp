#include "matching/assignment.hpp"
#include "tests/matching/lemon_optimum.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>

namespace jishi::matching {
namespace {

using Random = std::mt19937;

std::uint32_t pick(Random& random, std::uint32_t low, std::uint32_t high) {
    return low + static_cast<std::uint32_t>(random() % (high - low + 1));
}

struct Shape {
    std::uint32_t lefts, rights, places_min, places_max, pairs_percent;
    std::uint32_t chances = sure_ppm; // how many different ones: few of them make many ties
};

AssignmentTask random_task(Random& random, const Shape& shape) {
    AssignmentTask task;
    for (std::uint32_t i = 0; i < shape.lefts; ++i)
        task.left_places.push_back(pick(random, shape.places_min, shape.places_max));
    for (std::uint32_t i = 0; i < shape.rights; ++i)
        task.right_places.push_back(pick(random, shape.places_min, shape.places_max));
    for (std::uint32_t left = 0; left < shape.lefts; ++left)
        for (std::uint32_t right = 0; right < shape.rights; ++right)
            if (pick(random, 1, 100) <= shape.pairs_percent)
                task.pairs.push_back(
                    {left, right, pick(random, 1, shape.chances) * (sure_ppm / shape.chances)}
                );
    return task;
}

std::vector<AssignmentTask> small_markets(std::size_t count) {
    Random random(1);
    std::vector<AssignmentTask> out;
    for (std::size_t i = 0; i < count; ++i) {
        const auto lefts = pick(random, 1, 12), rights = pick(random, 1, 12);
        const auto pairs_percent = pick(random, 10, 100);
        const std::uint32_t chances = i % 2 == 0 ? 4 : sure_ppm;
        out.push_back(random_task(random, {lefts, rights, 0, 4, pairs_percent, chances}));
        out.back().first_partner_ppm = i % 3 == 0   ? 0
                                       : i % 3 == 1 ? sure_ppm
                                                    : pick(random, 0, sure_ppm);
    }
    return out;
}

struct Partners {
    std::vector<std::vector<std::uint32_t>> of_left, of_right;
    explicit Partners(const AssignmentTask& task, const std::vector<CandidatePair>& pairs)
        : of_left(task.left_places.size()), of_right(task.right_places.size()) {
        for (const auto& pair : pairs) {
            of_left[pair.left].push_back(pair.right);
            of_right[pair.right].push_back(pair.left);
        }
    }
};

// "0-2 1-0": left and right of every pair.
std::string text_of(const Assignment& assignment) {
    std::string out;
    for (const auto& pair : assignment.chosen)
        out +=
            (out.empty() ? "" : " ") + std::to_string(pair.left) + "-" + std::to_string(pair.right);
    return out;
}

// ---- what it is for ----

TEST(Assignment, SendsTheSecondNeedElsewhereWhenBothWantOneAchievement) {
    const AssignmentTask task{
        .pairs = {{0, 0, 900'000}, {0, 1, 800'000}, {1, 0, 850'000}, {1, 1, 100'000}},
        .left_places = {1, 1},
        .right_places = {1, 1}};
    EXPECT_EQ(text_of(assign(task)), "0-1 1-0");
}

TEST(Assignment, GivesAFirstPartnerBeforeABetterSecondOne) {
    AssignmentTask task{
        .pairs = {{0, 0, 900'000}, {0, 1, 900'000}, {1, 1, 50'000}},
        .left_places = {2, 2},
        .right_places = {1, 1}};
    EXPECT_EQ(text_of(assign(task)), "0-0 1-1");
    task.first_partner_ppm = 0;
    EXPECT_EQ(text_of(assign(task)), "0-0 0-1");
}

TEST(Assignment, LetsOneAchievementServeAsManyAsItHasPlaces) {
    AssignmentTask task{
        .pairs = {{0, 0, 700'000}, {1, 0, 600'000}, {2, 0, 500'000}, {3, 0, 400'000}},
        .left_places = {1, 1, 1, 1},
        .right_places = {3}};
    EXPECT_EQ(text_of(assign(task)), "0-0 1-0 2-0");
    task.right_places = {0};
    EXPECT_EQ(text_of(assign(task)), "");
    EXPECT_EQ(text_of(assign({})), "");
}

TEST(Assignment, CountsAPairOnceHoweverOftenItIsNamed) {
    const AssignmentTask task{
        .pairs = {{0, 0, 100'000}, {0, 0, 300'000}, {0, 0, 200'000}, {0, 1, 0}},
        .left_places = {5},
        .right_places = {5, 5}};
    const auto assignment = assign(task);
    EXPECT_EQ(assignment.chosen, (std::vector<CandidatePair>{{0, 0, 300'000}}));
    EXPECT_EQ(assignment.objective_ppm, 2 * sure_ppm + 300'000);
}

// ---- nothing is better ----

TEST(Assignment, IsWhatLemonProvesToBeTheGreatestOnSmallMarkets) {
    for (const auto& task : small_markets(3'000)) {
        const auto assignment = assign(task);
        const auto optimum = lemon_optimum_ppm(task);
        ASSERT_EQ(assignment.objective_ppm, optimum);
        ASSERT_EQ(assignment.bound_ppm, optimum);
    }
}

TEST(Assignment, IsWhatLemonProvesToBeTheGreatestOnMediumMarkets) {
    Random random(2);
    for (const Shape shape :
         {Shape{400, 400, 1, 5, 5},
          Shape{400, 300, 1, 1, 5},
          Shape{100, 900, 1, 20, 20},
          Shape{900, 100, 1, 20, 20, 3},
          Shape{300, 300, 2, 2, 100, 10}}) {
        const auto task = random_task(random, shape);
        const auto assignment = assign(task);
        EXPECT_EQ(assignment.objective_ppm, lemon_optimum_ppm(task));
        EXPECT_EQ(assignment.bound_ppm, assignment.objective_ppm);
    }
}

TEST(Assignment, EndsEarlyWhereThatIsAllowedAndKnowsHowFarItMayBeOff) {
    Random random(3);
    for (const std::uint32_t gap_max_ppm : {100'000u, 10'000u, 1'000u}) {
        auto task = random_task(random, {300, 300, 1, 3, 7});
        const auto optimum = lemon_optimum_ppm(task);
        task.gap_max_ppm = gap_max_ppm;
        const auto assignment = assign(task);
        EXPECT_LE(assignment.objective_ppm, optimum);
        EXPECT_GE(assignment.bound_ppm, optimum);
        EXPECT_LE(
            assignment.bound_ppm - assignment.objective_ppm,
            assignment.bound_ppm / sure_ppm * gap_max_ppm
        );
    }
}

// What people do without a plan: each takes its best, and who comes too late finds no place.
std::vector<CandidatePair> everyone_takes_the_best(const AssignmentTask& task) {
    auto pairs = task.pairs;
    std::ranges::stable_sort(pairs, std::ranges::greater(), &CandidatePair::chance_ppm);
    auto left_places = task.left_places, right_places = task.right_places;
    std::vector<CandidatePair> out;
    for (const auto& pair : pairs) {
        if (left_places[pair.left] == 0 || right_places[pair.right] == 0) continue;
        --left_places[pair.left];
        --right_places[pair.right];
        out.push_back(pair);
    }
    return out;
}

TEST(Assignment, IsNeverWorseThanWhenEveryoneTakesTheBest) {
    for (const auto& task : small_markets(500))
        EXPECT_GE(assign(task).objective_ppm, objective_ppm(task, everyone_takes_the_best(task)));
}

// ---- what every assignment keeps ----

TEST(Assignment, ChoosesCandidatesOnceEachAndFillsNoPlaceTwice) {
    for (const auto& task : small_markets(500)) {
        const auto assignment = assign(task);
        std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> candidates;
        for (const auto& pair : task.pairs)
            candidates[{pair.left, pair.right}] = pair.chance_ppm;
        const CandidatePair* last = nullptr;
        for (const auto& pair : assignment.chosen) {
            EXPECT_EQ((candidates[{pair.left, pair.right}]), pair.chance_ppm);
            if (last) {
                EXPECT_LT(std::pair(last->left, last->right), std::pair(pair.left, pair.right));
            }
            last = &pair;
        }
        const Partners partners(task, assignment.chosen);
        for (std::size_t i = 0; i < task.left_places.size(); ++i)
            EXPECT_LE(partners.of_left[i].size(), task.left_places[i]);
        for (std::size_t i = 0; i < task.right_places.size(); ++i)
            EXPECT_LE(partners.of_right[i].size(), task.right_places[i]);
        EXPECT_EQ(assignment.objective_ppm, objective_ppm(task, assignment.chosen));
    }
}

TEST(Assignment, GivesNobodyASecondPartnerWhomSomeoneWithoutAnyCouldHave) {
    Random random(4);
    for (int round = 0; round < 500; ++round) {
        const auto task = random_task(random, {12, 12, 1, 3, pick(random, 10, 60)});
        const Partners partners(task, assign(task).chosen);
        for (const auto& [left, right, chance_ppm] : task.pairs) {
            if (partners.of_left[left].empty()) {
                EXPECT_EQ(partners.of_right[right].size(), task.right_places[right]);
                for (const auto rival : partners.of_right[right])
                    EXPECT_EQ(partners.of_left[rival].size(), 1u);
            }
            if (partners.of_right[right].empty()) {
                EXPECT_EQ(partners.of_left[left].size(), task.left_places[left]);
                for (const auto rival : partners.of_left[left])
                    EXPECT_EQ(partners.of_right[rival].size(), 1u);
            }
        }
    }
}

TEST(Assignment, DoesNotDependOnTheOrderOfThePairs) {
    Random random(5);
    for (auto task : small_markets(500)) {
        const auto assignment = assign(task);
        EXPECT_EQ(assign(task).chosen, assignment.chosen);
        std::ranges::shuffle(task.pairs, random);
        EXPECT_EQ(assign(task).chosen, assignment.chosen);
    }
}

} // namespace
} // namespace jishi::matching
