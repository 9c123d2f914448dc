#include "matching/slot_set.hpp"

#include <array>
#include <cassert>

namespace jishi::matching {

namespace {

void append_slot(std::size_t slot, std::vector<std::uint8_t>& bytes) {
    bytes.push_back(static_cast<std::uint8_t>(slot & 0xFF));
    bytes.push_back(static_cast<std::uint8_t>(slot >> 8));
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
