#include "storage/lease.hpp"

#include "storage/error.hpp"

namespace jishi::storage {
namespace {

// A row that exists and has run out, or is ours, is taken by the UPDATE; one that does not exist,
// by the INSERT.
bool claim(
    Connection& connection, std::string_view name, std::string_view holder, std::int64_t duration_us
) {
    const auto now = database_now(connection);
    const auto until = now + duration_us;
    const auto taken =
        connection
            .statement("UPDATE lease SET holder = ?, until_us = ?, version = version + 1 "
                       "WHERE name = ? AND (until_us <= ? OR holder = ?)")
            .run(holder, until, name, now, holder);
    if (taken == 1) return true;
    if (connection.statement("SELECT 1 FROM lease WHERE name = ?").query(name).count() == 1)
        return false;
    connection.statement("INSERT INTO lease (name, holder, until_us, version) VALUES (?, ?, ?, 1)")
        .run(name, holder, until);
    return true;
}

} // namespace

std::optional<HeldLease> take_lease(
    Connection& connection, std::string_view name, std::string_view holder, std::int64_t duration_us
) {
    try {
        if (!claim(connection, name, holder, duration_us)) return {};
    } catch (const StorageError& error) {
        // Another node was faster.
        if (error.kind == StorageError::Kind::duplicate ||
            error.kind == StorageError::Kind::conflict)
            return {};
        throw;
    }
    auto rows = connection.statement("SELECT version FROM lease WHERE name = ? AND holder = ?")
                    .query(name, holder);
    if (!rows.next()) return {};
    return HeldLease{std::string(name), std::string(holder), rows.get<std::int64_t>(0)};
}

bool renew_lease(Connection& connection, const HeldLease& lease, std::int64_t duration_us) {
    const auto until = database_now(connection) + duration_us;
    return connection
               .statement(
                   "UPDATE lease SET until_us = ? WHERE name = ? AND holder = ? AND version = ?"
               )
               .run(until, lease.name, lease.holder, lease.version) == 1;
}

void release_lease(Connection& connection, const HeldLease& lease) {
    connection
        .statement("UPDATE lease SET until_us = 0 WHERE name = ? AND holder = ? AND version = ?")
        .run(lease.name, lease.holder, lease.version);
}

} // namespace jishi::storage
