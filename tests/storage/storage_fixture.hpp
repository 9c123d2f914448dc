// What most tests of storage/ need: an empty schema with a connection to it, and errors as values.
#pragma once

#include "storage/connection.hpp"
#include "storage/error.hpp"
#include "tests/support/test_database.hpp"

#include <gtest/gtest.h>

#include <concepts>
#include <functional>
#include <string>

namespace jishi::storage {

struct Schema {
    DatabaseOptions where = jishi::testing::TestDatabase::fresh_schema();
    Connection connection{where};

    explicit Schema(std::string_view ddl = {}) {
        if (!ddl.empty()) connection.execute(ddl);
    }
    Connection another() const { return Connection(where); }
    std::int64_t number(std::string_view sql) {
        auto rows = connection.statement(sql).query();
        EXPECT_TRUE(rows.next()) << sql;
        return rows.get<std::int64_t>(0);
    }
    std::string word(std::string_view sql) {
        auto rows = connection.statement(sql).query();
        EXPECT_TRUE(rows.next()) << sql;
        return rows.get<std::string>(0);
    }
    void kill(const Connection& victim) {
        connection.execute("KILL CONNECTION " + std::to_string(victim.server_id()));
        auto gone =
            connection.statement("SELECT COUNT(*) FROM information_schema.processlist WHERE id = ?"
            );
        while (true) {
            auto rows = gone.query(victim.server_id());
            if (rows.next() && rows.get<int>(0) == 0) return;
        }
    }
};

// The error that `action` ends with.
template<std::invocable Action>
StorageError error_of(Action&& action) {
    try {
        std::invoke(action);
    } catch (const StorageError& error) {
        return error;
    }
    ADD_FAILURE() << "no StorageError";
    return StorageError(StorageError::Kind::misuse, -1, "no error");
}

template<std::invocable Action>
StorageError::Kind kind_of_error(Action&& action) {
    return error_of(std::forward<Action>(action)).kind;
}

using Kind = StorageError::Kind;

} // namespace jishi::storage
