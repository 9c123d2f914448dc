// Sorting what is spread well over numbers that are known.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

namespace jishi::matching {

// Sorts by `less`: into buckets first, most of which then hold few; one that holds many is sorted
// as by std::sort. REQUIRES: bucket_of(item) is below `buckets` and ascends with the items.
template<std::size_t buckets, class T, class BucketOf, class Less>
void sort_in_buckets(std::span<T> items, BucketOf bucket_of, Less less) {
    if (items.size() < buckets / 16) return std::sort(items.begin(), items.end(), less);
    std::array<std::uint32_t, buckets> ends{};
    for (const auto& item : items)
        ++ends[bucket_of(item)];
    std::exclusive_scan(ends.begin(), ends.end(), ends.begin(), 0U);
    thread_local std::vector<T> unsorted;
    unsorted.assign(items.begin(), items.end());
    for (const auto& item : unsorted)
        items[ends[bucket_of(item)]++] = item;
    constexpr std::uint32_t few = 16;
    std::uint32_t begin = 0;
    for (const auto end : ends) {
        if (end - begin > few) std::sort(items.begin() + begin, items.begin() + end, less);
        begin = end;
    }
    for (std::size_t i = 1; i < items.size(); ++i) { // none has far to go
        const auto item = items[i];
        auto at = i;
        for (; at > 0 && less(item, items[at - 1]); --at)
            items[at] = items[at - 1];
        items[at] = item;
    }
}

} // namespace jishi::matching
