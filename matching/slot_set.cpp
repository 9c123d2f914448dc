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

} // namespace

void SlotSet::encode(
    std::span<const SlotIndex> slots,
    std::uint8_t mark,
    std::vector<std::uint8_t>& labels,
    std::vector<std::uint8_t>& sets
) {
    assert(!slots.empty());
    const auto shape = shape_for(slots.size());
    labels.push_back(static_cast<std::uint8_t>(mark | static_cast<unsigned>(shape) << shape_shift));
    append_slot(shape == Shape::single ? slots[0] : slots.size() - 1, labels);
    switch (shape) {
    case Shape::single:
        return;
    case Shape::few:
        for (const auto slot : slots)
            append_slot(slot, sets);
        return;
    case Shape::blocked:
        return BlockedSlots::encode(slots, sets);
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

void SlotSet::read(SlotIndex* out) const {
    if (shape_ == Shape::blocked) return blocked().read(out);
    for_each([&](SlotIndex slot) { *out++ = slot; });
}

std::uint32_t* SlotSet::look_up(std::span<const SlotIndex> wanted, std::uint32_t* out) const {
    const auto* const first = wanted.data();
    const auto* at = first;
    for (std::uint32_t i = 0; i < size_; ++i) {
        at = std::lower_bound(at, first + wanted.size(), few_at(i));
        if (at == first + wanted.size()) break;
        if (*at == few_at(i)) *out++ = static_cast<std::uint32_t>(at - first);
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
        return look_up(wanted, out);
    case Shape::blocked: {
        if (is_worth_asking(wanted.size())) {
            std::array<std::uint32_t, blocked_max / all_read_from> places;
            return out + blocked().find(wanted, out, places.data());
        }
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
    if (shape_ == Shape::dense) {
        auto* const end = find_in_bits(slots_, wanted, numbers);
        const auto found = static_cast<std::size_t>(end - numbers);
        for (std::size_t i = 0; i < found; ++i)
            places[i] = wanted[numbers[i]];
        RankedBits(slots_, segment_listings_max).rank({places, found});
        return end;
    }
    if (shape_ == Shape::blocked && is_worth_asking(wanted.size()))
        return numbers + blocked().find(wanted, numbers, places);
    std::uint32_t place = 0, number = 0;
    for_each([&](SlotIndex slot) {
        if (sought.has(slot))
            *numbers++ = number = sought.number_of(slot, number), *places++ = place;
        ++place;
    });
    return numbers;
}

std::optional<SlotSet> SlotSet::checked(
    const std::uint8_t* label, std::span<const std::uint8_t> bytes, std::size_t slots
) {
    const SlotSet set(label, bytes.data());
    const auto shape = set.shape_;
    if (set.encoded_size() > bytes.size()) return std::nullopt;
    if (shape == Shape::few && set.size_ > few_max) return std::nullopt;
    if (shape == Shape::blocked &&
        (set.size_ > blocked_max || !BlockedSlots::are_sound(bytes, set.size_)))
        return std::nullopt;
    if (shape == Shape::dense) {
        const RankedBits bits(bytes.data(), segment_listings_max);
        if (!RankedBits::are_sound(bytes, segment_listings_max) || bits.total() != set.size_)
            return std::nullopt;
        for (auto slot = static_cast<std::uint32_t>(slots); slot < segment_listings_max; ++slot)
            if (bits.has(slot)) return std::nullopt;
        return set;
    }
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
