// What people have said of pairs, as the ranking takes it.
#pragma once

#include "market/grade.hpp"

namespace jishi::matching {

using market::Grade;

} // namespace jishi::matching
