// Which listings of a segment hold a term, and how often, in few bytes. Three shapes, by how many
// there are:
//
//   short    two bytes a listing
//   blocked  256 counts, then one byte a listing: of each run of 256 listings those that hold it
//   dense    one bit a listing of the segment
//
// Most listings hold a term the same number of times: that count is written once, and the listings
// that differ are written out behind.
#pragma once

#include "matching/terms.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <vector>

namespace jishi::matching {

inline constexpr std::size_t segment_listings_max = 65'536;
using SlotIndex = std::uint16_t;

struct Posting {
    SlotIndex slot;
    TermCount count;
};

// Appends the list in its shortest shape. REQUIRES: at least one posting, ascending slots.
void encode(std::span<const Posting> postings, std::vector<std::uint8_t>& bytes);

// How many bytes the list of `count` postings takes that was encoded at the front of `bytes`, of
// listings below `slots`; nothing if there is no such list. Trusts nothing.
std::optional<std::size_t>
encoded_size(std::span<const std::uint8_t> bytes, std::uint32_t count, std::size_t slots);

// A view of an encoded list.
class PostingList {
public:
    // REQUIRES: `at` is where a list of `count` postings was encoded.
    PostingList(const std::uint8_t* at, std::uint32_t count);
    explicit PostingList(Posting single)
        : shape_(Shape::single), usual_(single.count), count_(1), single_(single.slot) {}

    std::uint32_t size() const { return count_; }
    TermCount usual_count() const { return usual_; } // of the listings that are no exceptions
    bool has_exceptions() const { return exception_count_ > 0; }

    // Ascending slots.
    template<class Visit>
    void for_each_slot(Visit visit) const {
        switch (shape_) {
        case Shape::single:
            visit(single_);
            return;
        case Shape::short_list:
            for (std::uint32_t i = 0; i < count_; ++i)
                visit(slot_at(slots_ + 2 * i));
            return;
        case Shape::blocked: {
            const auto* low = slots_ + blocks;
            for (std::uint32_t block = 0; block < blocks; ++block)
                for (auto left = slots_[block]; left > 0; --left)
                    visit(static_cast<SlotIndex>(block << 8 | *low++));
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

    // The listings that hold it another number of times than usual; ascending slots.
    template<class Visit>
    void for_each_exception(Visit visit) const {
        for (std::uint32_t i = 0; i < exception_count_; ++i)
            visit(slot_at(exceptions_ + 3 * i), TermCount{exceptions_[3 * i + 2]});
    }

    // Calls visit(i) for each of the ascending slots that is in the list.
    template<class Visit>
    void probe(std::span<const SlotIndex> wanted, Visit visit) const {
        switch (shape_) {
        case Shape::single:
            if (const auto at = std::ranges::lower_bound(wanted, single_);
                at != wanted.end() && *at == single_)
                visit(static_cast<std::size_t>(at - wanted.begin()));
            return;
        case Shape::short_list: {
            std::uint32_t at = 0;
            for (std::size_t i = 0; i < wanted.size() && at < count_; ++i) {
                at = first_not_below(wanted[i], at);
                if (at < count_ && slot_at(slots_ + 2 * at) == wanted[i]) visit(i);
            }
            return;
        }
        case Shape::blocked: {
            std::uint32_t block = 0;
            const auto* low = slots_ + blocks;
            for (std::size_t i = 0; i < wanted.size(); ++i) {
                for (; block < static_cast<std::uint32_t>(wanted[i] >> 8); ++block)
                    low += slots_[block];
                if (std::memchr(low, wanted[i] & 0xFF, slots_[block]) != nullptr) visit(i);
            }
            return;
        }
        case Shape::dense:
            for (std::size_t i = 0; i < wanted.size(); ++i)
                if ((slots_[wanted[i] >> 3] >> (wanted[i] & 7) & 1) != 0) visit(i);
        }
    }

    // The same with the count: visit(i, count).
    template<class Visit>
    void probe_counts(std::span<const SlotIndex> wanted, Visit visit) const {
        std::uint32_t exception = 0;
        probe(wanted, [&](std::size_t i) {
            while (exception < exception_count_ && slot_at(exceptions_ + 3 * exception) < wanted[i])
                ++exception;
            const bool differs =
                exception < exception_count_ && slot_at(exceptions_ + 3 * exception) == wanted[i];
            visit(i, differs ? TermCount{exceptions_[3 * exception + 2]} : usual_);
        });
    }

    template<class Visit>
    void for_each(Visit visit) const { // visit(slot, count)
        std::uint32_t exception = 0;
        for_each_slot([&](SlotIndex slot) {
            const bool differs =
                exception < exception_count_ && slot_at(exceptions_ + 3 * exception) == slot;
            visit(slot, differs ? TermCount{exceptions_[3 * exception++ + 2]} : usual_);
        });
    }

private:
    enum class Shape : std::uint8_t { short_list, blocked, dense, single };
    static constexpr std::uint32_t blocks = 256, dense_bytes = segment_listings_max / 8;
    static constexpr std::uint8_t usual_mask = 0x0F, shape_shift = 4, excepted = 0x80;
    friend void encode(std::span<const Posting> postings, std::vector<std::uint8_t>& bytes);
    friend std::optional<std::size_t>
    encoded_size(std::span<const std::uint8_t> bytes, std::uint32_t count, std::size_t slots);
    bool is_sound(std::size_t slots) const;

    static SlotIndex slot_at(const std::uint8_t* at) {
        return static_cast<SlotIndex>(at[0] | at[1] << 8);
    }
    std::uint64_t bits_at(std::uint32_t word) const {
        std::uint64_t bits;
        std::memcpy(&bits, slots_ + 8 * word, sizeof bits);
        return bits;
    }
    std::uint32_t first_not_below(SlotIndex wanted, std::uint32_t from) const {
        std::uint32_t step = 1, to = from;
        while (to < count_ && slot_at(slots_ + 2 * to) < wanted)
            from = to + 1, to += step, step *= 2;
        to = std::min(to, count_);
        while (from < to) {
            const auto middle = (from + to) / 2;
            if (slot_at(slots_ + 2 * middle) < wanted)
                from = middle + 1;
            else
                to = middle;
        }
        return from;
    }

    Shape shape_;
    TermCount usual_;
    std::uint32_t count_, exception_count_ = 0;
    SlotIndex single_ = 0;
    const std::uint8_t *slots_ = nullptr, *exceptions_ = nullptr;
};

} // namespace jishi::matching
