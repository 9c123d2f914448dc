#include "matching/slot_set.hpp"

#include <array>
#include <cassert>

namespace jishi::matching {

namespace {

void append_slot(std::size_t slot, std::vector<std::uint8_t>& bytes) {
    bytes.push_back(static_cast<std::uint8_t>(slot & 0xFF));
    bytes.push_back(static_cast<std::uint8_t>(slot >> 8));
}

// Nobody can foresee which are there: no branch.
std::uint32_t*
find_in_bits(const std::uint8_t* bits, std::span<const SlotIndex> wanted, std::uint32_t* out) {
    for (std::uint32_t i = 0; i < wanted.size(); ++i) {
        *out = i;
        out += bits[wanted[i] >> 3] >> (wanted[i] & 7) & 1;
    }
    return out;
}

// Whether one of so few bytes is the wanted one; up to the end, there is something to read.
bool holds(
    const std::uint8_t* bytes, std::uint32_t count, const std::uint8_t* end, std::uint8_t wanted
) {
    constexpr std::uint64_t ones = 0x0101'0101'0101'0101, highest = ones << 7;
    const auto* const stop = bytes + count;
    if (end - stop < 8) return std::memchr(bytes, wanted, count) != nullptr;
    for (; bytes < stop; bytes += 8) {
        std::uint64_t eight = 0;
        std::memcpy(&eight, bytes, sizeof eight);
        eight ^= ones * wanted; // zero where it stands
        const auto found = (eight - ones) & ~eight & highest;
        if (stop - bytes < 8) return found << 8 * (8 - (stop - bytes)) != 0;
        if (found != 0) return true;
    }
    return false;
}

} // namespace

SlotSet::Shape SlotSet::shape_for(std::span<const SlotIndex> slots, std::uint32_t blocked_most) {
    if (slots.size() == 1) return Shape::single;
    if (slots.size() <= few_max) return Shape::few;
    if (slots.size() > blocked_most) return Shape::dense;
    // A count is a byte: a full block of 256 does not fit.
    for (std::size_t i = 255; i < slots.size(); ++i)
        if (slots[i] >> 8 == slots[i - 255] >> 8) return Shape::dense;
    return Shape::blocked;
}

void SlotSet::encode(
    std::span<const SlotIndex> slots,
    std::uint8_t mark,
    std::vector<std::uint8_t>& labels,
    std::vector<std::uint8_t>& sets,
    std::uint32_t blocked_most
) {
    assert(!slots.empty());
    const auto shape = shape_for(slots, blocked_most);
    labels.push_back(static_cast<std::uint8_t>(mark | static_cast<unsigned>(shape) << shape_shift));
    append_slot(shape == Shape::single ? slots[0] : slots.size() - 1, labels);
    switch (shape) {
    case Shape::single:
        return;
    case Shape::few:
        for (const auto slot : slots)
            append_slot(slot, sets);
        return;
    case Shape::blocked: {
        std::array<std::uint8_t, blocks> counts{};
        for (const auto slot : slots)
            ++counts[slot >> 8];
        sets.insert(sets.end(), counts.begin(), counts.end());
        for (const auto slot : slots)
            sets.push_back(static_cast<std::uint8_t>(slot & 0xFF));
        return;
    }
    case Shape::dense: {
        const auto begin = sets.size();
        sets.resize(begin + dense_bytes, 0);
        for (const auto slot : slots)
            sets[begin + (slot >> 3)] |= static_cast<std::uint8_t>(1U << (slot & 7));
    }
    }
}

std::vector<SlotIndex> SlotSet::all() const {
    std::vector<SlotIndex> out;
    if (shape_ == Shape::blocked) {
        out.resize(size_ + blocked_step);
        unblock(out.data());
        out.resize(size_);
    } else {
        out.reserve(size_);
        for_each([&](SlotIndex slot) { out.push_back(slot); });
    }
    return out;
}

std::uint32_t* SlotSet::find(std::span<const SlotIndex> wanted, std::uint32_t* out) const {
    switch (shape_) {
    case Shape::single:
        if (const auto at = std::ranges::lower_bound(wanted, single_);
            at != wanted.end() && *at == single_)
            *out++ = static_cast<std::uint32_t>(at - wanted.begin());
        return out;
    case Shape::few:
        look_up(wanted, [&](std::uint32_t place, std::uint32_t) { *out++ = place; });
        return out;
    case Shape::blocked: {
        if (wanted.size() < size_ / 4) return find_in_blocks(wanted, out);
        std::array<std::uint8_t, dense_bytes> bits{};
        for_each([&](SlotIndex slot) {
            bits[slot >> 3] |= static_cast<std::uint8_t>(1U << (slot & 7));
        });
        return find_in_bits(bits.data(), wanted, out);
    }
    case Shape::dense:
        return find_in_bits(slots_, wanted, out);
    }
    return out;
}

// Where each would stand, some at a time, before any is looked at: memory is far.
std::uint32_t*
SlotSet::find_in_blocks(std::span<const SlotIndex> wanted, std::uint32_t* out) const {
    constexpr std::size_t step = 32;
    std::array<const std::uint8_t*, step> lows;
    std::uint32_t block = 0;
    const auto *low = slots_ + blocks, *const end = this->end();
    for (std::size_t begin = 0; begin < wanted.size(); begin += step) {
        const auto stop = std::min(begin + step, wanted.size());
        for (auto i = begin; i < stop; ++i) {
            for (const std::uint32_t own = wanted[i] >> 8; block < own; ++block)
                low += slots_[block];
            lows[i - begin] = low;
            __builtin_prefetch(low);
        }
        for (auto i = begin; i < stop; ++i) {
            const auto slot = wanted[i];
            *out = static_cast<std::uint32_t>(i);
            const auto count = slots_[slot >> 8];
            out += holds(lows[i - begin], count, end, static_cast<std::uint8_t>(slot)) ? 1 : 0;
        }
    }
    return out;
}

std::optional<SlotSet> SlotSet::checked(
    const std::uint8_t* label, std::span<const std::uint8_t> bytes, std::size_t slots
) {
    const SlotSet set(label, bytes.data());
    const auto shape = set.shape_;
    if (set.encoded_size() > bytes.size()) return std::nullopt;
    std::uint64_t seen = 0;
    if (shape == Shape::blocked) {
        if (set.size_ > blocked_max) return std::nullopt;
        for (std::uint32_t block = 0; block < blocks; ++block)
            seen += set.slots_[block];
    }
    if (shape == Shape::dense)
        for (std::uint32_t word = 0; word < dense_bytes / 8; ++word)
            seen += static_cast<std::uint64_t>(__builtin_popcountll(set.bits_at(word)));
    if ((shape == Shape::blocked || shape == Shape::dense) && seen != set.size_)
        return std::nullopt;
    std::int64_t before = -1;
    bool ascending = true;
    set.for_each([&](SlotIndex slot) {
        ascending &= slot > before;
        before = slot;
    });
    if (!ascending || before >= static_cast<std::int64_t>(slots)) return std::nullopt;
    return set;
}

} // namespace jishi::matching
