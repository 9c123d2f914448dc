#include "matching/ranked_bits.hpp"

// Compiled once for each width of vectors; which of them runs is chosen where it runs.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "matching/ranked_bits.cpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format off: behind the others
#include "matching/words-inl.hpp"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace jishi::matching::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// Of the lowest `count` bits, fewer than 64.
inline std::uint64_t lowest(std::uint64_t word, std::uint32_t count) {
    return word & ((std::uint64_t{1} << count) - 1);
}

// `counts`: those that stand behind the bits.
inline std::uint32_t
rank_of(const std::uint8_t* bits, const std::uint8_t* counts, std::uint32_t place) {
    constexpr auto step = RankedBits::step;
    const auto first = place / step;
    std::uint32_t out = 0;
    if (first > 0) {
        const auto* const at = counts + std::size_t{2} * (first - 1);
        out = static_cast<std::uint32_t>(at[0] | at[1] << 8);
    }
    for (auto word = first * (step / 64); word < place / 64; ++word)
        out += set_in(word_at(bits, word));
    return out + set_in(lowest(word_at(bits, place / 64), place % 64));
}

void rank_all(
    const std::uint8_t* bits, const std::uint8_t* counts, std::uint32_t* places, std::size_t count
) {
    for (std::size_t i = 0; i < count; ++i)
        places[i] = rank_of(bits, counts, places[i]);
}

// Nobody can foresee which are set: no branch.
std::size_t keep_places(
    const std::uint8_t* bits, std::uint32_t* places, std::uint32_t* numbers, std::size_t n
) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const auto place = places[i];
        places[kept] = place;
        numbers[kept] = numbers[i];
        kept += bits[place >> 3] >> (place & 7) & 1;
    }
    return kept;
}

std::size_t keep_numbers(const std::uint8_t* bits, std::uint32_t count, std::uint16_t* numbers) {
    const hn::CappedTag<std::uint16_t, 32> lanes;
    auto* out = numbers;
    std::size_t i = 0;
    const auto at_once = hn::Lanes(lanes); // whole bytes of bits, or one by one
    for (; at_once % 8 == 0 && i + at_once <= count; i += at_once) {
        const auto mask = hn::LoadMaskBits(lanes, bits + i / 8);
        hn::StoreU(hn::Compress(hn::LoadU(lanes, numbers + i), mask), lanes, out);
        out += hn::CountTrue(lanes, mask);
    }
    for (; i < count; ++i) {
        *out = numbers[i];
        out += bits[i >> 3] >> (i & 7) & 1;
    }
    return static_cast<std::size_t>(out - numbers);
}

void spread_bits(
    const std::uint8_t* bits, const std::uint8_t* row, std::size_t row_bytes, std::uint8_t* out
) {
    std::size_t place = 0;
    for (std::size_t word = 0; word < row_bytes / 8; ++word) {
        const auto set = word_at(row, word);
        // Those from `place` on, as many as there are set ones; seven of 64 may be missing.
        const auto count = set_in(set);
        auto next = bits_from(bits, place);
        if (count > 57) next |= std::uint64_t{bits[place / 8 + 8]} << 1 << (63 - place % 8);
        const auto kept = deposited(next, set);
        std::memcpy(out + 8 * word, &kept, sizeof kept);
        place += count;
    }
}

// Whether the counts are those of so many steps.
bool are_counted(const std::uint8_t* bits, const std::uint8_t* counts, std::size_t steps) {
    std::uint32_t set = 0;
    for (std::size_t i = 0; i < steps; ++i) {
        constexpr auto bytes = RankedBits::step / 8;
        set += set_in(bits + i * bytes, bytes);
        if (static_cast<std::uint32_t>(counts[2 * i] | counts[2 * i + 1] << 8) != set) return false;
    }
    return true;
}

} // namespace jishi::matching::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace jishi::matching {

HWY_EXPORT(rank_all);
HWY_EXPORT(keep_places);
HWY_EXPORT(keep_numbers);
HWY_EXPORT(spread_bits);
HWY_EXPORT(are_counted);

void RankedBits::encode(std::span<const std::uint8_t> bits, std::vector<std::uint8_t>& bytes) {
    const auto begin = bytes.size();
    bytes.resize(begin + bytes_of(static_cast<std::uint32_t>(bits.size())));
    auto* to = bytes.data() + begin;
    auto* counts = to + (bits.size() + 7) / 8;
    std::uint32_t set = 0;
    for (std::size_t i = 0; i < bits.size(); i += 8) {
        if (i > 0 && i % step == 0) {
            *counts++ = static_cast<std::uint8_t>(set & 0xFF);
            *counts++ = static_cast<std::uint8_t>(set >> 8);
        }
        std::uint64_t eight = 0;
        std::memcpy(&eight, &bits[i], std::min<std::size_t>(8, bits.size() - i));
        // Each byte's bit comes to the highest byte, to its place there.
        *to = static_cast<std::uint8_t>(eight * 0x0102'0408'1020'4080 >> 56);
        set += static_cast<std::uint32_t>(std::popcount(*to++));
    }
}

bool RankedBits::are_sound(std::span<const std::uint8_t> bytes, std::uint32_t count) {
    if (count == 0 || bytes.size() < bytes_of(count)) return false;
    const auto* const counts = bytes.data() + (count + 7) / 8;
    if (!HWY_DYNAMIC_DISPATCH(are_counted)(bytes.data(), counts, (count - 1) / step)) return false;
    return count % 8 == 0 || bytes[count / 8] >> (count % 8) == 0;
}

std::uint32_t RankedBits::total() const {
    auto last = count_ - 1;
    rank(std::span(&last, 1));
    return last + (has(count_ - 1) ? 1 : 0);
}

void RankedBits::rank(std::span<std::uint32_t> places) const {
    HWY_DYNAMIC_DISPATCH(rank_all)
    (bits_, bits_ + (count_ + 7) / 8, places.data(), places.size());
}

std::size_t RankedBits::keep(std::span<std::uint32_t> places, std::uint32_t* numbers) const {
    const auto kept =
        HWY_DYNAMIC_DISPATCH(keep_places)(bits_, places.data(), numbers, places.size());
    rank(places.first(kept));
    return kept;
}

std::size_t RankedBits::keep(std::uint16_t* numbers) const {
    return HWY_DYNAMIC_DISPATCH(keep_numbers)(bits_, count_, numbers);
}

void RankedBits::spread(const std::uint8_t* row, std::size_t row_bytes, std::uint8_t* out) const {
    HWY_DYNAMIC_DISPATCH(spread_bits)(bits_, row, row_bytes, out);
}

} // namespace jishi::matching
#endif
