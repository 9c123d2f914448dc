#include "storage/connection.hpp"

#include "storage/session.hpp"

#include <cppconn/driver.h>
#include <cppconn/exception.h>
#include <cppconn/prepared_statement.h>
#include <cppconn/resultset.h>
#include <cppconn/statement.h>

#include <list>
#include <unordered_map>

namespace jishi::storage {
namespace {

// get_driver_instance() fills an unguarded map: the first of all threads calls it, once.
sql::Driver& driver() {
    static sql::Driver* const only = get_driver_instance();
    return *only;
}

// OPT_SSL_MODE is deliberately absent: libmariadb ignores it and connects in the clear. So is
// OPT_RECONNECT: a silent reconnect loses the transaction and the session's settings.
sql::ConnectOptionsMap driver_options(const DatabaseOptions& options) {
    const bool ipv6 = options.host.find(':') != std::string::npos;
    sql::ConnectOptionsMap map;
    if (options.socket.empty()) {
        const auto host = ipv6 ? "[" + options.host + "]" : options.host;
        map["hostName"] = sql::SQLString("tcp://" + host + ":" + std::to_string(options.port));
    } else {
        map["hostName"] = sql::SQLString("unix://" + options.socket);
    }
    map["userName"] = sql::SQLString(options.user);
    map["password"] = sql::SQLString(options.password);
    if (!options.schema.empty()) map["schema"] = sql::SQLString(options.schema);
    map["OPT_CHARSET_NAME"] = sql::SQLString("utf8mb4");
    map["CLIENT_FOUND_ROWS"] = true;
    map["OPT_CONNECT_TIMEOUT"] = options.connect_timeout_s;
    map["OPT_READ_TIMEOUT"] = options.read_timeout_s;
    map["OPT_WRITE_TIMEOUT"] = options.write_timeout_s;
    if (options.tls != Tls::off) map["sslEnforce"] = true;
    if (options.tls == Tls::verify_ca || options.tls == Tls::verify_identity) {
        map["sslCA"] = sql::SQLString(options.ca_file);
    }
    if (options.tls == Tls::verify_identity) map["sslVerify"] = true;
    return map;
}

sql::Connection* open(const DatabaseOptions& options) {
    auto map = driver_options(options);
    try {
        return driver().connect(map);
    } catch (const sql::SQLException& error) {
        auto failure = classify(error.getErrorCode(), error.what());
        throw StorageError(
            failure.kind, failure.code, std::string(failure.what()) + " at " + describe(options)
        );
    }
}

} // namespace

Session::Session(sql::Connection* opened) : native(opened) {}
Session::~Session() = default;

void Session::require_usable() const {
    if (broken)
        throw StorageError(
            StorageError::Kind::unavailable, 2006, "the connection was lost earlier"
        );
    if (undone) {
        throw StorageError(
            StorageError::Kind::conflict, 1213, "the transaction is undone: it must begin again"
        );
    }
}

void Session::fail(const sql::SQLException& error, std::string_view sql) {
    fail(classify(error.getErrorCode(), error.what(), sql));
}

void Session::fail(StorageError error) {
    if (error.kind == StorageError::Kind::unavailable) broken = true;
    if (error.kind == StorageError::Kind::conflict && in_transaction) undone = true;
    throw error;
}

struct Connection::Impl {
    explicit Impl(sql::Connection* opened) : session(std::make_shared<Session>(opened)) {}

    std::shared_ptr<Session> session;
    std::uint64_t server_id = 0;

    // Most recently used first.
    std::list<std::shared_ptr<StatementCore>> statements;
    std::unordered_map<std::string_view, decltype(statements)::iterator> by_text;

    void send(std::string_view sql) {
        try {
            const std::unique_ptr<sql::Statement> statement(session->native->createStatement());
            if (!statement->execute(sql::SQLString(sql.data(), sql.size()))) return;
            // An unread result would put the connection out of step.
            do {
                const std::unique_ptr<sql::ResultSet> drained(statement->getResultSet());
            } while (statement->getMoreResults());
        } catch (const sql::SQLException& error) {
            session->fail(error, sql);
        }
    }

    void make_room() {
        if (statements.size() < statements_max) return;
        by_text.erase(statements.back()->sql);
        statements.pop_back();
    }
};

Connection::Connection(const DatabaseOptions& options)
    : impl_(std::make_unique<Impl>(open(options))) {
    execute("SET NAMES utf8mb4 COLLATE utf8mb4_bin");
    execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
    execute(
        "SET SESSION autocommit = 1, time_zone = '+00:00', lc_messages = 'en_US', sql_mode = "
        "'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO,NO_ZERO_DATE,NO_ZERO_"
        "IN_DATE', "
        "innodb_lock_wait_timeout = " +
        std::to_string(options.lock_wait_s)
    );
    auto self = statement("SELECT CONNECTION_ID()").query();
    if (self.next()) impl_->server_id = self.get<std::uint64_t>(0);
    if (options.tls == Tls::off) return;
    auto cipher = statement("SHOW SESSION STATUS LIKE 'Ssl_cipher'").query();
    if (!cipher.next() || cipher.get<std::string>(1).empty()) {
        throw StorageError(
            StorageError::Kind::unavailable,
            2026,
            "TLS was asked for and is not in force at " + describe(options)
        );
    }
}

Connection::~Connection() = default;
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;

void Connection::execute(std::string_view sql) {
    impl_->session->require_usable();
    impl_->send(sql);
}

Statement Connection::statement(std::string_view sql) {
    auto& impl = *impl_;
    if (const auto known = impl.by_text.find(sql); known != impl.by_text.end()) {
        impl.statements.splice(impl.statements.begin(), impl.statements, known->second);
        return Statement(impl.statements.front());
    }
    auto core = std::make_shared<StatementCore>(impl.session, sql);
    impl.make_room();
    impl.statements.push_front(core);
    impl.by_text.emplace(core->sql, impl.statements.begin());
    return Statement(std::move(core));
}

bool Connection::usable() const {
    return !impl_->session->broken;
}

bool Connection::alive() {
    if (!usable()) return false;
    try {
        execute("DO 0");
        return true;
    } catch (const StorageError&) {
        return false;
    }
}

bool Connection::in_transaction() const {
    return impl_->session->in_transaction;
}
bool Connection::has_live_rows() const {
    return impl_->session->live_rows > 0;
}
std::uint64_t Connection::server_id() const {
    return impl_->server_id;
}
std::size_t Connection::statements_kept() const {
    return impl_->statements.size();
}

// The driver's own setAutoCommit(), commit() and rollback() ignore what the server answers (a lost
// commit looks like a done one), so the three are statements here.
void Connection::begin() {
    auto& session = *impl_->session;
    if (session.in_transaction) {
        session.fail(classify(0, "a transaction is open already", "START TRANSACTION"));
    }
    execute("START TRANSACTION");
    session.in_transaction = true;
}

void Connection::commit() {
    auto& session = *impl_->session;
    session.require_usable();
    try {
        impl_->send("COMMIT");
    } catch (StorageError& error) {
        if (error.kind == StorageError::Kind::unavailable) error.outcome_unknown = true;
        throw;
    }
    session.in_transaction = false;
}

void Connection::rollback() noexcept {
    auto& session = *impl_->session;
    try {
        if (!session.broken) impl_->send("ROLLBACK");
    } catch (...) {
        session.broken = true;
    }
    session.in_transaction = false;
    session.undone = false;
}

market::Instant database_now(Connection& connection) {
    auto rows =
        connection.statement("SELECT CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS SIGNED)").query();
    if (!rows.next()) throw classify(0, "the server does not tell its time");
    return rows.get<market::Instant>(0);
}

} // namespace jishi::storage
