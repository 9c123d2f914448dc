// The greatest objective of an assignment, from a network simplex that others wrote: what assign()
// is held against.
#pragma once

#include "matching/assignment.hpp"

namespace jishi::matching {

// REQUIRES: no pair is named twice or has no chance.
std::int64_t lemon_optimum_ppm(const AssignmentTask& task);

} // namespace jishi::matching
