// Inner loops over the numbers of meanings: in vectors as wide as the processor has them, with the
// same result to the last bit on every one.
#pragma once

#include <cstdint>
#include <span>

namespace jishi::matching {

inline constexpr std::size_t direction_step = 16; // sizes are multiples of this

// to[i] += factor * from[i]. REQUIRES: equal sizes.
void add_scaled(std::span<float> to, float factor, std::span<const std::int8_t> from);

// The sum of v_i v_j matrix_ij. REQUIRES: a row of the size of `v` for each of its numbers.
double quadratic_form(std::span<const float> matrix, std::span<const float> v);

} // namespace jishi::matching
