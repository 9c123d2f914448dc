#include "matching/sweep.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstring>

// Compiled once for each width of vectors; which of them runs is chosen where it runs.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "matching/sweep.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace jishi::matching::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Lanes = hn::CappedTag<std::uint16_t, Sweep::stride>;
using Floats = hn::CappedTag<float, Sweep::stride>;

// Where vectors are narrower than a byte has bits.
void add_one_by_one(
    Sweep::Sum* sums, std::size_t count, const std::uint8_t* const* rows, const Sweep::Sum* amounts
) {
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t row = 0; row < Sweep::rows_at_once; ++row)
            if ((rows[row][i / 8] >> (i % 8) & 1) != 0)
                sums[i] = static_cast<Sweep::Sum>(sums[i] + amounts[row]);
}

template<bool is_half>
void add_each(
    Sweep::Sum* sums, std::size_t count, const std::uint8_t* const* rows, const Sweep::Sum* amounts
) {
    const Lanes lanes;
    if (hn::Lanes(lanes) % 8 != 0) return add_one_by_one(sums, count, rows, amounts);
    const auto first = hn::Set(lanes, amounts[0]), second = hn::Set(lanes, amounts[1]),
               third = hn::Set(lanes, amounts[2]), fourth = hn::Set(lanes, amounts[3]),
               fifth = hn::Set(lanes, amounts[4]), sixth = hn::Set(lanes, amounts[5]),
               seventh = hn::Set(lanes, amounts[6]), eighth = hn::Set(lanes, amounts[7]);
    for (std::size_t i = 0; i < count; i += hn::Lanes(lanes)) {
        const auto masked = [&](std::size_t row, auto amount) HWY_ATTR {
            return hn::IfThenElseZero(hn::LoadMaskBits(lanes, rows[row] + i / 8), amount);
        };
        auto sum = hn::Add(
            hn::Add(masked(0, first), masked(1, second)),
            hn::Add(masked(2, third), masked(3, fourth))
        );
        if constexpr (!is_half) {
            const auto others = hn::Add(
                hn::Add(masked(4, fifth), masked(5, sixth)),
                hn::Add(masked(6, seventh), masked(7, eighth))
            );
            sum = hn::Add(sum, others);
        }
        hn::StoreU(hn::Add(hn::LoadU(lanes, sums + i), sum), lanes, sums + i);
    }
}

// Some of eight rows; the first four are added alone if they are all. REQUIRES: `count` is a
// multiple of the stride; eight bytes can be read behind the last of a row.
void add_rows(
    Sweep::Sum* sums,
    std::size_t count,
    const std::uint8_t* const* rows,
    const Sweep::Sum* amounts,
    std::size_t row_count
) {
    (row_count <= 4 ? add_each<true> : add_each<false>)(sums, count, rows, amounts);
}

// What the table says of each byte: sixteen of its entries at a time, those that any byte asks for.
// REQUIRES: `count` is a multiple of the stride.
void look_up(
    const std::uint8_t* bytes, std::size_t count, const std::uint8_t* table, std::uint8_t* out
) {
    const hn::CappedTag<std::uint8_t, Sweep::stride> lanes;
    if (hn::Lanes(lanes) < 16) {
        std::transform(bytes, bytes + count, out, [&](std::uint8_t byte) { return table[byte]; });
        return;
    }
    const auto low_bits = hn::Set(lanes, std::uint8_t{15});
    unsigned least = UINT8_MAX, most = 0;
    for (std::size_t i = 0; i < count; ++i) {
        least = std::min<unsigned>(least, bytes[i]);
        most = std::max<unsigned>(most, bytes[i]);
    }
    for (std::size_t i = 0; i < count; i += hn::Lanes(lanes)) {
        const auto all = hn::LoadU(lanes, bytes + i), low = hn::And(all, low_bits),
                   high = hn::AndNot(low_bits, all);
        auto found = hn::Zero(lanes);
        for (auto part = least / 16 * 16; part <= most; part += 16) {
            const auto here = hn::Eq(high, hn::Set(lanes, static_cast<std::uint8_t>(part)));
            const auto entries = hn::LoadDup128(lanes, table + part);
            found = hn::IfThenElse(here, hn::TableLookupBytes(entries, low), found);
        }
        hn::StoreU(found, lanes, out + i);
    }
}

void make_scores(
    const Sweep::Sum* one,
    const Sweep::Sum* other,
    const std::uint8_t* impacts,
    Sweep::Sum quarter,
    std::vector<Sweep::Sum>& scores
) {
    const Lanes lanes;
    const hn::Rebind<std::uint8_t, Lanes> bytes;
    const auto share = hn::Set(lanes, quarter), rounding = hn::Set(lanes, Sweep::Sum{1}),
               most = hn::Set(lanes, static_cast<Sweep::Sum>(Sweep::sum_max));
    for (std::size_t i = 0; i < scores.size(); i += hn::Lanes(lanes)) {
        // Rounded down here, up by one: but nothing is nothing.
        const auto more = hn::LoadU(lanes, other + i);
        const auto part = hn::Add(hn::MulHigh(more, share), hn::Min(more, rounding));
        const auto half = hn::SaturatedAdd(part, part);
        const auto sum = hn::SaturatedAdd(hn::LoadU(lanes, one + i), hn::SaturatedAdd(half, half));
        const auto impact = hn::PromoteTo(lanes, hn::LoadU(bytes, impacts + i));
        const auto product = hn::MulHigh(sum, hn::ShiftLeft<8>(impact));
        // A sum that did not fit may be anything.
        const auto score = hn::IfThenElse(hn::Eq(sum, most), most, product);
        hn::StoreU(score, lanes, scores.data() + i);
    }
}

std::size_t count_of(const std::vector<Sweep::Sum>& scores, Sweep::Sum least) {
    const Lanes lanes;
    const auto below = hn::Set(lanes, static_cast<Sweep::Sum>(least - 1));
    std::size_t out = 0;
    for (std::size_t i = 0; i < scores.size(); i += hn::Lanes(lanes))
        out += hn::CountTrue(lanes, hn::Gt(hn::LoadU(lanes, scores.data() + i), below));
    return out;
}

template<class Tag, class Number>
Sweep::Stride
next_above(Tag lanes, const std::vector<Number>& numbers, std::size_t begin, Number below) {
    const auto bar = hn::Set(lanes, below);
    for (; begin < numbers.size(); begin += Sweep::stride) {
        std::uint64_t reached = 0;
        for (std::size_t i = 0; i < Sweep::stride; i += hn::Lanes(lanes)) {
            const auto above = hn::Gt(hn::LoadU(lanes, numbers.data() + begin + i), bar);
            if (hn::AllFalse(lanes, above)) continue;
            std::array<std::uint8_t, sizeof reached> bits{};
            hn::StoreMaskBits(lanes, above, bits.data());
            std::uint64_t here = 0;
            std::memcpy(&here, bits.data(), sizeof here);
            reached |= here << i;
        }
        if (reached != 0) return {begin, reached};
    }
    return {begin, 0};
}

Sweep::Stride
next_score(const std::vector<Sweep::Sum>& scores, std::size_t begin, Sweep::Sum least) {
    return next_above(Lanes(), scores, begin, static_cast<Sweep::Sum>(least - 1));
}

Sweep::Stride next_bound(const std::vector<float>& bounds, std::size_t begin, float below) {
    return next_above(Floats(), bounds, begin, below);
}

// REQUIRES: `count` is a multiple of the stride.
void make_bounds(
    const std::array<SweptBounds::Part, SweptBounds::parts>& of,
    const float* bases,
    std::size_t count,
    float* out
) {
    const Floats floats;
    const hn::Rebind<std::uint16_t, Floats> shorts;
    const hn::RebindToSigned<hn::Rebind<std::uint32_t, Floats>> integers;
    for (std::size_t i = 0; i < count; i += hn::Lanes(floats)) {
        auto sum = hn::Neg(hn::LoadU(floats, bases + i));
        for (const auto& part : of) {
            const auto counted = hn::ConvertTo(
                floats, hn::PromoteTo(integers, hn::LoadU(shorts, part.sweep->sums().data() + i))
            );
            const auto factor =
                hn::Mul(hn::Set(floats, part.unit), hn::LoadU(floats, part.factors + i));
            sum = hn::Add(sum, hn::Mul(factor, counted));
        }
        hn::StoreU(sum, floats, out + i);
    }
}

} // namespace jishi::matching::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace jishi::matching {

HWY_EXPORT(add_rows);
HWY_EXPORT(look_up);
HWY_EXPORT(make_scores);
HWY_EXPORT(count_of);
HWY_EXPORT(next_score);
HWY_EXPORT(next_bound);
HWY_EXPORT(make_bounds);

namespace {
constexpr std::array<std::uint8_t, SlotSet::dense_bytes + read_ahead_bytes> no_bits{};
} // namespace

void Sweep::begin(std::size_t listings) {
    sums_.assign((listings + stride - 1) / stride * stride, 0);
    rows_.fill(no_bits.data());
    amounts_.fill(0);
    row_count_ = 0;
}

void Sweep::add(const Layer& layer, Sum amount) {
    if (layer.row == nullptr) {
        auto* const sums = sums_.data();
        for (const auto slot : layer.slots)
            sums[slot] = static_cast<Sum>(sums[slot] + amount);
        return;
    }
    rows_[row_count_] = layer.row;
    if (!layer.stays) {
        own_rows_.resize(rows_at_once);
        auto& own = own_rows_[row_count_];
        std::memcpy(own.data(), layer.row, SlotSet::dense_bytes);
        rows_[row_count_] = own.data();
    }
    amounts_[row_count_] = amount;
    if (++row_count_ == rows_.size()) end();
}

void Sweep::end() {
    if (row_count_ == 0) return;
    HWY_DYNAMIC_DISPATCH(add_rows)
    (sums_.data(), sums_.size(), rows_.data(), amounts_.data(), row_count_);
    rows_.fill(no_bits.data());
    amounts_.fill(0);
    row_count_ = 0;
}

void SweptScores::make(
    const Sweep& one,
    const Sweep& other,
    Sweep::Sum quarter,
    std::span<const std::uint8_t> classes,
    const std::array<std::uint8_t, 256>& impacts
) {
    const auto size = one.sums().size(), whole = classes.size() / Sweep::stride * Sweep::stride;
    assert(size == other.sums().size() && classes.size() <= size);
    impacts_.assign(size, 0);
    HWY_DYNAMIC_DISPATCH(look_up)(classes.data(), whole, impacts.data(), impacts_.data());
    for (auto i = whole; i < classes.size(); ++i)
        impacts_[i] = impacts[classes[i]];
    scores_.resize(size);
    HWY_DYNAMIC_DISPATCH(make_scores)
    (one.sums().data(), other.sums().data(), impacts_.data(), quarter, scores_);
}

Sweep::Stride SweptScores::next_stride(std::size_t begin, Sweep::Sum least) const {
    assert(least > 0 && begin % Sweep::stride == 0);
    return HWY_DYNAMIC_DISPATCH(next_score)(scores_, begin, least);
}

void SweptBounds::make(const std::array<Part, parts>& of, std::span<const float> bases) {
    const auto size = bases.size(), whole = size / Sweep::stride * Sweep::stride;
    bounds_.assign((size + Sweep::stride - 1) / Sweep::stride * Sweep::stride, -INFINITY);
    HWY_DYNAMIC_DISPATCH(make_bounds)(of, bases.data(), whole, bounds_.data());
    for (auto i = whole; i < size; ++i) {
        bounds_[i] = -bases[i];
        for (const auto& part : of)
            bounds_[i] += part.unit * part.factors[i] * static_cast<float>(part.sweep->sums()[i]);
    }
}

Sweep::Stride SweptBounds::next_stride(std::size_t begin, float least) const {
    assert(begin % Sweep::stride == 0);
    return HWY_DYNAMIC_DISPATCH(next_bound)(bounds_, begin, std::nextafter(least, -INFINITY));
}

Sweep::Sum SweptScores::reached_by(std::size_t enough) const {
    const unsigned highest = *std::ranges::max_element(scores_);
    unsigned reached = 1, missed = highest + 1;
    while (missed > reached + highest / 256 + 1) {
        const auto middle = (reached + missed) / 2;
        const auto count = HWY_DYNAMIC_DISPATCH(count_of)(scores_, static_cast<Sweep::Sum>(middle));
        (count >= enough ? reached : missed) = middle;
    }
    return static_cast<Sweep::Sum>(reached);
}

} // namespace jishi::matching
#endif
