// The schema as numbered steps, each applied once, in order, and recorded with its SHA-256. Empty
// and old databases go the same way. How to add a step: storage/migrations/list.hpp.
#pragma once

#include "storage/connection.hpp"

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace jishi::storage {

struct Migration {
    int number = 0; // 1, 2, 3, ... without a gap
    std::string_view name;
    std::string_view sql;
};

// Those of this program, in order.
std::span<const Migration> migrations();

// Why the program must not go on with this database. The text says what to do.
struct MigrationRefused : std::runtime_error {
    enum class Reason : std::uint8_t {
        altered,      // an applied migration is not the one that this program knows
        unknown,      // the database was migrated by a newer program
        out_of_order, // a gap in what was applied
        half_applied, // one began and did not end; MySQL cannot undo DDL
        pending,      // check() only: the database must be migrated first
        busy,         // another node is migrating and does not come to an end
    };
    MigrationRefused(Reason why, int at, const std::string& text)
        : std::runtime_error(text), reason(why), number(at) {}

    Reason reason;
    int number;
};

struct MigrationReport {
    std::vector<int> applied; // by this call
    int current = 0;
};

struct MigrateOptions {
    std::string holder = ""; // who is migrating, for messages; empty: host and process id
    int lease_s = 60;
    int wait_s =
        90; // for another node that is migrating; more than lease_s, so that a dead one is outlived
};

// Applies what is missing. Several nodes may call it at once: one works, the others wait and find
// it done. A statement may take long: open the connection with a long read_timeout_s. Throws
// MigrationRefused and StorageError.
MigrationReport migrate(
    Connection& connection,
    std::span<const Migration> known = migrations(),
    const MigrateOptions& options = {}
);

// For a start without migrating: throws MigrationRefused unless the database is exactly at this
// program's schema.
void check(Connection& connection, std::span<const Migration> known = migrations());

// Cut at each ';' outside quotes and comments; comments dropped, empty statements too.
std::vector<std::string> split_statements(std::string_view sql);

} // namespace jishi::storage
