#include "matching/postings.hpp"

#include <array>
#include <cassert>

namespace jishi::matching {

namespace {

constexpr std::uint32_t group_min = 3; // fewer are shorter as a group each

std::size_t groups_for(std::uint32_t listings) {
    return listings < group_min ? listings : 1;
}

} // namespace

// The head and the listings, then, if there are any, how many groups follow, and the groups.
void encode(std::span<const Posting> postings, std::vector<std::uint8_t>& bytes) {
    assert(!postings.empty());
    std::array<std::uint32_t, TermCount::packed_count> seen{};
    std::vector<SlotIndex> slots;
    slots.reserve(postings.size());
    for (const auto& posting : postings) {
        ++seen[posting.count.packed];
        slots.push_back(posting.slot);
    }
    const auto usual = static_cast<std::uint8_t>(std::ranges::max_element(seen) - seen.begin());
    seen[usual] = 0;
    std::size_t groups = 0;
    for (const auto listings : seen)
        groups += groups_for(listings);
    const auto more = groups > 0 ? PostingList::has_groups : std::uint8_t{0};
    SlotSet::encode(slots, static_cast<std::uint8_t>(usual | more), false, bytes);
    if (groups == 0) return;

    bytes.push_back(static_cast<std::uint8_t>(groups));
    for (std::size_t count = 0; count < seen.size(); ++count) {
        if (seen[count] == 0) continue;
        slots.clear();
        for (const auto& posting : postings)
            if (posting.count.packed == count) slots.push_back(posting.slot);
        const auto each = slots.size() / groups_for(seen[count]);
        const auto head = static_cast<std::uint8_t>(count);
        for (std::size_t begin = 0; begin < slots.size(); begin += each)
            SlotSet::encode(std::span(slots).subspan(begin, each), head, true, bytes);
    }
}

PostingList::PostingList(const std::uint8_t* at, std::uint32_t count)
    : listings_(*at, at + 1, count), usual_{static_cast<std::uint8_t>(*at & count_mask)} {
    if ((*at & has_groups) == 0) return;
    groups_ = listings_.end();
    group_count_ = *groups_++;
}

// The groups are asked only where any of them holds the term: often none does.
void PostingList::find(const SoughtSlots& sought, Holders& out) const {
    const auto found_by = [&](const SlotSet& set, std::vector<std::uint32_t>& numbers) {
        numbers.resize(sought.slots().size());
        const auto* const end = set.find(sought, numbers.data());
        numbers.resize(static_cast<std::size_t>(end - numbers.data()));
    };
    found_by(listings_, out.numbers);
    out.counts.assign(sought.slots().size(), usual_);
    if (out.numbers.empty()) return;
    for_each_group([&](const SlotSet& set, TermCount count) {
        found_by(set, out.in_group);
        for (const auto number : out.in_group)
            out.counts[number] = count;
    });
}

std::vector<Posting> PostingList::grouped() const {
    std::vector<Posting> out;
    for_each_group([&](const SlotSet& set, TermCount count) {
        set.for_each([&](SlotIndex slot) { out.push_back({slot, count}); });
    });
    if (group_count_ > 1)
        std::sort(out.begin(), out.end(), [](const Posting& a, const Posting& b) {
            return a.slot < b.slot;
        });
    return out;
}

std::optional<std::size_t>
encoded_size(std::span<const std::uint8_t> bytes, std::uint32_t count, std::size_t slots) {
    if (bytes.empty()) return std::nullopt;
    const auto head = bytes[0];
    auto left = bytes.subspan(1);
    const auto skip = [&](const SlotSet& set) {
        left = left.subspan(static_cast<std::size_t>(set.end() - left.data()));
    };
    const auto listings = SlotSet::checked(head, left, count, slots);
    if (!listings) return std::nullopt;
    skip(*listings);
    if ((head & PostingList::has_groups) == 0) return bytes.size() - left.size();
    if (left.empty()) return std::nullopt;
    auto groups = left[0];
    for (left = left.subspan(1); groups > 0; --groups) {
        const auto group = SlotSet::checked_sized(left, slots);
        if (!group || group->size() > count) return std::nullopt;
        skip(*group);
    }
    return bytes.size() - left.size();
}

} // namespace jishi::matching
