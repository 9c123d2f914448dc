#include "matching/postings.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <numeric>

namespace jishi::matching {

// The label of the listings and, if not all counts are the same, the counts of the further levels;
// then the listings, and the bits of each level.
void encode(std::span<const Posting> postings, std::vector<std::uint8_t>& bytes) {
    assert(!postings.empty());
    thread_local std::vector<SlotIndex> slots;
    thread_local std::vector<std::uint8_t> set, is_other;
    thread_local std::vector<Posting> left;
    std::array<std::uint32_t, TermCount::packed_count> seen{};
    slots.clear();
    for (const auto& [slot, count] : postings)
        slots.push_back(slot), ++seen[count.packed];
    std::array<std::uint8_t, TermCount::packed_count> order{}; // those seen, the most usual first
    auto* end = order.begin();
    for (std::uint8_t count = 0; count < TermCount::packed_count; ++count)
        if (seen[count] > 0) *end++ = count;
    std::sort(order.begin(), end, [&](std::uint8_t a, std::uint8_t b) {
        return seen[a] != seen[b] ? seen[a] > seen[b] : a < b;
    });
    const auto counts = end - order.begin();
    const auto mark_of = [&](std::ptrdiff_t level) {
        const auto more = level + 1 < counts ? PostingList::has_more : 0;
        return static_cast<std::uint8_t>(order[static_cast<std::size_t>(level)] | more);
    };

    set.clear();
    SlotSet::encode(slots, mark_of(0), bytes, set);
    for (std::ptrdiff_t level = 1; level < counts; ++level)
        bytes.push_back(mark_of(level));
    bytes.insert(bytes.end(), set.begin(), set.end());
    if (counts > 1) left.assign(postings.begin(), postings.end());
    for (std::ptrdiff_t level = 0; level + 1 < counts; ++level) {
        const auto has_its_count = [usual = order[static_cast<std::size_t>(level)]](const auto& one
                                   ) { return one.count.packed == usual; };
        is_other.resize(left.size());
        std::ranges::transform(left, is_other.begin(), [&](const Posting& one) {
            return has_its_count(one) ? 0 : 1;
        });
        RankedBits::encode(is_other, bytes);
        std::erase_if(left, has_its_count);
    }
}

PostingList::PostingList(const std::uint8_t* at)
    : listings_(at, at + SlotSet::label_bytes), usual_(low(*at)) {
    if ((*at & has_more) == 0) return;
    levels_ = at + SlotSet::label_bytes;
    const auto* set = levels_;
    while ((*set++ & has_more) != 0) {
    }
    listings_ = SlotSet(at, set);
}

void PostingList::find(const SoughtSlots& sought, Holders& out) const {
    out.numbers.resize(sought.slots().size());
    out.places.resize(sought.slots().size());
    const auto* const end = listings_.find(sought, out.numbers.data(), out.places.data());
    auto found = static_cast<std::size_t>(end - out.numbers.data());
    out.numbers.resize(found);
    out.counts.assign(found, usual_);
    if (found == 0 || levels_ == nullptr) return;
    out.left.resize(found);
    std::iota(out.left.begin(), out.left.end(), 0U);
    for_each_level([&](const RankedBits& bits, TermCount count) {
        found = bits.keep(std::span(out.places).first(found), out.left.data());
        for (std::size_t i = 0; i < found; ++i)
            out.counts[out.left[i]] = count;
        return found > 0;
    });
}

Layers::Layers(const PostingList& list) {
    layer_.row = list.listings_.bits();
    if (layer_.row != nullptr) return;
    list.listings_.read(slots_.data());
    layer_.slots = std::span(slots_).first(list.size());
}

void Layers::keep(const RankedBits& bits) {
    get();
    kept_ = bits;
}

const Layer& Layers::get() {
    if (!kept_) return layer_;
    if (layer_.row == nullptr) {
        layer_.slots = std::span(slots_).first(kept_->keep(slots_.data()));
    } else {
        kept_->spread(layer_.row, row_.size(), row_.data());
        layer_ = {.row = row_.data(), .stays = false};
    }
    kept_.reset();
    return layer_;
}

PostingList::CountReader::CountReader(const PostingList& list) {
    counts_[0] = list.usual_;
    list.for_each_level([&](const RankedBits& bits, TermCount count) {
        if (levels_ == bits_.size()) return false;
        bits_[levels_] = bits;
        counts_[++levels_] = count;
        return true;
    });
}

std::optional<std::size_t> encoded_size(std::span<const std::uint8_t> bytes, std::size_t slots) {
    if (bytes.size() < SlotSet::label_bytes) return std::nullopt;
    const auto levels = bytes.subspan(SlotSet::label_bytes);
    auto left = levels;
    if ((bytes[0] & PostingList::has_more) != 0) {
        const auto last = std::ranges::find_if(levels, [](std::uint8_t level) {
            return (level & PostingList::has_more) == 0;
        });
        if (last == levels.end()) return std::nullopt;
        left = levels.subspan(static_cast<std::size_t>(last - levels.begin()) + 1);
    }
    const auto listings = SlotSet::checked(bytes.data(), left, slots);
    if (!listings) return std::nullopt;
    left = left.subspan(static_cast<std::size_t>(listings->end() - left.data()));
    auto size = listings->size();
    auto mark = bytes[0];
    for (std::size_t level = 0; (mark & PostingList::has_more) != 0; ++level) {
        if (!RankedBits::are_sound(left, size)) return std::nullopt;
        const RankedBits bits(left.data(), size);
        size = bits.total();
        if (size == 0 || size == bits.count()) return std::nullopt;
        left = left.subspan(RankedBits::bytes_of(bits.count()));
        mark = levels[level];
    }
    return bytes.size() - left.size();
}

} // namespace jishi::matching
