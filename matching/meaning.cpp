#include "matching/meaning.hpp"

#include "matching/directions.hpp"

#include <cassert>
#include <cmath>
#include <cstring>

// Compiled once for each width of vectors; which of them runs is chosen where it runs.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "matching/meaning.cpp"

#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format off: behind the others
#include "matching/words-inl.hpp"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace jishi::matching::HWY_NAMESPACE {

// With m for large and x for unlike signs, the product of two numbers is
// (1 - 2x) (1 + 2 m_a + 2 m_b + 4 m_a m_b).
void align(
    const std::uint8_t* all,
    std::size_t count,
    const std::uint8_t* with,
    std::size_t row_bytes,
    std::int32_t* out
) {
    const auto half = row_bytes / 2;
    const auto numbers = static_cast<std::uint32_t>(8 * half);
    const auto read = [half](const std::uint8_t* row, std::size_t at) HWY_ATTR {
        if (at + 8 <= half) return word_at(row + at, 0);
        std::uint64_t last = 0;
        std::memcpy(&last, row + at, half - at);
        return last;
    };
    for (std::size_t i = 0; i < count; ++i, all += row_bytes) {
        std::uint32_t large = 0, with_large = 0, both_large = 0;
        std::uint32_t unlike = 0, unlike_large = 0, unlike_both = 0; // of unlike signs
        for (std::size_t at = 0; at < half; at += 8) {
            const auto x = read(all, at) ^ read(with, at);
            const auto a = read(all + half, at), b = read(with + half, at);
            large += set_in(a), with_large += set_in(b), both_large += set_in(a & b);
            unlike += set_in(x), unlike_large += set_in(a & x) + set_in(b & x);
            unlike_both += set_in(a & b & x);
        }
        const bool are_known = large > 0 && with_large > 0;
        const auto all_alike = numbers + 2 * (large + with_large) + 4 * both_large;
        const auto of_unlike = unlike + 2 * unlike_large + 4 * unlike_both;
        out[i] = are_known ? static_cast<std::int32_t>(all_alike - 2 * of_unlike) : 0;
    }
}

} // namespace jishi::matching::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace jishi::matching {

HWY_EXPORT(align);

namespace {
// Of a normal deviate, in its deviation: from here on it is large. (Max 1960, table II: four levels
// at equal distances.)
constexpr double large_from = .9957;
} // namespace

double meaning_length(std::size_t dimensions) {
    return 2 / large_from * std::sqrt(static_cast<double>(dimensions));
}

Meaning meaning_along(std::span<const float> direction) {
    const auto squares = matching::squares(direction);
    Meaning out(meaning_bytes(direction.size()), 0);
    if (squares == 0) return out;
    const auto large = large_from * std::sqrt(squares / static_cast<double>(direction.size()));
    for (std::size_t i = 0; i < direction.size(); i += 8) {
        unsigned negative = 0, great = 0;
        for (unsigned bit = 0; bit < 8; ++bit) { // without branches, which nothing foretells
            const double value = direction[i + bit];
            negative |= static_cast<unsigned>(value < 0) << bit;
            great |= static_cast<unsigned>(std::abs(value) >= large) << bit;
        }
        out[i / 8] = static_cast<std::uint8_t>(negative);
        out[(direction.size() + i) / 8] = static_cast<std::uint8_t>(great);
    }
    return out;
}

std::vector<std::int8_t> numbers_of(MeaningView meaning) {
    const auto count = 4 * meaning.size();
    const auto is_set = [&](std::size_t bit) { return (meaning[bit / 8] >> bit % 8 & 1) != 0; };
    std::vector<std::int8_t> out(count);
    bool is_known = false;
    for (std::size_t i = 0; i < count; ++i) {
        const int size = is_set(count + i) ? 3 : 1;
        out[i] = static_cast<std::int8_t>(is_set(i) ? -size : size);
        is_known |= size > 1;
    }
    if (!is_known) out.assign(count, 0);
    return out;
}

std::int32_t alignment(MeaningView a, MeaningView b) {
    if (a.empty() || b.empty()) return 0;
    assert(a.size() == b.size());
    std::int32_t out = 0;
    HWY_DYNAMIC_DISPATCH(align)(a.data(), 1, b.data(), b.size(), &out);
    return out;
}

std::vector<std::int32_t> alignments(MeaningView all, MeaningView with) {
    if (with.empty()) return {};
    assert(all.size() % with.size() == 0);
    std::vector<std::int32_t> out(all.size() / with.size());
    HWY_DYNAMIC_DISPATCH(align)(all.data(), out.size(), with.data(), with.size(), out.data());
    return out;
}

} // namespace jishi::matching
#endif
