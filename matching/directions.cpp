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

void add_scaled_row(float* to, float factor, const std::int8_t* from, std::size_t count) {
    const Floats floats;
    const hn::Rebind<std::int32_t, Floats> integers;
    const hn::Rebind<std::int8_t, Floats> bytes;
    const auto scale = hn::Set(floats, factor);
    for (std::size_t i = 0; i < count; i += hn::Lanes(floats)) {
        const auto numbers =
            hn::ConvertTo(floats, hn::PromoteTo(integers, hn::LoadU(bytes, from + i)));
        hn::StoreU(hn::Add(hn::LoadU(floats, to + i), hn::Mul(scale, numbers)), floats, to + i);
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
#include <cassert>

namespace jishi::matching {

HWY_EXPORT(add_scaled_row);
HWY_EXPORT(quadratic_form_of);

void add_scaled(std::span<float> to, float factor, std::span<const std::int8_t> from) {
    assert(to.size() == from.size() && to.size() % direction_step == 0);
    HWY_DYNAMIC_DISPATCH(add_scaled_row)(to.data(), factor, from.data(), to.size());
}

double quadratic_form(std::span<const float> matrix, std::span<const float> v) {
    assert(matrix.size() == v.size() * v.size() && v.size() % direction_step == 0);
    return HWY_DYNAMIC_DISPATCH(quadratic_form_of)(matrix.data(), v.data(), v.size());
}

} // namespace jishi::matching
#endif
