#include "matching/blocked_slots.hpp"

#include "matching/prefetch.hpp"

#include <algorithm>
#include <array>
#include <cstring>

// Compiled once for each width of vectors; which of them runs is chosen where it runs.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "matching/blocked_slots.cpp"

#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format off: behind the others
#include "matching/words-inl.hpp"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace jishi::matching::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// The n-th set bit, n from 0, stands at n + its block; both may be beyond 16 bits, their difference
// is not.
void read_slots(
    const std::uint8_t* bits, const std::uint8_t* lows, std::uint32_t count, std::uint16_t* out
) {
    const hn::CappedTag<std::uint16_t, BlockedSlots::more_room> lanes;
    const hn::Rebind<std::uint8_t, decltype(lanes)> bytes;
    const auto at_once = hn::Lanes(lanes); // whole bytes of bits, or one by one
    if (at_once % 8 != 0) {
        for (std::uint32_t bit = 0, n = 0; n < count; ++bit)
            if ((bits[bit >> 3] >> (bit & 7) & 1) != 0)
                out[n] = static_cast<std::uint16_t>((bit - n) << 8 | lows[n]), ++n;
        return;
    }
    auto blocks = hn::Iota(lanes, 0); // of set bits, were all before them set in these lanes
    const auto step = hn::Set(lanes, static_cast<std::uint16_t>(at_once));
    for (std::size_t bit = 0, n = 0; n < count; bit += at_once) {
        const auto is_set = hn::LoadMaskBits(lanes, bits + bit / 8);
        const auto own = hn::Sub(hn::Compress(blocks, is_set), hn::Iota(lanes, 0));
        const auto low = hn::PromoteTo(lanes, hn::LoadU(bytes, lows + n));
        hn::StoreU(hn::Or(hn::ShiftLeft<8>(own), low), lanes, out + n);
        const auto here = hn::CountTrue(lanes, is_set);
        n += here;
        blocks = hn::Add(blocks, hn::Sub(step, hn::Set(lanes, static_cast<std::uint16_t>(here))));
    }
}

// Where the wanted one of so few bytes stands, or `count`.
inline std::uint32_t place_of(std::uint8_t wanted, const std::uint8_t* bytes, std::uint32_t count) {
    constexpr std::uint64_t ones = 0x0101'0101'0101'0101, highest = ones << 7;
    for (std::uint32_t place = 0; place < count; place += 8) {
        const auto eight = word_at(bytes + place, 0) ^ (ones * wanted); // zero where it stands
        const auto found = (eight - ones) & ~eight & highest;
        if (found == 0) continue;
        return std::min(count, place + static_cast<std::uint32_t>(__builtin_ctzll(found)) / 8);
    }
    return count;
}

// How many bits from one on are set, up to one that is not.
inline std::uint32_t run_from(const std::uint8_t* bits, std::size_t bit) {
    constexpr std::uint32_t sure = 56; // of those that are read at once
    for (std::uint32_t run = 0;; run += sure) {
        const auto others = ~bits_from(bits, bit + run) | std::uint64_t{1} << sure;
        const auto here = static_cast<std::uint32_t>(__builtin_ctzll(others));
        if (here < sure) return run + here;
    }
}

// Where each would stand, some at a time, before any is looked at: memory is far. What is found
// nobody can foresee: no branch.
std::size_t find_slots(
    const std::uint8_t* bits,
    const std::uint8_t* lows,
    std::span<const std::uint16_t> wanted,
    std::uint32_t* numbers,
    std::uint32_t* places
) {
    constexpr std::size_t step = 32;
    std::array<std::uint32_t, step> firsts, counts;
    std::size_t word = 0, found = 0;
    std::uint32_t ended = 0; // blocks in the words before
    auto others = ~word_at(bits, word);
    for (std::size_t begin = 0; begin < wanted.size(); begin += step) {
        const auto stop = std::min(begin + step, wanted.size());
        for (auto i = begin; i < stop; ++i) {
            const std::uint32_t block = wanted[i] >> 8;
            for (auto here = set_in(others); ended + here < block; here = set_in(others))
                ended += here, others = ~word_at(bits, ++word);
            const auto bit =
                block == 0 ? 0 : 64 * word + place_of_set(others, block - ended - 1) + 1;
            firsts[i - begin] = static_cast<std::uint32_t>(bit) - block;
            counts[i - begin] = run_from(bits, bit);
            prefetch_line(lows + bit - block);
        }
        for (auto i = begin; i < stop; ++i) {
            const auto first = firsts[i - begin], count = counts[i - begin];
            const auto place = place_of(static_cast<std::uint8_t>(wanted[i]), lows + first, count);
            numbers[found] = static_cast<std::uint32_t>(i), places[found] = first + place;
            found += place < count ? 1 : 0;
        }
    }
    return found;
}

std::uint32_t count_set(const std::uint8_t* bits, std::size_t bytes) {
    return set_in(bits, bytes);
}

} // namespace jishi::matching::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace jishi::matching {

HWY_EXPORT(read_slots);
HWY_EXPORT(find_slots);
HWY_EXPORT(count_set);

void BlockedSlots::encode(std::span<const std::uint16_t> slots, std::vector<std::uint8_t>& bytes) {
    const auto begin = bytes.size();
    bytes.resize(begin + unary_bytes(static_cast<std::uint32_t>(slots.size())), 0);
    for (std::size_t n = 0; n < slots.size(); ++n) {
        const auto bit = n + (slots[n] >> 8);
        bytes[begin + bit / 8] |= static_cast<std::uint8_t>(1U << (bit % 8));
    }
    for (const auto slot : slots)
        bytes.push_back(static_cast<std::uint8_t>(slot & 0xFF));
}

bool BlockedSlots::are_sound(std::span<const std::uint8_t> bytes, std::uint32_t count) {
    if (bytes.size() < bytes_of(count)) return false;
    const auto unary = bytes.first(unary_bytes(count));
    const auto last = count + blocks - 1; // ends the last block, and nothing is set behind it
    if (unary[last / 8] >> (last % 8) != 0) return false;
    return HWY_DYNAMIC_DISPATCH(count_set)(unary.data(), unary.size()) == count;
}

void BlockedSlots::read(std::uint16_t* out) const {
    HWY_DYNAMIC_DISPATCH(read_slots)(bits_, lows(), count_, out);
}

std::size_t BlockedSlots::find(
    std::span<const std::uint16_t> wanted, std::uint32_t* numbers, std::uint32_t* places
) const {
    return HWY_DYNAMIC_DISPATCH(find_slots)(bits_, lows(), wanted, numbers, places);
}

} // namespace jishi::matching
#endif
