// Inner loops over the numbers of meanings: in vectors as wide as the processor has them, with the
// same result to the last bit on every one.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace jishi::matching {

inline constexpr std::size_t direction_step = 16; // sizes are multiples of this

// Odd numbers of four bits, -15..15: of two that stand half a row apart the first is in the lower
// half of a byte, each as what it is above -15, halved.
struct PackedRow {
    std::span<const std::uint8_t> bytes;
};
constexpr std::size_t packed_bytes(std::size_t numbers) {
    return numbers / 2;
}
// Appends the numbers that times the factor that is returned are nearest to these.
float pack(std::span<const float> numbers, std::vector<std::uint8_t>& bytes);
struct ScaledRow {
    float factor;
    PackedRow row;
};
// to[i] += factor * row[i] of each, in their order. REQUIRES: equal sizes.
void add_scaled(std::span<float> to, std::span<const ScaledRow> rows);

// The sum of v_i v_i.
double squares(std::span<const float> v);

// The sum of v_i v_j matrix_ij. REQUIRES: a row of the size of `v` for each of its numbers.
double quadratic_form(std::span<const float> matrix, std::span<const float> v);

} // namespace jishi::matching
