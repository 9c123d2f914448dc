#include "matching/directions.hpp"

#include <array>
#include <numeric>

// Compiled once for each width of vectors; which of them runs is chosen where it runs.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "matching/directions.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace jishi::matching::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Floats = hn::CappedTag<float, direction_step>;

// A number is twice what stands in its half byte, less fifteen. Two vectors of each half of `to`
// stay where they are for all rows.
template<class D>
void add_rows(D floats, float* to, std::size_t count, std::span<const ScaledRow> rows) {
    const hn::Rebind<std::int32_t, D> integers;
    const hn::Rebind<std::uint8_t, D> bytes;
    const auto low_bits = hn::Set(integers, 15), less = hn::Set(integers, 15);
    const auto plus = [&](auto sum, auto scale, auto halves) HWY_ATTR {
        const auto numbers = hn::ConvertTo(floats, hn::Sub(hn::Add(halves, halves), less));
        return hn::Add(sum, hn::Mul(scale, numbers));
    };
    const auto lanes = hn::Lanes(floats), half = count / 2;
    for (std::size_t at = 0; at < half; at += 2 * lanes) {
        const auto next = at + lanes < half ? at + lanes : at; // the same once more: no harm
        auto low = hn::LoadU(floats, to + at), high = hn::LoadU(floats, to + half + at);
        auto next_low = hn::LoadU(floats, to + next),
             next_high = hn::LoadU(floats, to + half + next);
        for (const auto& [factor, row] : rows) {
            const auto scale = hn::Set(floats, factor);
            const auto both = hn::PromoteTo(integers, hn::LoadU(bytes, row.bytes.data() + at));
            const auto both_next =
                hn::PromoteTo(integers, hn::LoadU(bytes, row.bytes.data() + next));
            low = plus(low, scale, hn::And(both, low_bits));
            high = plus(high, scale, hn::ShiftRight<4>(both));
            next_low = plus(next_low, scale, hn::And(both_next, low_bits));
            next_high = plus(next_high, scale, hn::ShiftRight<4>(both_next));
        }
        hn::StoreU(low, floats, to + at), hn::StoreU(high, floats, to + half + at);
        hn::StoreU(next_low, floats, to + next), hn::StoreU(next_high, floats, to + half + next);
    }
}

void add_scaled_rows(float* to, std::size_t count, std::span<const ScaledRow> rows) {
    if (count % (2 * direction_step) == 0)
        add_rows(hn::CappedTag<float, direction_step>(), to, count, rows);
    else
        add_rows(hn::CappedTag<float, direction_step / 2>(), to, count, rows);
}

double squares_of(const float* v, std::size_t count) {
    const Floats floats;
    std::array<float, direction_step> sums;
    for (std::size_t at = 0; at < direction_step; at += hn::Lanes(floats)) {
        auto sum = hn::Zero(floats);
        for (std::size_t i = at; i < count; i += direction_step) {
            const auto values = hn::LoadU(floats, v + i);
            sum = hn::Add(sum, hn::Mul(values, values));
        }
        hn::StoreU(sum, floats, sums.data() + at);
    }
    return std::accumulate(sums.begin(), sums.end(), 0.0);
}

// Sixteen sums, however wide a vector is, and then these from first to last.
double quadratic_form_of(const float* matrix, const float* v, std::size_t count) {
    const Floats floats;
    double out = 0;
    for (std::size_t row = 0; row < count; ++row, matrix += count) {
        std::array<float, direction_step> sums;
        for (std::size_t at = 0; at < direction_step; at += hn::Lanes(floats)) {
            auto sum = hn::Zero(floats);
            for (std::size_t i = at; i < count; i += direction_step)
                sum =
                    hn::Add(sum, hn::Mul(hn::LoadU(floats, matrix + i), hn::LoadU(floats, v + i)));
            hn::StoreU(sum, floats, sums.data() + at);
        }
        float along = 0;
        for (const auto sum : sums)
            along += sum;
        out += static_cast<double>(v[row]) * static_cast<double>(along);
    }
    return out;
}

} // namespace jishi::matching::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <algorithm>
#include <cassert>
#include <cmath>

namespace jishi::matching {

HWY_EXPORT(add_scaled_rows);
HWY_EXPORT(squares_of);
HWY_EXPORT(quadratic_form_of);

float pack(std::span<const float> numbers, std::vector<std::uint8_t>& bytes) {
    // Of a normal deviate, in its deviation: the least is lost of sixteen levels so far apart (Max
    // 1960, table II).
    constexpr double distance = .3352;
    double squares = 0;
    for (const double number : numbers)
        squares += number * number;
    const auto step = distance * std::sqrt(squares / static_cast<double>(numbers.size()));
    const auto level_of = [&](float number) {
        if (step == 0) return 8;
        return std::clamp(static_cast<int>(std::floor(static_cast<double>(number) / step)), -8, 7) +
               8;
    };
    const auto half = numbers.size() / 2;
    for (std::size_t i = 0; i < half; ++i)
        bytes.push_back(
            static_cast<std::uint8_t>(level_of(numbers[i]) | level_of(numbers[half + i]) << 4)
        );
    return static_cast<float>(step / 2);
}

void add_scaled(std::span<float> to, std::span<const ScaledRow> rows) {
    assert(to.size() % direction_step == 0);
    for ([[maybe_unused]] const auto& one : rows)
        assert(packed_bytes(to.size()) == one.row.bytes.size());
    HWY_DYNAMIC_DISPATCH(add_scaled_rows)(to.data(), to.size(), rows);
}

double squares(std::span<const float> v) {
    assert(v.size() % direction_step == 0);
    return HWY_DYNAMIC_DISPATCH(squares_of)(v.data(), v.size());
}

double quadratic_form(std::span<const float> matrix, std::span<const float> v) {
    assert(matrix.size() == v.size() * v.size() && v.size() % direction_step == 0);
    return HWY_DYNAMIC_DISPATCH(quadratic_form_of)(matrix.data(), v.data(), v.size());
}

} // namespace jishi::matching
#endif
