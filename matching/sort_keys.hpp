// Sorting numbers with the widest vectors the machine has.
#pragma once

#include <cstdint>
#include <span>

namespace jishi::matching {

// Ascending. Four times as fast as std::sort for the some 300 keys of a listing.
void sort_keys(std::span<std::uint64_t> keys);

} // namespace jishi::matching
