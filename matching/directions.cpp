#include "matching/directions.hpp"

#include <array>

// Compiled once for each width of vectors; which of them runs is chosen where it runs.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "matching/directions.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace jishi::matching::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Floats = hn::CappedTag<float, direction_step>;

// A number is twice what stands in its half byte, less fifteen.
void add_scaled_row(float* to, float factor, const std::uint8_t* from, std::size_t count) {
    const hn::CappedTag<float, direction_step / 2> floats;
    const hn::Rebind<std::int32_t, decltype(floats)> integers;
    const hn::Rebind<std::uint8_t, decltype(floats)> bytes;
    const auto scale = hn::Set(floats, factor);
    const auto low_bits = hn::Set(integers, 15), less = hn::Set(integers, 15);
    const auto add = [&](float* at, auto halves) HWY_ATTR {
        const auto numbers = hn::ConvertTo(floats, hn::Sub(hn::Add(halves, halves), less));
        hn::StoreU(hn::Add(hn::LoadU(floats, at), hn::Mul(scale, numbers)), floats, at);
    };
    for (std::size_t i = 0; i < count / 2; i += hn::Lanes(floats)) {
        const auto both = hn::PromoteTo(integers, hn::LoadU(bytes, from + i));
        add(to + i, hn::And(both, low_bits));
        add(to + count / 2 + i, hn::ShiftRight<4>(both));
    }
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

HWY_EXPORT(add_scaled_row);
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

void add_scaled(std::span<float> to, float factor, const PackedRow& from) {
    assert(packed_bytes(to.size()) == from.bytes.size() && to.size() % direction_step == 0);
    HWY_DYNAMIC_DISPATCH(add_scaled_row)(to.data(), factor, from.bytes.data(), to.size());
}

double quadratic_form(std::span<const float> matrix, std::span<const float> v) {
    assert(matrix.size() == v.size() * v.size() && v.size() % direction_step == 0);
    return HWY_DYNAMIC_DISPATCH(quadratic_form_of)(matrix.data(), v.data(), v.size());
}

} // namespace jishi::matching
#endif
