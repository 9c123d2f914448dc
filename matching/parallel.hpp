// Many independent pieces of work on all cores.
#pragma once

#include <cstddef>
#include <functional>

namespace jishi::matching {

// Calls work(i) for each i below `count`, on as many threads as there are cores, this one among
// them, in no order. What one of them throws comes out, and then some may not have been called.
void in_parallel(std::size_t count, const std::function<void(std::size_t)>& work);

} // namespace jishi::matching
