// What a connection, its statements and their rows share. Internal to storage/.
#pragma once

#include "storage/error.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace sql {
class Connection;
class PreparedStatement;
class SQLException;
} // namespace sql

namespace jishi::storage {

struct Session {
    explicit Session(sql::Connection* opened);
    ~Session();

    std::unique_ptr<sql::Connection> native;
    std::size_t live_rows = 0;
    bool broken = false;         // lost, or out of step
    bool in_transaction = false; // between our START TRANSACTION and its end
    bool undone = false;         // the server has rolled back, or must: only ROLLBACK may follow

    // Throws when no statement may be sent now.
    void require_usable() const;
    // Classifies, notes what it means for this session, and throws.
    [[noreturn]] void fail(const sql::SQLException& error, std::string_view sql);
    [[noreturn]] void fail(StorageError error);
};

struct StatementCore {
    StatementCore(std::shared_ptr<Session> owner, std::string_view text);
    ~StatementCore();

    std::shared_ptr<Session> session;
    std::string sql;
    std::unique_ptr<sql::PreparedStatement> native;
    std::size_t parameter_count = 0;
    bool rows_live = false;
};

} // namespace jishi::storage
