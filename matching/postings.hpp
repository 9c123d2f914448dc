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

// How many bytes the list of `count` postings takes that was encoded at the front of `bytes`, of
// listings below `slots`; nothing if there is no such list. Trusts nothing.
std::optional<std::size_t>
encoded_size(std::span<const std::uint8_t> bytes, std::uint32_t count, std::size_t slots);

// Those of the sought slots that hold a term.
struct Holders {
    std::vector<std::uint32_t> numbers;  // among the sought
    std::vector<TermCount> counts;       // of each of the sought, if it holds the term
    std::vector<std::uint32_t> in_group; // of the numbers, those of the group that was asked last
};

// A view of an encoded list: the listings that hold the term, most of them as often as each other,
// and in groups those that hold it another number of times.
class PostingList {
public:
    // REQUIRES: `at` is where a list of `count` postings was encoded.
    PostingList(const std::uint8_t* at, std::uint32_t count);
    explicit PostingList(Posting single) : listings_(single.slot), usual_(single.count) {}

    std::uint32_t size() const { return listings_.size(); }
    const SlotSet& listings() const { return listings_; }
    TermCount usual_count() const { return usual_; } // of those in no group
    // visit(set, count): each listing is in one group at most.
    template<class Visit>
    void for_each_group(Visit visit) const {
        const auto* at = groups_;
        for (unsigned group = 0; group < group_count_; ++group) {
            const TermCount count{static_cast<std::uint8_t>(*at & count_mask)};
            const SlotSet set(at);
            at = set.end();
            visit(set, count);
        }
    }

    // Which of the sought slots are in the list. `out` is written anew.
    void find(const SoughtSlots& sought, Holders& out) const;

    // visit(slot, count), ascending slots.
    template<class Visit>
    void for_each(Visit visit) const {
        const auto others = grouped();
        auto other = others.begin();
        listings_.for_each([&](SlotIndex slot) {
            const bool differs = other != others.end() && other->slot == slot;
            visit(slot, differs ? (other++)->count : usual_);
        });
    }

private:
    friend std::optional<std::size_t>
    encoded_size(std::span<const std::uint8_t> bytes, std::uint32_t count, std::size_t slots);
    friend void encode(std::span<const Posting> postings, std::vector<std::uint8_t>& bytes);
    static constexpr std::uint8_t count_mask = 0x0F, has_groups = 0x80; // of a head
    std::vector<Posting> grouped() const;                               // ascending slots

    SlotSet listings_;
    TermCount usual_;
    unsigned group_count_ = 0;
    const std::uint8_t* groups_ = nullptr;
};

} // namespace jishi::matching
