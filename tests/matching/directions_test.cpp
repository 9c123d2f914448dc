// The loops over meanings give the same numbers on every processor.
#include "matching/directions.hpp"
#include "tests/matching/every_width.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <numeric>
#include <random>
#include <set>
#include <vector>

namespace jishi::matching {
namespace {

constexpr std::size_t size = 256;

// Of each width of vectors that this machine has, the numbers that `work` gives.
std::set<std::vector<double>> on_every_width(const std::function<std::vector<double>()>& work) {
    std::set<std::vector<double>> out;
    test::on_every_width([&] { out.insert(work()); });
    return out;
}

int packed_number(const std::vector<std::uint8_t>& bytes, std::size_t i) {
    const auto byte = bytes[i % (size / 2)];
    return 2 * (i < size / 2 ? byte & 15 : byte >> 4) - 15;
}

TEST(Directions, SumsAreTheSameToTheLastBitOnEveryProcessor) {
    std::mt19937 random(5);
    std::normal_distribution<float> normal;
    std::vector<float> matrix(size * size), v(size);
    std::vector<float> numbers(size);
    for (auto& value : matrix)
        value = normal(random);
    for (std::size_t i = 0; i < size; ++i) {
        v[i] = normal(random);
        numbers[i] = normal(random);
    }
    std::vector<std::uint8_t> bytes;
    const float factor = pack(numbers, bytes);
    ASSERT_EQ(bytes.size(), packed_bytes(size));
    EXPECT_EQ(on_every_width([&] { return std::vector{quadratic_form(matrix, v)}; }).size(), 1u);
    const auto sums = on_every_width([&] {
        auto to = v;
        add_scaled(to, std::vector<ScaledRow>(3, {.1F * factor, PackedRow{bytes}}));
        return std::vector<double>(to.begin(), to.end());
    });
    EXPECT_EQ(sums.size(), 1u);
    EXPECT_EQ(on_every_width([&] { return std::vector{squares(v)}; }).size(), 1u);
    EXPECT_NEAR(squares(v), std::inner_product(v.begin(), v.end(), v.begin(), 0.0), 1e-3);

    double form = 0, magnitude = 0;
    for (std::size_t i = 0; i < size; ++i)
        for (std::size_t j = 0; j < size; ++j) {
            const double part = double{v[i]} * double{v[j]} * double{matrix[i * size + j]};
            form += part, magnitude += std::abs(part);
        }
    EXPECT_NEAR(quadratic_form(matrix, v), form, 1e-6 * magnitude);
    for (std::size_t i = 0; i < size; ++i)
        EXPECT_NEAR(
            (*sums.begin())[i], double{v[i]} + .3 * packed_number(bytes, i) * double{factor}, 1e-4
        );
    double lost = 0, whole = 0;
    for (std::size_t i = 0; i < size; ++i) {
        const double number = numbers[i], kept = packed_number(bytes, i) * double{factor};
        lost += (number - kept) * (number - kept), whole += number * number;
    }
    EXPECT_LT(lost, .02 * whole); // .0115 of numbers without end
}

TEST(Directions, RowsAreAddedInTheirOrderWhateverTheirLength) {
    std::mt19937 random(6);
    std::normal_distribution<float> normal;
    for (const std::size_t count : {16, 32, 48, 64, 80, 256}) {
        std::vector<std::vector<std::uint8_t>> packed(5);
        std::vector<ScaledRow> rows;
        for (auto& bytes : packed) {
            std::vector<float> numbers(count);
            for (auto& number : numbers)
                number = normal(random);
            rows.push_back({pack(numbers, bytes) * normal(random), PackedRow{bytes}});
        }
        std::vector<float> expected(count, .5F);
        for (const auto& [factor, row] : rows)
            for (std::size_t i = 0; i < count; ++i) {
                const auto byte = row.bytes[i % (count / 2)];
                const int number = 2 * (i < count / 2 ? byte & 15 : byte >> 4) - 15;
                expected[i] += factor * static_cast<float>(number);
            }
        const auto sums = on_every_width([&] {
            std::vector<float> to(count, .5F);
            add_scaled(to, rows);
            return std::vector<double>(to.begin(), to.end());
        });
        EXPECT_EQ(sums, (std::set{std::vector<double>(expected.begin(), expected.end())})) << count;
    }
}

} // namespace
} // namespace jishi::matching
