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

// Where the wanted one of so few bytes stands, or `count`.
std::uint32_t place_of(std::uint8_t wanted, const std::uint8_t* bytes, std::uint32_t count) {
    constexpr std::uint64_t ones = 0x0101'0101'0101'0101, highest = ones << 7;
    for (std::uint32_t place = 0; place < count; place += 8) {
        std::uint64_t eight = 0;
        std::memcpy(&eight, bytes + place, sizeof eight);
        eight ^= ones * wanted; // zero where it stands
        const auto found = (eight - ones) & ~eight & highest;
        if (found == 0) continue;
        return std::min(count, place + static_cast<std::uint32_t>(__builtin_ctzll(found)) / 8);
    }
    return count;
}

// What is found, of what nobody can foresee: no branch.
struct Numbers {
    std::uint32_t*& numbers;
    void put(std::uint32_t number, std::uint32_t, bool is_found) {
        *numbers = number;
        numbers += is_found ? 1 : 0;
    }
};
struct NumbersAndPlaces {
    std::uint32_t *&numbers, *places;
    void put(std::uint32_t number, std::uint32_t place, bool is_found) {
        *numbers = number, *places = place;
        numbers += is_found ? 1 : 0, places += is_found ? 1 : 0;
    }
};

} // namespace

SlotSet::Shape SlotSet::shape_for(std::span<const SlotIndex> slots) {
    if (slots.size() == 1) return Shape::single;
    if (slots.size() <= few_max) return Shape::few;
    if (slots.size() > blocked_max) return Shape::dense;
    // A count is a byte: a full block of 256 does not fit.
    for (std::size_t i = 255; i < slots.size(); ++i)
        if (slots[i] >> 8 == slots[i - 255] >> 8) return Shape::dense;
    return Shape::blocked;
}

void SlotSet::encode(
    std::span<const SlotIndex> slots,
    std::uint8_t mark,
    std::vector<std::uint8_t>& labels,
    std::vector<std::uint8_t>& sets
) {
    assert(!slots.empty());
    const auto shape = shape_for(slots);
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
        std::vector<std::uint8_t> held(segment_listings_max, 0);
        for (const auto slot : slots)
            held[slot] = 1;
        RankedBits::encode(held, sets);
    }
    }
}

std::vector<SlotIndex> SlotSet::all() const {
    std::vector<SlotIndex> out;
    out.reserve(size_);
    for_each([&](SlotIndex slot) { out.push_back(slot); });
    return out;
}

// Of blocks a few at a time whether one holds so many or not: how many, nobody can foresee.
void SlotSet::read(SlotIndex* out) const {
    constexpr std::uint32_t at_once = read_ahead_bytes;
    using Lows = std::uint8_t __attribute__((vector_size(at_once)));
    using Slots = SlotIndex __attribute__((vector_size(2 * at_once)));
    if (shape_ != Shape::blocked) return for_each([&](SlotIndex slot) { *out++ = slot; });
    const auto* low = slots_ + blocks;
    for (std::uint32_t block = 0; block < blocks; ++block) {
        const auto first = static_cast<SlotIndex>(block << 8);
        for (std::uint32_t place = 0; place < slots_[block]; place += at_once) {
            Lows lows;
            std::memcpy(&lows, low + place, sizeof lows);
            const auto all = __builtin_convertvector(lows, Slots) | first;
            std::memcpy(out + place, &all, sizeof all);
        }
        low += slots_[block], out += slots_[block];
    }
}

std::uint32_t* SlotSet::find(std::span<const SlotIndex> wanted, std::uint32_t* out) const {
    switch (shape_) {
    case Shape::single:
        if (const auto at = std::ranges::lower_bound(wanted, single_);
            at != wanted.end() && *at == single_)
            *out++ = static_cast<std::uint32_t>(at - wanted.begin());
        return out;
    case Shape::few:
        look_up(wanted, [&](std::uint32_t number, std::uint32_t) { *out++ = number; });
        return out;
    case Shape::blocked: {
        if (wanted.size() < size_ / 4) return find_in_blocks(wanted, Numbers{out}), out;
        std::array<std::uint8_t, dense_bytes> held{};
        for_each([&](SlotIndex slot) {
            held[slot >> 3] |= static_cast<std::uint8_t>(1U << (slot & 7));
        });
        return find_in_bits(held.data(), wanted, out);
    }
    case Shape::dense:
        return find_in_bits(slots_, wanted, out);
    }
    return out;
}

std::uint32_t*
SlotSet::find(const SoughtSlots& sought, std::uint32_t* numbers, std::uint32_t* places) const {
    const auto wanted = sought.slots();
    const auto put = [&](std::uint32_t number, std::uint32_t place) {
        *numbers++ = number, *places++ = place;
    };
    if (shape_ == Shape::single) {
        if (sought.has(single_)) put(sought.number_of(single_), 0);
        return numbers;
    }
    if (shape_ == Shape::dense) {
        auto* const end = find_in_bits(slots_, wanted, numbers);
        const auto found = static_cast<std::size_t>(end - numbers);
        for (std::size_t i = 0; i < found; ++i)
            places[i] = wanted[numbers[i]];
        RankedBits(slots_, segment_listings_max).rank({places, found});
        return end;
    }
    if (shape_ == Shape::blocked && wanted.size() < size_ / 4) {
        find_in_blocks(wanted, NumbersAndPlaces{numbers, places});
        return numbers;
    }
    if (wanted.size() < size_ / 16) {
        look_up(wanted, put);
        return numbers;
    }
    std::uint32_t place = 0, number = 0;
    for_each([&](SlotIndex slot) {
        if (sought.has(slot)) put(number = sought.number_of(slot, number), place);
        ++place;
    });
    return numbers;
}

// Where each would stand, some at a time, before any is looked at: memory is far.
template<class Out>
void SlotSet::find_in_blocks(std::span<const SlotIndex> wanted, Out out) const {
    constexpr std::size_t step = 32;
    std::array<std::uint32_t, step> starts;
    std::uint32_t block = 0, start = 0;
    const auto* const lows = slots_ + blocks;
    for (std::size_t begin = 0; begin < wanted.size(); begin += step) {
        const auto stop = std::min(begin + step, wanted.size());
        for (auto i = begin; i < stop; ++i) {
            for (const std::uint32_t own = wanted[i] >> 8; block < own; ++block)
                start += slots_[block];
            starts[i - begin] = start;
            __builtin_prefetch(lows + start);
        }
        for (auto i = begin; i < stop; ++i) {
            const auto count = slots_[wanted[i] >> 8];
            const auto first = starts[i - begin];
            const auto place = place_of(static_cast<std::uint8_t>(wanted[i]), lows + first, count);
            out.put(static_cast<std::uint32_t>(i), first + place, place < count);
        }
    }
}

std::optional<SlotSet> SlotSet::checked(
    const std::uint8_t* label, std::span<const std::uint8_t> bytes, std::size_t slots
) {
    const SlotSet set(label, bytes.data());
    const auto shape = set.shape_;
    if (set.encoded_size() > bytes.size()) return std::nullopt;
    if (shape == Shape::few && set.size_ > few_max) return std::nullopt;
    std::uint64_t seen = 0;
    if (shape == Shape::blocked) {
        if (set.size_ > blocked_max) return std::nullopt;
        for (std::uint32_t block = 0; block < blocks; ++block)
            seen += set.slots_[block];
    }
    if (shape == Shape::dense) {
        if (!RankedBits::are_sound(bytes, segment_listings_max)) return std::nullopt;
        seen = RankedBits(bytes.data(), segment_listings_max).total();
    }
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
