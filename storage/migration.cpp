#include "storage/migration.hpp"

#include "storage/error.hpp"
#include "storage/lease.hpp"

#include <sodium.h>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <thread>

namespace jishi::storage {
namespace {

using Clock = std::chrono::steady_clock;
using Reason = MigrationRefused::Reason;

struct Recorded {
    std::string name, sha256;
    int statements_done = 0;
    bool finished = false;
    std::string holder;
};
using Record = std::map<int, Recorded>;

std::string sha256_hex(std::string_view text) {
    std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
    crypto_hash_sha256(
        hash.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size()
    );
    std::array<char, 2 * crypto_hash_sha256_BYTES + 1> hex{};
    return sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
}

// Nothing when the database was never migrated.
std::optional<Record> read_record(Connection& connection) {
    constexpr int no_such_table = 1146;
    try {
        auto rows =
            connection
                .statement("SELECT number, name, sha256, statements_done, applied_at_us, holder "
                           "FROM schema_migration ORDER BY number")
                .query();
        Record record;
        while (rows.next()) {
            record[rows.get<int>(0)] = {
                rows.get<std::string>(1),
                rows.get<std::string>(2),
                rows.get<int>(3),
                !rows.is_null(4),
                rows.get<std::string>(5),
            };
        }
        return record;
    } catch (const StorageError& error) {
        if (error.code != no_such_table) throw;
        return {};
    }
}

std::string label(int number, std::string_view name) {
    return "migration " + std::to_string(number) + " (" + std::string(name) + ")";
}

// Everything recorded must be known, unaltered, and without a gap.
void require_same_history(const Record& record, std::span<const Migration> known) {
    int expected = 1;
    for (const auto& [number, recorded] : record) {
        const auto told = label(number, recorded.name);
        if (number > static_cast<int>(known.size())) {
            throw MigrationRefused(
                Reason::unknown,
                number,
                told + " was applied by a newer program; this one knows " +
                    std::to_string(known.size()) +
                    ": run the newer program, or restore the backup from before its upgrade"
            );
        }
        if (number != expected) {
            throw MigrationRefused(
                Reason::out_of_order,
                expected,
                told + " was applied, but migration " + std::to_string(expected) +
                    " never was: the table schema_migration was changed by hand; restore it from a "
                    "backup"
            );
        }
        const auto& migration = known[static_cast<std::size_t>(number) - 1];
        if (migration.name != recorded.name || sha256_hex(migration.sql) != recorded.sha256) {
            throw MigrationRefused(
                Reason::altered,
                number,
                told + " is not the one that was applied to this database: the program was built "
                       "from altered "
                       "sources; run a released one"
            );
        }
        ++expected;
    }
}

void require_whole(const Record& record, std::span<const Migration> known) {
    for (const auto& [number, recorded] : record) {
        if (recorded.finished) continue;
        const auto total = split_statements(known[static_cast<std::size_t>(number) - 1].sql).size();
        const auto next = std::to_string(recorded.statements_done + 1);
        const auto of_number = " WHERE number = " + std::to_string(number);
        throw MigrationRefused(
            Reason::half_applied,
            number,
            label(number, recorded.name) + " was begun by " + recorded.holder +
                " and did not end: " + std::to_string(recorded.statements_done) + " of " +
                std::to_string(total) + " statements are done, statement " + next +
                " may be. Restore the backup; or undo the done statements by hand and DELETE FROM "
                "schema_migration" +
                of_number +
                "; or complete them by hand and UPDATE schema_migration SET applied_at_us = 0" +
                of_number
        );
    }
}

bool complete(const Record& record, std::span<const Migration> known) {
    return record.size() == known.size() &&
           std::ranges::all_of(record, [](const auto& entry) { return entry.second.finished; });
}

void apply(
    Connection& connection,
    const Migration& migration,
    const HeldLease& lease,
    const MigrateOptions& options
) {
    const auto begun = Clock::now();
    const auto statements = split_statements(migration.sql);
    connection
        .statement("INSERT INTO schema_migration (number, name, sha256, statements_done, "
                   "started_at_us, holder) "
                   "VALUES (?, ?, ?, 0, ?, ?)")
        .run(
            migration.number,
            migration.name,
            sha256_hex(migration.sql),
            database_now(connection),
            lease.holder
        );
    int done = 0;
    for (const auto& statement : statements) {
        if (!renew_lease(connection, lease, options.lease_s * market::second_us)) {
            throw MigrationRefused(
                Reason::busy, migration.number, "another node took over the migration"
            );
        }
        try {
            connection.execute(statement);
        } catch (const StorageError& error) {
            throw StorageError(
                error.kind,
                error.code,
                label(migration.number, migration.name) + ", statement " +
                    std::to_string(done + 1) + " of " + std::to_string(statements.size()) + ": " +
                    error.what()
            );
        }
        connection.statement("UPDATE schema_migration SET statements_done = ? WHERE number = ?")
            .run(++done, migration.number);
    }
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun);
    connection
        .statement("UPDATE schema_migration SET applied_at_us = ?, applied_ms = ? WHERE number = ?")
        .run(database_now(connection), std::int64_t{took.count()}, migration.number);
}

std::string default_holder() {
    std::array<char, 65> host{};
    gethostname(host.data(), host.size() - 1);
    return std::string(host.data()) + ":" + std::to_string(getpid()) + ":" +
           std::to_string(randombytes_random());
}

// The lease, or nothing when another node has finished the whole work meanwhile.
std::optional<HeldLease> wait_for_lease(
    Connection& connection,
    std::span<const Migration> known,
    const std::string& holder,
    const MigrateOptions& options
) {
    constexpr auto poll = std::chrono::milliseconds(50);
    const auto deadline = Clock::now() + std::chrono::seconds(options.wait_s);
    while (true) {
        auto lease = take_lease(connection, "migrate", holder, options.lease_s * market::second_us);
        if (lease) return lease;
        if (complete(*read_record(connection), known)) return {};
        if (Clock::now() >= deadline) {
            throw MigrationRefused(
                Reason::busy, 0, "another node has been migrating this database for too long"
            );
        }
        std::this_thread::sleep_for(poll);
    }
}

// Gives the lease back whatever happens; a lost connection gives it back by its end.
struct LeaseGuard {
    Connection& connection;
    const HeldLease& lease;
    ~LeaseGuard() {
        try {
            release_lease(connection, lease);
        } catch (const StorageError&) {
            return;
        }
    }
};

} // namespace

MigrationReport
migrate(Connection& connection, std::span<const Migration> known, const MigrateOptions& options) {
    MigrationReport report{{}, static_cast<int>(known.size())};
    auto record = read_record(connection);
    if (!record) {
        for (const auto& statement : split_statements(migrations().front().sql))
            connection.execute(statement);
        record = Record{};
    }
    require_same_history(*record, known);
    if (complete(*record, known)) return report;

    const auto holder = options.holder.empty() ? default_holder() : options.holder;
    const auto lease = wait_for_lease(connection, known, holder, options);
    if (!lease) return report;
    const LeaseGuard guard{connection, *lease};
    record = *read_record(connection);
    require_same_history(*record, known);
    require_whole(*record, known);
    for (const auto& migration : known.subspan(record->size())) {
        apply(connection, migration, *lease, options);
        report.applied.push_back(migration.number);
    }
    return report;
}

void check(Connection& connection, std::span<const Migration> known) {
    const auto record = read_record(connection).value_or(Record{});
    require_same_history(record, known);
    require_whole(record, known);
    if (record.size() == known.size()) return;
    const auto& next = known[record.size()];
    throw MigrationRefused(
        Reason::pending,
        next.number,
        label(next.number, next.name) + " is not applied yet: run `jishi migrate` first"
    );
}

} // namespace jishi::storage
