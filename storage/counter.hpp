// Gap-free numbers (contract numbers): AUTO_INCREMENT leaves gaps and on some engines runs
// backwards.
#pragma once

#include "storage/connection.hpp"

#include <cstdint>
#include <string_view>

namespace jishi::storage {

// 1, 2, 3, ... for each name (at most 64 bytes). Inside a transaction only: the number is given out
// for good when it commits, and given again when it rolls back. Holds the counter's row until then,
// so take the number last.
std::int64_t next_number(Connection& connection, std::string_view name);

} // namespace jishi::storage
