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
    : shape_(static_cast<Shape>(*at >> shape_shift & 3)),
      usual_{static_cast<std::uint8_t>(*at & usual_mask)}, count_(count) {
    const bool has_exceptions = (*at++ & excepted) != 0;
    if (has_exceptions) exception_count_ = slot_at(at), at += 2;
    slots_ = at;
    exceptions_ = at + (shape_ == Shape::short_list ? 2 * count
                        : shape_ == Shape::blocked  ? blocks + count
                                                    : dense_bytes);
}

} // namespace jishi::matching
