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

// Sorts by `less`: into buckets first, most of which then hold few. Not slower than any sort where
// all come to one. REQUIRES: bucket_of(item) is below `buckets` and ascends with the items.
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
    std::uint32_t begin = 0;
    for (const auto end : ends) {
        const auto bucket = items.subspan(begin, end - begin);
        if (!std::is_sorted(bucket.begin(), bucket.end(), less))
            std::sort(bucket.begin(), bucket.end(), less);
        begin = end;
    }
}

} // namespace jishi::matching
