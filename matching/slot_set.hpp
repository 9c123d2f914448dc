// A set of listings of a segment in few bytes. Four shapes, by how many there are:
//
//   single   nothing but a label
//   few      two bytes a listing
//   blocked  a byte and an eighth a listing (blocked_slots.hpp)
//   dense    one bit a listing of the largest segment, and ranks (ranked_bits.hpp)
//
// A label says the shape and how many there are, or which single one, so that sets whose labels
// stand together are all found without reading any of them.
#pragma once

#include "matching/blocked_slots.hpp"
#include "matching/prefetch.hpp"
#include "matching/ranked_bits.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <vector>

namespace jishi::matching {

inline constexpr std::size_t segment_listings_max = 65'536;
using SlotIndex = std::uint16_t;

// Ascending slots that many sets are asked about.
class SoughtSlots {
public:
    // REQUIRES: `slots` outlives it.
    explicit SoughtSlots(std::span<const SlotIndex> slots) : slots_(slots) {
        for (const auto slot : slots)
            bits_[slot >> 6] |= std::uint64_t{1} << (slot & 63);
    }
    std::span<const SlotIndex> slots() const { return slots_; }
    bool has(SlotIndex slot) const { return (bits_[slot >> 6] >> (slot & 63) & 1) != 0; }
    // Which of them it is, none before `from`. REQUIRES: it has it.
    std::uint32_t number_of(SlotIndex slot, std::uint32_t from) const {
        return static_cast<std::uint32_t>(
            std::lower_bound(slots_.begin() + from, slots_.end(), slot) - slots_.begin()
        );
    }

private:
    std::span<const SlotIndex> slots_;
    std::array<std::uint64_t, segment_listings_max / 64> bits_{};
};

class SlotSet {
public:
    static constexpr std::size_t label_bytes = 3;
    static constexpr std::uint32_t few_max = 40; // of more, the set is not few
    // Dense sets are longer than blocked ones up to 7 479 slots, but faster to add up: so they
    // begin early.
    static constexpr std::uint32_t blocked_max = 4'000;
    // Appends the label, in whose first byte all bits but the shape's are those of `mark`, and the
    // set; `labels` and `sets` may be the same. REQUIRES: at least one slot, ascending.
    static void encode(
        std::span<const SlotIndex> slots,
        std::uint8_t mark,
        std::vector<std::uint8_t>& labels,
        std::vector<std::uint8_t>& sets
    );

    explicit SlotSet(SlotIndex single) : shape_(Shape::single), size_(1), single_(single) {}
    // REQUIRES: both are where a set was encoded, and behind it more can be read (ranked_bits.hpp).
    SlotSet(const std::uint8_t* label, const std::uint8_t* set)
        : shape_(shape_of(*label)), slots_(set) {
        if (shape_ == Shape::single)
            single_ = slot_at(label + 1), size_ = 1;
        else
            size_ = slot_at(label + 1) + 1U;
    }
    // The same if it all is there, of listings below `slots`. Trusts nothing but that there is a
    // label, and that behind the bytes more can be read.
    static std::optional<SlotSet>
    checked(const std::uint8_t* label, std::span<const std::uint8_t> set, std::size_t slots);

    std::uint32_t size() const { return size_; }
    const std::uint8_t* end() const { return slots_ + encoded_size(); } // of the bytes
    // One bit a listing of the largest segment, lowest first, where that is its shape; or null.
    static constexpr std::uint32_t dense_bytes = segment_listings_max / 8;
    const std::uint8_t* bits() const { return shape_ == Shape::dense ? slots_ : nullptr; }

    // Memory is far: the set will be read soon.
    void prefetch() const {
        if (shape_ == Shape::single) return;
        prefetch_lines(slots_, std::min<std::size_t>(encoded_size(), 1'024));
    }
    // The same, for whoever asks about these.
    void prefetch(std::span<const SlotIndex> wanted) const {
        if (shape_ != Shape::dense) return prefetch();
        for (const auto slot : wanted)
            prefetch_line(slots_ + (slot >> 3));
    }
    // Ascending slots.
    template<class Visit>
    void for_each(Visit visit) const {
        switch (shape_) {
        case Shape::single:
            visit(single_);
            return;
        case Shape::few:
            for (std::uint32_t i = 0; i < size_; ++i)
                visit(few_at(i));
            return;
        case Shape::blocked: {
            std::array<SlotIndex, room> all;
            read(all.data());
            for (std::uint32_t i = 0; i < size_; ++i)
                visit(all[i]);
            return;
        }
        case Shape::dense:
            for (std::uint32_t word = 0; word < dense_bytes / 8; ++word)
                for (auto bits = bits_at(word); bits != 0; bits &= bits - 1)
                    visit(static_cast<SlotIndex>(
                        word << 6 | static_cast<unsigned>(__builtin_ctzll(bits))
                    ));
        }
    }

    // Writes the numbers of those of the ascending slots that are in the set, ascending, to `out`,
    // which has room for all; returns where they end.
    std::uint32_t* find(std::span<const SlotIndex> wanted, std::uint32_t* out) const;
    // The same, and where each of them stands in the set. Most sets are so small that it is faster
    // to look for theirs among the sought.
    std::uint32_t*
    find(const SoughtSlots& sought, std::uint32_t* numbers, std::uint32_t* places) const;

    // Ascending.
    std::vector<SlotIndex> all() const;
    // The same in a place that has room for them, where they are not dense.
    static constexpr std::size_t room = blocked_max + BlockedSlots::more_room;
    void read(SlotIndex* out) const;

private:
    enum class Shape : std::uint8_t { single, few, blocked, dense };
    static constexpr unsigned shape_shift = 4; // of a mark

    static Shape shape_of(std::uint8_t mark) { return static_cast<Shape>(mark >> shape_shift & 3); }
    static Shape shape_for(std::size_t size) {
        if (size == 1) return Shape::single;
        if (size <= few_max) return Shape::few;
        return size <= blocked_max ? Shape::blocked : Shape::dense;
    }
    static SlotIndex slot_at(const std::uint8_t* at) {
        return static_cast<SlotIndex>(at[0] | at[1] << 8);
    }
    SlotIndex few_at(std::uint32_t i) const { return slot_at(slots_ + std::size_t{2} * i); }
    std::uint32_t encoded_size() const {
        switch (shape_) {
        case Shape::single:
            return 0;
        case Shape::few:
            return 2 * size_;
        case Shape::blocked:
            return static_cast<std::uint32_t>(BlockedSlots::bytes_of(size_));
        default:
            return static_cast<std::uint32_t>(RankedBits::bytes_of(segment_listings_max));
        }
    }
    // find() in a set of few.
    std::uint32_t* look_up(std::span<const SlotIndex> wanted, std::uint32_t* out) const;
    // Of so few that it is faster to look for each than to read them all.
    static constexpr std::uint32_t all_read_from = 8;
    bool is_worth_asking(std::size_t wanted) const { return wanted < size_ / all_read_from; }
    BlockedSlots blocked() const { return {slots_, size_}; }
    std::uint64_t bits_at(std::uint32_t word) const {
        std::uint64_t bits = 0;
        // NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): a set of this shape has bytes
        std::memcpy(&bits, slots_ + std::size_t{8} * word, sizeof bits);
        return bits;
    }
    Shape shape_;
    std::uint32_t size_ = 0;
    SlotIndex single_ = 0;
    const std::uint8_t* slots_ = nullptr;
};

} // namespace jishi::matching
