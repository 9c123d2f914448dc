// What time does: fires what is due and forgets what has served its time.
#pragma once

#include "storage/store.hpp"

namespace jishi::app {

// At most one batch; how many things expired.
std::size_t sweep(storage::Store& store);

} // namespace jishi::app
