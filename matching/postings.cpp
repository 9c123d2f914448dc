#include "matching/postings.hpp"

#include <array>
#include <cassert>
#include <iterator>

namespace jishi::matching {

namespace {

constexpr std::size_t singles_max = 3; // more are shorter as one set

// Four bits each.
std::size_t counts_bytes(std::size_t listings) {
    return (listings + 1) / 2;
}
void append_counts(std::span<const Posting> postings, std::vector<std::uint8_t>& bytes) {
    const auto begin = bytes.size();
    bytes.resize(begin + counts_bytes(postings.size()), 0);
    for (std::size_t i = 0; i < postings.size(); ++i)
        bytes[begin + i / 2] |= static_cast<std::uint8_t>(postings[i].count.packed << 4 * (i % 2));
}

std::vector<SlotIndex> slots_of(std::span<const Posting> postings) {
    std::vector<SlotIndex> out;
    out.reserve(postings.size());
    for (const auto& posting : postings)
        out.push_back(posting.slot);
    return out;
}

// Whether the counts of all take no more bytes than sets of those whose count is not the usual.
bool are_counts_shorter(std::size_t listings, std::size_t unusual) {
    const auto in_sets = unusual > singles_max // at least
                             ? SlotSet::label_bytes + unusual * sizeof(SlotIndex)
                             : unusual * SlotSet::label_bytes;
    return listings <= SlotSet::few_max && counts_bytes(listings) <= in_sets;
}

} // namespace

// The label of the listings and, if not all counts are the same, how many other sets there are and
// their labels; then the sets. Or no other set, and then the listings and their counts.
void encode(std::span<const Posting> postings, std::vector<std::uint8_t>& bytes) {
    assert(!postings.empty());
    std::array<std::uint32_t, TermCount::packed_count> seen{};
    for (const auto& posting : postings)
        ++seen[posting.count.packed];
    const auto take_most_frequent = [&] {
        const auto most = std::ranges::max_element(seen);
        *most = 0;
        return static_cast<std::uint8_t>(most - seen.begin());
    };
    const auto usual = take_most_frequent();
    std::vector<Posting> rest;
    std::ranges::copy_if(postings, std::back_inserter(rest), [&](const Posting& one) {
        return one.count.packed != usual;
    });
    if (rest.empty()) return SlotSet::encode(slots_of(postings), usual, bytes, bytes);

    std::vector<std::uint8_t> sets;
    SlotSet::encode(slots_of(postings), usual | PostingList::has_more, bytes, sets);
    const auto count_at = bytes.size();
    bytes.push_back(0);
    if (are_counts_shorter(postings.size(), rest.size())) {
        append_counts(postings, sets);
        rest.clear();
    }
    for (; rest.size() > singles_max; ++bytes[count_at]) {
        const auto count = take_most_frequent();
        SlotSet::encode(slots_of(rest), count, bytes, sets, SlotSet::blocked_max);
        std::erase_if(rest, [&](const Posting& one) { return one.count.packed == count; });
    }
    for (const auto& [slot, count] : rest) {
        SlotSet::encode(std::span(&slot, 1), count.packed, bytes, sets);
        ++bytes[count_at];
    }
    bytes.insert(bytes.end(), sets.begin(), sets.end());
}

PostingList::PostingList(const std::uint8_t* at)
    : more_count_((*at & has_more) != 0 ? at[label_bytes] : 0), more_(at + label_bytes + 1),
      listings_(at, (*at & has_more) != 0 ? more_ + more_count_ * label_bytes : at + label_bytes),
      usual_(low(*at)) {
    if ((*at & has_more) != 0 && more_count_ == 0) counts_ = listings_.end();
}

void PostingList::find(const SoughtSlots& sought, Holders& out) const {
    if (has_counts()) {
        out.numbers.clear(), out.counts.clear();
        return listings_.find_places(sought, [&](std::uint32_t number, std::uint32_t place) {
            out.numbers.push_back(number), out.counts.push_back(count_at(place));
        });
    }
    out.numbers.resize(sought.slots().size());
    const auto* const end = listings_.find(sought, out.numbers.data());
    out.numbers.resize(static_cast<std::size_t>(end - out.numbers.data()));
    out.counts.assign(out.numbers.size(), usual_);
    if (out.numbers.empty() || more_count_ == 0) return;
    auto& left = out.left;
    left.clear(), out.slots.clear();
    for (std::uint32_t i = 0; i < out.numbers.size(); ++i)
        left.push_back(i), out.slots.push_back(sought.slots()[out.numbers[i]]);
    for_each_more([&](const SlotSet& set, TermCount count, TermCount) {
        out.places.resize(left.size());
        const auto* const stop = set.find(out.slots, out.places.data());
        for (const auto* place = out.places.data(); place != stop; ++place)
            out.counts[left[*place]] = count;
        if (set.size() == 1) return true;
        std::size_t kept = 0;
        for (const auto* place = out.places.data(); place != stop; ++place) {
            left[kept] = left[*place];
            out.slots[kept++] = out.slots[*place];
        }
        left.resize(kept), out.slots.resize(kept);
        return kept > 0;
    });
}

// Single ones stand side by side, or in the set before them; each other set in the one before it.
std::vector<Posting> PostingList::unusual() const {
    std::vector<Posting> out;
    bool are_known = false; // all slots
    for_each_more([&](const SlotSet& set, TermCount count, TermCount) {
        auto at = out.begin();
        set.for_each([&](SlotIndex slot) {
            if (!are_known) return out.push_back({slot, count});
            while (at != out.end() && at->slot < slot)
                ++at;
            if (at != out.end() && at->slot == slot) at->count = count;
        });
        are_known |= set.size() > 1;
        return true;
    });
    return out;
}

std::optional<std::size_t> encoded_size(std::span<const std::uint8_t> bytes, std::size_t slots) {
    constexpr auto label_bytes = SlotSet::label_bytes;
    if (bytes.size() < label_bytes) return std::nullopt;
    const auto* const labels = bytes.data();
    auto left = bytes.subspan(label_bytes);
    std::size_t more = 0;
    if ((labels[0] & PostingList::has_more) != 0) {
        if (left.empty()) return std::nullopt;
        more = left[0];
        left = left.subspan(1);
        if (left.size() < more * label_bytes) return std::nullopt;
        left = left.subspan(more * label_bytes);
    }
    std::uint32_t most = 0;
    for (std::size_t set = 0; set <= more; ++set) {
        const auto* const label = labels + set * label_bytes + (set > 0 ? 1 : 0);
        const auto found = SlotSet::checked(label, left, slots);
        if (!found || (set > 0 && found->size() > most)) return std::nullopt;
        if (set == 0) most = found->size();
        left = left.subspan(static_cast<std::size_t>(found->end() - left.data()));
    }
    if ((labels[0] & PostingList::has_more) != 0 && more == 0) {
        const bool is_few = PostingList(labels).listings().is_few();
        if (!is_few || left.size() < counts_bytes(most)) return std::nullopt;
        left = left.subspan(counts_bytes(most));
    }
    return bytes.size() - left.size();
}

} // namespace jishi::matching
