#include "storage/doctor.hpp"

#include "storage/error.hpp"

#include <charconv>
#include <optional>
#include <string_view>

namespace jishi::storage {
namespace {

using Level = Finding::Level;

// A system variable of this session, by its first known name; "" where the server has none of them.
std::string variable(Connection& connection, std::initializer_list<std::string_view> names) {
    for (const auto name : names) {
        auto rows =
            connection.statement("SHOW SESSION VARIABLES WHERE Variable_name = ?").query(name);
        if (rows.next()) return rows.get<std::string>(1);
    }
    return {};
}

Finding
finding(std::string name, std::string found, bool fine, Level otherwise, std::string advice) {
    if (fine) return {Level::fine, std::move(name), std::move(found), {}};
    return {otherwise, std::move(name), std::move(found), std::move(advice)};
}

// That a text begins with; 0 where it begins with none.
std::int64_t number_in(std::string_view text) {
    std::int64_t out = 0;
    std::from_chars(text.data(), text.data() + text.size(), out);
    return out;
}

Finding version(Connection& connection) {
    const auto text = variable(connection, {"version"});
    const bool mariadb = text.find("MariaDB") != std::string::npos;
    const auto major = number_in(text);
    return finding(
        "version",
        text,
        mariadb ? major >= 10 : major >= 8,
        Level::problem,
        "use MySQL 8 or MariaDB 10.11 or newer"
    );
}

Finding charset(Connection& connection) {
    const auto text = variable(connection, {"character_set_connection"});
    return finding(
        "charset", text, text == "utf8mb4", Level::problem, "the connection must speak utf8mb4"
    );
}

Finding schema_charset(Connection& connection) {
    const auto text = variable(connection, {"character_set_database"});
    return finding(
        "schema_charset",
        text,
        text == "utf8mb4",
        Level::advice,
        "ALTER DATABASE ... CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
    );
}

Finding isolation(Connection& connection) {
    const auto text = variable(connection, {"transaction_isolation", "tx_isolation"});
    return finding(
        "isolation",
        text,
        text == "READ-COMMITTED",
        Level::problem,
        "the session must run at READ COMMITTED"
    );
}

Finding sql_mode(Connection& connection) {
    const auto text = variable(connection, {"sql_mode"});
    return finding(
        "sql_mode",
        text,
        text.find("STRICT_ALL_TABLES") != std::string::npos,
        Level::problem,
        "the session must run in strict mode, or values are cut silently"
    );
}

Finding flush(Connection& connection) {
    const auto text = variable(connection, {"innodb_flush_log_at_trx_commit"});
    return finding(
        "flush_at_commit",
        text,
        text == "1" || text.empty(), // engines without InnoDB have no such switch
        Level::problem,
        "set innodb_flush_log_at_trx_commit = 1: a power failure loses acknowledged contracts "
        "otherwise"
    );
}

Finding packet(Connection& connection) {
    constexpr std::int64_t least = 16 << 20;
    const auto text = variable(connection, {"max_allowed_packet"});
    return finding(
        "max_allowed_packet",
        text,
        number_in(text) >= least,
        Level::advice,
        "set max_allowed_packet to 16M or more"
    );
}

Finding read_only(Connection& connection) {
    const auto text = variable(connection, {"read_only"});
    return finding(
        "read_only",
        text,
        text == "OFF" || text.empty() || text == "0",
        Level::problem,
        "this is a replica: name the primary in --database"
    );
}

Finding clock_skew(Connection& connection, market::Instant now) {
    constexpr std::int64_t most_us = 2 * market::second_us;
    const auto skew_us = database_now(connection).us - now.us;
    return finding(
        "clock_skew",
        std::to_string(skew_us / 1000) + " ms",
        std::abs(skew_us) <= most_us,
        Level::problem,
        "run NTP on this machine and on the database server"
    );
}

// The grants that serving needs, and those that migrating needs besides.
Finding privileges(Connection& connection) {
    std::string all;
    auto rows = connection.statement("SHOW GRANTS").query();
    while (rows.next())
        all += rows.get<std::string>(0) + "\n";
    std::string missing;
    for (const std::string_view wanted :
         {"SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "INDEX"}) {
        if (all.find("ALL PRIVILEGES ON") == std::string::npos &&
            all.find(wanted) == std::string::npos) {
            missing += (missing.empty() ? "" : ", ") + std::string(wanted);
        }
    }
    return finding(
        "privileges",
        missing.empty() ? "sufficient" : "missing " + missing,
        missing.empty(),
        Level::advice,
        "GRANT " + missing +
            " on the schema (CREATE, ALTER and INDEX are for `jishi migrate` alone)"
    );
}

} // namespace

std::vector<Finding> inspect(Connection& connection, market::Instant now) {
    return {
        version(connection),
        charset(connection),
        schema_charset(connection),
        isolation(connection),
        sql_mode(connection),
        flush(connection),
        packet(connection),
        read_only(connection),
        clock_skew(connection, now),
        privileges(connection),
    };
}

} // namespace jishi::storage
