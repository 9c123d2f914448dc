#include "storage/counter.hpp"

#include "storage/error.hpp"

namespace jishi::storage {
namespace {

bool step(Connection& connection, std::string_view name) {
    return connection.statement("UPDATE counter SET value = value + 1 WHERE name = ?").run(name) ==
           1;
}

void start_or_step(Connection& connection, std::string_view name) {
    if (step(connection, name)) return;
    try {
        connection.statement("INSERT INTO counter (name, value) VALUES (?, 1)").run(name);
    } catch (const StorageError& error) {
        if (error.kind != StorageError::Kind::duplicate) throw;
        step(connection, name); // another transaction started it a moment ago
    }
}

} // namespace

std::int64_t next_number(Connection& connection, std::string_view name) {
    if (!connection.in_transaction()) throw classify(0, "a number is taken outside a transaction");
    start_or_step(connection, name);
    auto rows = connection.statement("SELECT value FROM counter WHERE name = ?").query(name);
    if (!rows.next())
        throw StorageError(StorageError::Kind::corrupt, 0, "a counter row has vanished");
    return rows.get<std::int64_t>(0);
}

} // namespace jishi::storage
