#include "storage/connection.hpp"
#include "storage/transaction.hpp"
#include "tests/storage/storage_fixture.hpp"

#include <unistd.h>

#include <netinet/in.h>
#include <sys/socket.h>

namespace jishi::storage {
namespace {

TEST(Connection, RunsWithEverySafeSetting) {
    Schema schema;
    const std::pair<std::string_view, std::string_view> table[] = {
        {"SELECT @@tx_isolation", "READ-COMMITTED"},
        {"SELECT @@time_zone", "+00:00"},
        {"SELECT @@character_set_client", "utf8mb4"},
        {"SELECT @@character_set_results", "utf8mb4"},
        {"SELECT @@collation_connection", "utf8mb4_bin"},
    };
    for (const auto& [sql, expected] : table)
        EXPECT_EQ(schema.word(sql), expected) << sql;
    EXPECT_EQ(schema.number("SELECT @@autocommit"), 1);
    EXPECT_EQ(schema.number("SELECT @@innodb_lock_wait_timeout"), 5);
    const auto mode = schema.word("SELECT @@sql_mode");
    for (const auto* part :
         {"STRICT_ALL_TABLES", "NO_ENGINE_SUBSTITUTION", "NO_ZERO_DATE", "NO_ZERO_IN_DATE"}) {
        EXPECT_NE(mode.find(part), std::string::npos) << mode;
    }
}

TEST(Connection, RefusesValuesThatDoNotFitInsteadOfCuttingThem) {
    Schema schema(
        "CREATE TABLE t (id INT PRIMARY KEY, small TINYINT, word VARCHAR(2)) ENGINE = InnoDB"
    );
    auto insert = schema.connection.statement("INSERT INTO t VALUES (?, ?, ?)");
    EXPECT_EQ(kind_of_error([&] { insert.run(1, 128, "ab"); }), Kind::misuse);
    EXPECT_EQ(kind_of_error([&] { insert.run(1, 127, "abc"); }), Kind::misuse);
    EXPECT_EQ(kind_of_error([&] { insert.run(1, 127, "\xFF\xFE"); }), Kind::misuse);
    EXPECT_EQ(insert.run(1, 127, "技市"), 1U);
}

TEST(Connection, ACommitOnAKilledConnectionThrowsAndItsOutcomeIsUnknown) {
    Schema schema("CREATE TABLE t (id INT PRIMARY KEY) ENGINE = InnoDB");
    auto victim = schema.another();
    Transaction transaction(victim);
    victim.statement("INSERT INTO t VALUES (?)").run(1);
    schema.kill(victim);
    const auto error = error_of([&] { transaction.commit(); });
    EXPECT_EQ(error.kind, Kind::unavailable);
    EXPECT_TRUE(error.outcome_unknown);
    EXPECT_FALSE(victim.usable());
    EXPECT_EQ(schema.number("SELECT COUNT(*) FROM t"), 0);
}

TEST(Connection, NeverReconnectsBehindTheBackOfItsUser) {
    Schema schema;
    auto victim = schema.another();
    victim.execute("SET @mark = 1");
    auto statement = victim.statement("SELECT @mark");
    schema.kill(victim);
    EXPECT_EQ(kind_of_error([&] { statement.query(); }), Kind::unavailable);
    EXPECT_EQ(kind_of_error([&] { statement.query(); }), Kind::unavailable);
    EXPECT_EQ(kind_of_error([&] { victim.execute("DO 0"); }), Kind::unavailable);
    EXPECT_EQ(kind_of_error([&] { victim.statement("SELECT 2"); }), Kind::unavailable);
    EXPECT_FALSE(victim.alive());
}

TEST(Connection, RefusesAPlainConnectionWhereTlsIsAskedFor) {
    auto where = jishi::testing::TestDatabase::fresh_schema();
    where.tls = Tls::required;
    const auto error = error_of([&] { Connection connection(where); });
    EXPECT_EQ(error.kind, Kind::unavailable);
    EXPECT_EQ(error.code, 2026);
    EXPECT_NE(std::string(error.what()).find("TLS"), std::string::npos);
}

TEST(Connection, TellsHowItCouldNotBeOpened) {
    auto where = jishi::testing::TestDatabase::fresh_schema();
    const auto code_with = [&](auto change) {
        auto other = where;
        change(other);
        const auto error = error_of([&] { Connection connection(other); });
        EXPECT_EQ(error.kind, Kind::unavailable);
        EXPECT_EQ(std::string(error.what()).find(where.password), std::string::npos);
        return error.code;
    };
    EXPECT_EQ(code_with([](auto& options) { options.password = "wrong"; }), 1045);
    EXPECT_EQ(code_with([](auto& options) { options.user = "root"; }), 1045);
    EXPECT_EQ(code_with([](auto& options) { options.schema = "no_such_schema"; }), 1049);
    EXPECT_EQ(code_with([](auto& options) { options.socket = "/nowhere/s"; }), 2002);
    EXPECT_EQ(
        code_with([](auto& options) {
            options.socket.clear(), options.host = "127.0.0.1", options.port = 1;
        }),
        2002
    );
}

TEST(Connection, AServerThatAcceptsAndSaysNothingIsGivenUp) {
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(address);
    ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr*>(&address), length), 0);
    ASSERT_EQ(listen(listener, 1), 0);
    ASSERT_EQ(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length), 0);
    DatabaseOptions where;
    where.host = "localhost";
    where.port = ntohs(address.sin_port);
    where.connect_timeout_s = 1;
    EXPECT_EQ(kind_of_error([&] { Connection connection(where); }), Kind::unavailable);
    close(listener);
}

TEST(Connection, AStatementBeyondTheReadTimeoutLosesTheConnection) {
    Schema schema;
    auto where = schema.where;
    where.read_timeout_s = 1;
    Connection impatient(where);
    auto sleep = impatient.statement("SELECT SLEEP(?)");
    EXPECT_EQ(kind_of_error([&] { sleep.query(20); }), Kind::unavailable);
    EXPECT_FALSE(impatient.usable());
}

TEST(Connection, TextThatYieldsRowsLeavesTheConnectionInStep) {
    Schema schema;
    schema.connection.execute("SELECT 1 UNION SELECT 2");
    schema.connection.execute("DO 0");
    EXPECT_EQ(schema.number("SELECT 7"), 7);
}

TEST(Connection, TakesOneStatementAtATime) {
    Schema schema;
    EXPECT_EQ(kind_of_error([&] { schema.connection.execute("DO 0; DO 1"); }), Kind::misuse);
}

TEST(Connection, KeepsAsManyStatementsAsItSaysAndDropsTheLeastUsed) {
    Schema schema;
    auto& connection = schema.connection;
    auto first = connection.statement("SELECT 1000");
    const auto kept = connection.statements_kept();
    for (std::size_t i = kept; i < Connection::statements_max; ++i) {
        connection.statement("SELECT " + std::to_string(i));
    }
    EXPECT_EQ(connection.statements_kept(), Connection::statements_max);
    connection.statement("SELECT 'one more'");
    EXPECT_EQ(connection.statements_kept(), Connection::statements_max);
    connection.statement("SELECT 'and one more'");
    EXPECT_EQ(connection.statements_kept(), Connection::statements_max);
    auto rows = first.query(); // dropped from the cache; the handle keeps it
    ASSERT_TRUE(rows.next());
    EXPECT_EQ(rows.get<int>(0), 1000);
    const auto open_on_server =
        schema.word("SELECT CAST(VARIABLE_VALUE AS CHAR) FROM information_schema.SESSION_STATUS "
                    "WHERE VARIABLE_NAME = 'COM_STMT_CLOSE'");
    EXPECT_GE(std::stoi(open_on_server), 1);
}

TEST(Connection, OneConstraintNameIsToldForADuplicate) {
    Schema schema("CREATE TABLE t (id INT, a INT, CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT "
                  "uq_a UNIQUE (a))");
    auto insert = schema.connection.statement("INSERT INTO t VALUES (?, ?)");
    insert.run(1, 1);
    EXPECT_EQ(error_of([&] { insert.run(2, 1); }).constraint, "uq_a");
    EXPECT_EQ(error_of([&] { insert.run(1, 2); }).constraint, "PRIMARY");
    EXPECT_TRUE(schema.connection.usable());
}

} // namespace
} // namespace jishi::storage
