#include "matching/sort_keys.hpp"

#include <hwy/contrib/sort/vqsort.h>

namespace jishi::matching {

void sort_keys(std::span<std::uint64_t> keys) {
    thread_local const hwy::Sorter sorter; // has room to work in
    sorter(keys.data(), keys.size(), hwy::SortAscending());
}

} // namespace jishi::matching
