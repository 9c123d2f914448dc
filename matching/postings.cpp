#include "matching/postings.hpp"

#include <array>
#include <cassert>

namespace jishi::matching {

namespace {

constexpr std::size_t short_max = 400, blocked_max = 7'900; // where the next shape gets smaller

std::uint8_t most_frequent(std::span<const Posting> postings) {
    std::array<std::uint32_t, 16> seen{};
    for (const auto& posting : postings)
        ++seen[posting.count.packed];
    return static_cast<std::uint8_t>(std::max_element(seen.begin(), seen.end()) - seen.begin());
}

void append_slot(SlotIndex slot, std::vector<std::uint8_t>& bytes) {
    bytes.push_back(static_cast<std::uint8_t>(slot & 0xFF));
    bytes.push_back(static_cast<std::uint8_t>(slot >> 8));
}

} // namespace

void encode(std::span<const Posting> postings, std::vector<std::uint8_t>& bytes) {
    using List = PostingList;
    assert(!postings.empty());
    auto shape = postings.size() <= short_max     ? List::Shape::short_list
                 : postings.size() <= blocked_max ? List::Shape::blocked
                                                  : List::Shape::dense;
    std::array<std::uint32_t, List::blocks> counts{};
    if (shape == List::Shape::blocked) {
        for (const auto& posting : postings)
            ++counts[posting.slot >> 8];
        if (std::ranges::max(counts) > 255) shape = List::Shape::dense; // a full block of 256
    }
    const auto usual = most_frequent(postings);
    const auto exceptions = static_cast<std::size_t>(
        std::ranges::count_if(postings, [&](const Posting& p) { return p.count.packed != usual; })
    );
    bytes.push_back(static_cast<std::uint8_t>(
        usual | static_cast<unsigned>(shape) << List::shape_shift |
        (exceptions > 0 ? List::excepted : 0U)
    ));
    if (exceptions > 0) append_slot(static_cast<SlotIndex>(exceptions), bytes);
    switch (shape) {
    case List::Shape::short_list:
        for (const auto& posting : postings)
            append_slot(posting.slot, bytes);
        break;
    case List::Shape::blocked:
        for (const auto count : counts)
            bytes.push_back(static_cast<std::uint8_t>(count));
        for (const auto& posting : postings)
            bytes.push_back(static_cast<std::uint8_t>(posting.slot & 0xFF));
        break;
    case List::Shape::single: // never encoded
        break;
    case List::Shape::dense: {
        const auto begin = bytes.size();
        bytes.resize(begin + List::dense_bytes, 0);
        for (const auto& posting : postings)
            bytes[begin + (posting.slot >> 3)] |=
                static_cast<std::uint8_t>(1U << (posting.slot & 7));
    }
    }
    for (const auto& posting : postings)
        if (posting.count.packed != usual) {
            append_slot(posting.slot, bytes);
            bytes.push_back(posting.count.packed);
        }
}

PostingList::PostingList(const std::uint8_t* at, std::uint32_t count)
    : shape_(static_cast<Shape>(*at >> shape_shift & 3)), usual_{static_cast<std::uint8_t>(
                                                              *at & usual_mask
                                                          )},
      count_(count) {
    const bool has_exceptions = (*at++ & excepted) != 0;
    if (has_exceptions) exception_count_ = slot_at(at), at += 2;
    slots_ = at;
    exceptions_ = at + (shape_ == Shape::short_list ? 2 * count
                        : shape_ == Shape::blocked  ? blocks + count
                                                    : dense_bytes);
}

std::optional<std::size_t>
encoded_size(std::span<const std::uint8_t> bytes, std::uint32_t count, std::size_t slots) {
    using List = PostingList;
    if (bytes.empty()) return std::nullopt;
    const bool has_exceptions = (bytes[0] & List::excepted) != 0;
    std::size_t size = has_exceptions ? 3 : 1;
    switch (bytes[0] >> List::shape_shift & 7) {
    case static_cast<int>(List::Shape::short_list):
        size += 2 * std::size_t{count};
        break;
    case static_cast<int>(List::Shape::blocked):
        size += List::blocks + std::size_t{count};
        break;
    case static_cast<int>(List::Shape::dense):
        size += List::dense_bytes;
        break;
    default:
        return std::nullopt;
    }
    if (size > bytes.size()) return std::nullopt;
    const List list(bytes.data(), count); // reads its head
    size += 3 * std::size_t{list.exception_count_};
    if (size > bytes.size() || has_exceptions != list.has_exceptions() || !list.is_sound(slots))
        return std::nullopt;
    return size;
}

// Whether the slots are as many as the list says, ascending, below `slots`, and the exceptions
// likewise. REQUIRES: its bytes are there; `low` of a block is read only as far as they go.
bool PostingList::is_sound(std::size_t slots) const {
    std::uint64_t seen = 0;
    if (shape_ == Shape::blocked)
        for (std::uint32_t block = 0; block < blocks; ++block)
            seen += slots_[block];
    if (shape_ == Shape::dense)
        for (std::uint32_t word = 0; word < dense_bytes / 8; ++word)
            seen += static_cast<std::uint64_t>(__builtin_popcountll(bits_at(word)));
    if (shape_ != Shape::short_list && seen != count_) return false;
    std::int64_t before = -1, last = static_cast<std::int64_t>(slots);
    bool ascending = true;
    for_each_slot([&](SlotIndex slot) {
        ascending &= slot > before;
        before = slot;
    });
    if (!ascending || before >= last || exception_count_ > count_) return false;
    before = -1;
    for_each_exception([&](SlotIndex slot, TermCount count) {
        ascending &= slot > before && count.packed < TermCount::packed_count;
        before = slot;
    });
    return ascending && before < last;
}

} // namespace jishi::matching
