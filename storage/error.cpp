#include "storage/error.hpp"

#include <algorithm>
#include <array>

namespace jishi::storage {
namespace {

using Kind = StorageError::Kind;

struct KnownCode {
    int code;
    Kind kind;
    std::string_view meaning;
};

// The whole-transaction retry is right for all of `conflict`: MySQL and MariaDB (1020, 1205, 1213,
// and 1180 when the commit itself is refused), Group Replication (3100, 3101), NOWAIT (3572), TiDB
// (8002, 8022, 9007), OceanBase (6002, 6235). 1047 (a Galera node that left its cluster) is not:
// another node must be asked, over another connection.
constexpr std::array known_codes{
    KnownCode{1020, Kind::conflict, "the row changed since it was read"},
    KnownCode{1180, Kind::conflict, "the commit was refused"},
    KnownCode{1205, Kind::conflict, "waited too long for a lock"},
    KnownCode{1213, Kind::conflict, "deadlock"},
    KnownCode{3100, Kind::conflict, "the replication group refused the commit"},
    KnownCode{3101, Kind::conflict, "the replication group refused the transaction"},
    KnownCode{3572, Kind::conflict, "the row is locked"},
    KnownCode{6002, Kind::conflict, "the transaction was rolled back"},
    KnownCode{6235, Kind::conflict, "the transaction cannot be serialised"},
    KnownCode{8002, Kind::conflict, "a write conflict"},
    KnownCode{8022, Kind::conflict, "the commit failed and was rolled back"},
    KnownCode{9007, Kind::conflict, "a write conflict"},
    KnownCode{1021, Kind::unavailable, "the database server's disk is full"},
    KnownCode{1040, Kind::unavailable, "the database server has too many connections"},
    KnownCode{1044, Kind::unavailable, "the database refuses this user the schema"},
    KnownCode{1045, Kind::unavailable, "the database refuses the user or the password"},
    KnownCode{1047, Kind::unavailable, "the database node is not ready"},
    KnownCode{1049, Kind::unavailable, "the schema does not exist"},
    KnownCode{1053, Kind::unavailable, "the database server is shutting down"},
    KnownCode{1114, Kind::unavailable, "the table is full"},
    KnownCode{1129, Kind::unavailable, "the database server has blocked this host"},
    KnownCode{1130, Kind::unavailable, "the database server does not let this host in"},
    KnownCode{1152, Kind::unavailable, "the connection was cut"},
    KnownCode{1158, Kind::unavailable, "the connection was cut"},
    KnownCode{1159, Kind::unavailable, "the connection timed out"},
    KnownCode{1160, Kind::unavailable, "the connection was cut"},
    KnownCode{1161, Kind::unavailable, "the connection timed out"},
    KnownCode{1203, Kind::unavailable, "the user has too many connections"},
    KnownCode{1226, Kind::unavailable, "the user has used up a quota"},
    KnownCode{1290, Kind::unavailable, "the database server is read-only"},
    KnownCode{1317, Kind::unavailable, "the statement was interrupted"},
    KnownCode{1698, Kind::unavailable, "the database refuses the user"},
    KnownCode{1836, Kind::unavailable, "the database server is read-only"},
    KnownCode{1927, Kind::unavailable, "the connection was killed"},
    KnownCode{1969, Kind::unavailable, "the statement took too long"},
    KnownCode{3024, Kind::unavailable, "the statement took too long"},
    KnownCode{1862, Kind::unavailable, "the user's password has expired"},
    KnownCode{3118, Kind::unavailable, "the user is locked"},
    KnownCode{4151, Kind::unavailable, "the user is locked"},
    KnownCode{4031, Kind::unavailable, "the connection was idle for too long"},
    KnownCode{1194, Kind::corrupt, "a table is damaged"},
    KnownCode{1712, Kind::corrupt, "an index is damaged"},
    KnownCode{1877, Kind::corrupt, "a table is damaged"},
    KnownCode{1062, Kind::duplicate, "duplicate key"},
    KnownCode{1586, Kind::duplicate, "duplicate key"},
    KnownCode{2002, Kind::unavailable, "the database server cannot be reached"},
    KnownCode{2003, Kind::unavailable, "the database server cannot be reached"},
    KnownCode{2005, Kind::unavailable, "the database host is unknown"},
    KnownCode{2006, Kind::unavailable, "the connection was lost"},
    KnownCode{2013, Kind::unavailable, "the connection was lost during the statement"},
    KnownCode{2014, Kind::unavailable, "the connection is out of step"},
    KnownCode{2026, Kind::unavailable, "TLS failed"},
    KnownCode{2055, Kind::unavailable, "the connection was lost"},
};

// Other client-library numbers (2000..2999) mean that the session cannot be trusted any more; what
// the server says otherwise, and what the driver itself objects to (0), is our mistake.
KnownCode lookup(int code) {
    const auto known = std::ranges::find(known_codes, code, &KnownCode::code);
    if (known != known_codes.end()) return *known;
    if (code >= 2000 && code < 3000) return {code, Kind::unavailable, "the connection failed"};
    return {code, Kind::misuse, "the database refuses the statement"};
}

// "Duplicate entry 'it''s' for key 'b'" (MariaDB) and "... for key 'table.b'" (MySQL): the last
// quoted word.
std::string key_name(std::string_view text) {
    const auto end = text.rfind('\'');
    if (end == std::string_view::npos || end == 0) return {};
    const auto begin = text.rfind('\'', end - 1);
    if (begin == std::string_view::npos) return {};
    auto name = text.substr(begin + 1, end - begin - 1);
    if (const auto dot = name.rfind('.'); dot != std::string_view::npos)
        name.remove_prefix(dot + 1);
    return std::string(name);
}

} // namespace

StorageError classify(int code, std::string_view driver_text, std::string_view sql) {
    constexpr std::size_t sql_shown_max = 120;
    const auto known = lookup(code);
    std::string text(known.meaning);
    std::string constraint;
    if (known.kind == Kind::duplicate) {
        // The driver's text holds the value, which may be personal: only the key is told.
        constraint = key_name(driver_text);
        text += " " + constraint;
    } else if (!driver_text.empty()) {
        text += ": " + std::string(driver_text);
    }
    text += " (" + std::to_string(code) + ")";
    if (!sql.empty()) text += " in: " + std::string(sql.substr(0, sql_shown_max));
    StorageError error(known.kind, code, text);
    error.constraint = std::move(constraint);
    return error;
}

} // namespace jishi::storage
