// What a text means, as far as words are known: a direction, in two bits a number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace jishi::matching {

// A bit for each number, the lowest of a byte first, that says whether it is negative; then one for
// each that says whether it is large. A small number is 1, a large one 3: of a normal deviate no
// four levels at equal distances lose less. Some number of a direction is large: where none is, no
// word of the text was known. Empty without a model; as many numbers as a multiple of 16.
using Meaning = std::vector<std::uint8_t>;
using MeaningView = std::span<const std::uint8_t>;

constexpr std::size_t meaning_bytes(std::size_t dimensions) {
    return dimensions / 4;
}
// What a direction is long of which the numbers of a meaning are the nearest.
double meaning_length(std::size_t dimensions);

// The nearest to a direction, however long that is; of zeros, that no word was known.
Meaning meaning_along(std::span<const float> direction);
std::vector<std::int8_t> numbers_of(MeaningView meaning); // zeros where no word was known

// How alike two meanings are: the sum of products of their numbers; 0 where either is empty or of
// no known word. REQUIRES: equal dimensions where both are there.
std::int32_t alignment(MeaningView a, MeaningView b);
// The same of each of many, one behind the other, with another.
std::vector<std::int32_t> alignments(MeaningView all, MeaningView with);

} // namespace jishi::matching
