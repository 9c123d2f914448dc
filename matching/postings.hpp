// Which listings of a segment hold a term, and how often, in few bytes.
#pragma once

#include "matching/slot_set.hpp"
#include "matching/terms.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace jishi::matching {

struct Posting {
    SlotIndex slot;
    TermCount count;
};

// Appends the list. REQUIRES: at least one posting, ascending slots.
void encode(std::span<const Posting> postings, std::vector<std::uint8_t>& bytes);

// How many bytes the list takes that was encoded at the front of `bytes`, of listings below
// `slots`; nothing if there is none. Trusts nothing.
std::optional<std::size_t> encoded_size(std::span<const std::uint8_t> bytes, std::size_t slots);

// Those of the sought slots that hold a term.
struct Holders {
    std::vector<std::uint32_t> numbers; // among the sought
    std::vector<TermCount> counts;      // and for each of these how often it holds the term
    // To work with: places in both, whose count may be another; their slots; and found of these.
    std::vector<std::uint32_t> left;
    std::vector<SlotIndex> slots;
    std::vector<std::uint32_t> places;
};

// A view of an encoded list: the listings that hold the term, most of them as often as each other;
// then those of them that do not, most of them as often as each other; and so on, to a few that are
// named one by one. So who looks for a listing's count mostly finds it in one set and misses it in
// the next. Where that takes more bytes, the counts of all stand in the order of the listings.
class PostingList {
public:
    // REQUIRES: `at` is where a list was encoded.
    explicit PostingList(const std::uint8_t* at);
    explicit PostingList(Posting single) : listings_(single.slot), usual_(single.count) {}

    std::uint32_t size() const { return listings_.size(); }
    const SlotSet& listings() const { return listings_; }
    TermCount usual_count() const { return usual_; } // of those in no other set
    // Whether the counts stand in the order of the listings: then there are no further sets.
    bool has_counts() const { return counts_ != nullptr; }
    // visit(set, count, before): of these the count is not `before`, as said so far, but `count`,
    // unless a later set says otherwise; until it returns false.
    template<class Visit>
    void for_each_more(Visit visit) const {
        const auto *label = more_, *at = listings_.end();
        auto before = usual_;
        for (unsigned i = 0; i < more_count_; ++i, label += label_bytes) {
            const SlotSet set(label, at);
            at = set.end();
            const auto count = low(*label);
            if (!visit(set, count, before)) return;
            if (set.size() > 1) before = count;
        }
    }

    // Which of the sought slots are in the list. `out` is written anew.
    void find(const SoughtSlots& sought, Holders& out) const;

    // visit(slot, count), ascending slots.
    template<class Visit>
    void for_each(Visit visit) const {
        if (has_counts()) {
            std::uint32_t place = 0;
            return listings_.for_each([&](SlotIndex slot) { visit(slot, count_at(place++)); });
        }
        const auto others = unusual();
        auto other = others.begin();
        listings_.for_each([&](SlotIndex slot) {
            const bool differs = other != others.end() && other->slot == slot;
            visit(slot, differs ? (other++)->count : usual_);
        });
    }

private:
    friend std::optional<std::size_t>
    encoded_size(std::span<const std::uint8_t> bytes, std::size_t slots);
    friend void encode(std::span<const Posting> postings, std::vector<std::uint8_t>& bytes);
    static TermCount low(std::uint8_t byte) {
        return {static_cast<std::uint8_t>(byte & count_mask)};
    }
    TermCount count_at(std::uint32_t place) const {
        return low(static_cast<std::uint8_t>(counts_[place / 2] >> 4 * (place % 2)));
    }
    static constexpr auto label_bytes = SlotSet::label_bytes;
    static constexpr std::uint8_t count_mask = 0x0F, has_more = 0x80; // of a label's mark
    std::vector<Posting> unusual() const;                             // ascending slots

    unsigned more_count_ = 0;
    const std::uint8_t* more_ = nullptr; // the labels of the further sets
    SlotSet listings_;
    TermCount usual_;
    const std::uint8_t* counts_ = nullptr; // four bits each
};

} // namespace jishi::matching
