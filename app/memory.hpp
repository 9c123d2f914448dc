// What a large job needed and the market will not need again.
#pragma once

#include <malloc.h>

namespace jishi::app {

// glibc keeps what was freed in pieces; this gives it back to the system. Takes some tenths of a
// second after gigabytes.
inline void give_back_memory() {
    ::malloc_trim(0);
}

} // namespace jishi::app
