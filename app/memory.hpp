// What is done so that memory that is not needed goes back to the system. Of glibc's malloc().
#pragma once

#include <malloc.h>

namespace jishi::app {

// Once, as the program begins. Arrays of the index are let go with every merge; left to itself
// malloc() learns from the first of them to keep the next, and they leave gaps that nothing fills
// (a tenth of a large market's memory).
inline void give_back_large_arrays() {
    constexpr int large_bytes = 8 << 20, kept_at_the_end_bytes = 4 << 20;
    ::mallopt(M_MMAP_THRESHOLD, large_bytes);
    ::mallopt(M_TRIM_THRESHOLD, kept_at_the_end_bytes);
}

// What a large job needed in small pieces. Takes some tenths of a second after gigabytes.
inline void give_back_memory() {
    ::malloc_trim(0);
}

} // namespace jishi::app
