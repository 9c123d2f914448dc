// Meanings in two bits a number, against their numbers.
#include "matching/meaning.hpp"
#include "tests/matching/every_width.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace jishi::matching {
namespace {

std::vector<float> drawn(std::mt19937& random, std::size_t dimensions) {
    std::normal_distribution<float> normal;
    std::vector<float> out(dimensions);
    for (auto& value : out)
        value = normal(random);
    return out;
}

constexpr std::size_t dimensions[] = {16, 48, 64, 144, 256, 1'024};

TEST(AMeaning, HasTheNearestOfFourNumbersHoweverLongTheDirection) {
    std::mt19937 random(1);
    for (const auto count : dimensions) {
        const auto direction = drawn(random, count);
        const auto meaning = meaning_along(direction);
        EXPECT_EQ(meaning.size(), meaning_bytes(count));
        double squares = 0;
        for (const double value : direction)
            squares += value * value;
        const auto numbers = numbers_of(meaning);
        ASSERT_EQ(numbers.size(), count);
        for (std::size_t i = 0; i < count; ++i) {
            const double number = meaning_length(count) / std::sqrt(squares) * double{direction[i]};
            EXPECT_EQ(std::signbit(number), numbers[i] < 0);
            EXPECT_EQ(std::abs(numbers[i]), std::abs(number) < 2 ? 1 : 3) << number;
        }
        auto longer = direction;
        for (auto& value : longer)
            value *= 1'000;
        EXPECT_EQ(meaning_along(longer), meaning);
    }
}

TEST(AMeaning, IsAlignedWithAnotherByTheSumOfTheirProducts) {
    std::mt19937 random(2);
    for (const auto count : dimensions) {
        Meaning all;
        std::vector<std::int32_t> expected;
        const auto with = meaning_along(drawn(random, count));
        for (int i = 0; i < 20; ++i) {
            const auto one = meaning_along(drawn(random, count));
            std::int32_t sum = 0;
            for (std::size_t j = 0; j < count; ++j)
                sum += numbers_of(one)[j] * numbers_of(with)[j];
            test::on_every_width([&] {
                EXPECT_EQ(alignment(one, with), sum);
                EXPECT_EQ(alignment(with, one), sum);
            });
            expected.push_back(sum);
            all.insert(all.end(), one.begin(), one.end());
        }
        test::on_every_width([&] { EXPECT_EQ(alignments(all, with), expected); });
    }
}

TEST(AMeaning, OfNoKnownWordIsLikeNothing) {
    std::mt19937 random(3);
    const auto none = meaning_along(std::vector<float>(256, 0)),
               some = meaning_along(drawn(random, 256));
    EXPECT_EQ(numbers_of(none), std::vector<std::int8_t>(256, 0));
    EXPECT_EQ(alignment(none, some), 0);
    EXPECT_EQ(alignment(some, none), 0);
    EXPECT_EQ(alignment(none, none), 0);
    EXPECT_EQ(alignment({}, some), 0);
    EXPECT_EQ(alignment(some, {}), 0);
    EXPECT_TRUE(alignments({}, some).empty());
    EXPECT_TRUE(alignments({}, {}).empty());
}

// All alike is a direction, too: something must be large.
TEST(AMeaning, OfEqualNumbersIsKnown) {
    for (const float value : {1.F, -1.F}) {
        const auto meaning = meaning_along(std::vector<float>(64, value));
        EXPECT_EQ(alignment(meaning, meaning), 9 * 64);
    }
}

} // namespace
} // namespace jishi::matching
