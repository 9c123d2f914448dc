// Named leases: a right that one holder at a time has, until an instant of the database's clock. A
// lease row with compare-and-set, because GET_LOCK is unknown to half of the servers we run on.
// Call outside transactions.
#pragma once

#include "storage/connection.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace jishi::storage {

struct HeldLease {
    std::string name, holder;
    std::int64_t version = 0; // grows with each taking: a fencing token
};

// Nothing when another holder has it. The same holder may take it again before it ends (a restarted
// node does).
std::optional<HeldLease> take_lease(
    Connection& connection, std::string_view name, std::string_view holder, std::int64_t duration_us
);
// False when it was lost meanwhile: stop the work that it covers.
bool renew_lease(Connection& connection, const HeldLease& lease, std::int64_t duration_us);
void release_lease(Connection& connection, const HeldLease& lease);

} // namespace jishi::storage
