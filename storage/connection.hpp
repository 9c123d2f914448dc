// One session with the database server, opened with every safe setting: utf8mb4, READ COMMITTED,
// strict SQL, UTC, matched-row counts, time-outs, no silent reconnect. Used by one thread at a
// time.
#pragma once

#include "storage/options.hpp"
#include "storage/statement.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace jishi::storage {

class Connection {
public:
    // How many prepared statements a connection keeps; the least recently used one makes room.
    static constexpr std::size_t statements_max = 512;

    // Throws StorageError. When TLS is asked for and not in force, that is `unavailable`, never a
    // plain connection.
    explicit Connection(const DatabaseOptions& options);
    ~Connection();
    Connection(Connection&&) noexcept;
    Connection& operator=(Connection&&) noexcept;

    // Text without parameters: DDL and settings. A result, if any, is dropped.
    void execute(std::string_view sql);
    // Prepared on first use and kept.
    Statement statement(std::string_view sql);

    // False once the server was lost or the protocol lost step: nothing but destruction helps then.
    bool usable() const;
    // Asks the server (one round trip).
    bool alive();
    bool in_transaction() const;
    // A result is still being read.
    bool has_live_rows() const;
    std::uint64_t server_id() const; // CONNECTION_ID() of the session
    std::size_t statements_kept() const;

private:
    friend class Transaction;
    void begin();
    void commit();
    void rollback() noexcept;

    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// The server's clock: the one that all nodes share.
market::Instant database_now(Connection& connection);

} // namespace jishi::storage
