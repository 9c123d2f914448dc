#include "storage/statement.hpp"
#include "tests/storage/storage_fixture.hpp"

#include <cstdint>
#include <limits>

namespace jishi::storage {
namespace {

using market::IdBytes;
using market::Instant;

constexpr std::string_view wide_table =
    "CREATE TABLE t (id INT PRIMARY KEY, i BIGINT, u BIGINT UNSIGNED, d DOUBLE, b TINYINT, "
    "w VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, x BINARY(16), at_us BIGINT, j "
    "LONGTEXT, z LONGBLOB)";

template<class T>
T read_back(Schema& schema, std::string_view column) {
    auto rows = schema.connection.statement("SELECT " + std::string(column) + " FROM t").query();
    EXPECT_TRUE(rows.next());
    return rows.get<T>(0);
}

template<class T>
void expect_round_trip(std::string_view column, const T& value) {
    Schema schema(wide_table);
    const auto sql = "INSERT INTO t (id, " + std::string(column) + ") VALUES (1, ?)";
    EXPECT_EQ(schema.connection.statement(sql).run(value), 1U);
    EXPECT_EQ(read_back<T>(schema, column), value) << column;
}

TEST(Statement, CarriesEveryTypeUnchanged) {
    expect_round_trip("i", std::numeric_limits<std::int64_t>::max());
    expect_round_trip("i", std::numeric_limits<std::int64_t>::min());
    expect_round_trip("u", std::numeric_limits<std::uint64_t>::max());
    expect_round_trip("i", std::uint32_t{4'294'967'295U});
    expect_round_trip("d", 0.1);
    expect_round_trip("d", 1.7976931348623157e308);
    expect_round_trip("d", -4.9406564584124654e-324);
    expect_round_trip("b", true);
    expect_round_trip("w", std::string("技市 🏭 𠮷野家 it's \\ \"q\" % _"));
    expect_round_trip("w", std::string());
    expect_round_trip("z", std::string("\0\x01'\\\xFF\0", 6));
    expect_round_trip("x", IdBytes{0, 1, 2, 3, 0, 255, 39, 92, 0, 0, 0, 0, 0, 0, 0, 0});
    expect_round_trip("x", market::NeedId{{1, 0, 0, 4}});
    expect_round_trip("at_us", Instant{-1});
    expect_round_trip("at_us", Instant{1'795'324'037'000'001});
    expect_round_trip("j", std::string(R"({"k":  [1,2]})"));
    expect_round_trip("i", std::optional<std::int64_t>{});
    expect_round_trip("i", std::optional<std::int64_t>{5});
    expect_round_trip("w", std::optional<std::string>{"甲"});
    expect_round_trip("w", std::optional<std::string>{});
    expect_round_trip("x", std::optional<market::DealId>{});
}

TEST(Statement, CarriesSixteenMegabytes) {
    Schema schema(wide_table);
    std::string large(16 << 20, 'x');
    large[0] = '\0';
    large.back() = '\xFF';
    schema.connection.statement("INSERT INTO t (id, z) VALUES (1, ?)").run(large);
    EXPECT_TRUE(read_back<std::string>(schema, "z") == large);
}

TEST(Statement, WritesTheSameLargeValueTwice) {
    Schema schema(wide_table);
    const std::string large(1 << 20, 'y');
    auto insert = schema.connection.statement("INSERT INTO t (id, z) VALUES (?, ?)");
    insert.run(1, large);
    insert.run(2, large);
    insert.run(3, nullptr);
    insert.run(4, "small");
    EXPECT_EQ(schema.number("SELECT COUNT(*) FROM t WHERE LENGTH(z) = 1048576"), 2);
    EXPECT_EQ(schema.number("SELECT COUNT(*) FROM t WHERE z IS NULL"), 1);
    EXPECT_EQ(schema.number("SELECT COUNT(*) FROM t WHERE z = 'small'"), 1);
}

TEST(Statement, AValueBeyondThePacketLimitThrows) {
    Schema schema(wide_table);
    auto insert = schema.connection.statement("INSERT INTO t (id, z) VALUES (1, ?)");
    const std::string too_large((64 << 20) + 1, 'x');
    EXPECT_ANY_THROW(insert.run(too_large));
    auto other = schema.another();
    auto rows = other.statement("SELECT COUNT(*) FROM t").query();
    ASSERT_TRUE(rows.next());
    EXPECT_EQ(rows.get<int>(0), 0);
}

TEST(Statement, AnArgumentMayChangeItsTypeFromCallToCall) {
    Schema schema;
    auto echo = schema.connection.statement("SELECT CONCAT(COALESCE(?, 'null'), '')");
    const auto said = [&](const Parameter& parameter) {
        auto rows = echo.query_with({&parameter, 1});
        EXPECT_TRUE(rows.next());
        return rows.get<std::string>(0);
    };
    EXPECT_EQ(said(nullptr), "null");
    EXPECT_EQ(said(7), "7");
    EXPECT_EQ(said("seven"), "seven");
    EXPECT_EQ(said(nullptr), "null");
    EXPECT_EQ(said(std::uint64_t{18'446'744'073'709'551'615U}), "18446744073709551615");
}

TEST(Statement, RefusesAWrongCountOfArguments) {
    Schema schema(wide_table);
    auto insert = schema.connection.statement("INSERT INTO t (id, i) VALUES (?, ?)");
    insert.run(1, 1);
    EXPECT_EQ(kind_of_error([&] { insert.run(2); }), Kind::misuse);
    EXPECT_EQ(kind_of_error([&] { insert.run(2, 2, 2); }), Kind::misuse);
    EXPECT_EQ(schema.number("SELECT COUNT(*) FROM t"), 1);
}

TEST(Statement, RefusesANumberThatIsNone) {
    Schema schema(wide_table);
    auto insert = schema.connection.statement("INSERT INTO t (id, d) VALUES (1, ?)");
    EXPECT_EQ(
        kind_of_error([&] { insert.run(std::numeric_limits<double>::quiet_NaN()); }), Kind::misuse
    );
    EXPECT_EQ(
        kind_of_error([&] { insert.run(std::numeric_limits<double>::infinity()); }), Kind::misuse
    );
}

TEST(Statement, CountsMatchedRowsEvenWhenNothingChanges) {
    Schema schema(wide_table);
    schema.connection.statement("INSERT INTO t (id, i) VALUES (1, 5), (2, 5)").run();
    auto update = schema.connection.statement("UPDATE t SET i = ? WHERE i = ?");
    EXPECT_EQ(update.run(5, 5), 2U);
    EXPECT_EQ(update.run(6, 5), 2U);
    EXPECT_EQ(update.run(6, 5), 0U);
}

TEST(Statement, QueriesAndCommandsAreNotMistakenForEachOther) {
    Schema schema(wide_table);
    auto& connection = schema.connection;
    EXPECT_EQ(kind_of_error([&] { connection.statement("SELECT 1").run(); }), Kind::misuse);
    EXPECT_EQ(kind_of_error([&] { connection.statement(" (select 1)").run(); }), Kind::misuse);
    EXPECT_EQ(kind_of_error([&] { connection.statement("DELETE FROM t").query(); }), Kind::misuse);
    EXPECT_TRUE(connection.usable());
}

TEST(Statement, RowsThatACommandReturnsUnexpectedlyEndTheConnection) {
    Schema schema(wide_table);
    auto other = schema.another();
    auto insert = other.statement("INSERT INTO t (id) VALUES (1) RETURNING id");
    EXPECT_EQ(kind_of_error([&] { insert.run(); }), Kind::misuse);
    EXPECT_FALSE(other.usable());
}

TEST(Statement, RunsAgainOnlyWhenItsOlderRowsAreDone) {
    Schema schema;
    auto echo = schema.connection.statement("SELECT ?");
    {
        auto rows = echo.query(1);
        ASSERT_TRUE(rows.next());
        EXPECT_EQ(kind_of_error([&] { echo.query(2); }), Kind::misuse);
        EXPECT_EQ(rows.get<int>(0), 1);
        EXPECT_FALSE(rows.next());
        EXPECT_FALSE(rows.next());
        auto again = echo.query(3); // the older rows were read to their end
        ASSERT_TRUE(again.next());
        EXPECT_EQ(again.get<int>(0), 3);
    }
    EXPECT_EQ(echo.query(4).count(), 1U);
    EXPECT_FALSE(schema.connection.has_live_rows());
}

TEST(Statement, TwoStatementsReadSideBySide) {
    Schema schema;
    auto outer = schema.connection.statement("SELECT 1 UNION SELECT 2 ORDER BY 1").query();
    auto inner = schema.connection.statement("SELECT ? * 10");
    std::vector<int> seen;
    while (outer.next()) {
        auto rows = inner.query(outer.get<int>(0));
        while (rows.next())
            seen.push_back(rows.get<int>(0));
    }
    EXPECT_EQ(seen, (std::vector{10, 20}));
}

TEST(Rows, ReadNoNumberThatDoesNotFit) {
    Schema schema;
    const auto misread = [&](std::string_view sql, auto sample) {
        auto rows = schema.connection.statement(sql).query();
        EXPECT_TRUE(rows.next());
        return kind_of_error([&] { rows.get<decltype(sample)>(0); });
    };
    EXPECT_EQ(
        misread("SELECT CAST(18446744073709551615 AS UNSIGNED)", std::int64_t{}), Kind::corrupt
    );
    EXPECT_EQ(misread("SELECT CAST(-1 AS SIGNED)", std::uint64_t{}), Kind::corrupt);
    EXPECT_EQ(
        misread("SELECT CAST(-9223372036854775808 AS SIGNED)", std::int32_t{}), Kind::corrupt
    );
    EXPECT_EQ(misread("SELECT 2147483648", std::int32_t{}), Kind::corrupt);
    EXPECT_EQ(misread("SELECT 256", std::uint8_t{}), Kind::corrupt);
    EXPECT_EQ(misread("SELECT -1", std::uint32_t{}), Kind::corrupt);
    EXPECT_EQ(misread("SELECT 2", bool{}), Kind::corrupt);
    EXPECT_EQ(misread("SELECT CAST(1.5 AS DECIMAL(5,1))", std::int64_t{}), Kind::corrupt);
    EXPECT_EQ(
        misread("SELECT CAST(9223372036854775808 AS DECIMAL(30))", std::int64_t{}), Kind::corrupt
    );
}

TEST(Rows, ReadNoTypeForAnother) {
    Schema schema;
    const auto misread = [&](std::string_view sql, auto sample) {
        auto rows = schema.connection.statement(sql).query();
        EXPECT_TRUE(rows.next());
        return kind_of_error([&] { rows.get<decltype(sample)>(0); });
    };
    EXPECT_EQ(misread("SELECT '12'", std::int64_t{}), Kind::corrupt);
    EXPECT_EQ(misread("SELECT 12", std::string{}), Kind::corrupt);
    EXPECT_EQ(misread("SELECT CAST(0.1 AS DOUBLE)", std::string{}), Kind::corrupt);
    EXPECT_EQ(misread("SELECT CAST(0.1 AS DOUBLE)", std::int64_t{}), Kind::corrupt);
    EXPECT_EQ(misread("SELECT NOW(6)", std::string{}), Kind::corrupt);
    EXPECT_EQ(misread("SELECT CURRENT_DATE()", std::string{}), Kind::corrupt);
    EXPECT_EQ(misread("SELECT 'fifteen bytes..'", IdBytes{}), Kind::corrupt);
    EXPECT_EQ(misread("SELECT NULL", std::int64_t{}), Kind::corrupt);
    EXPECT_EQ(misread("SELECT NULL", std::string{}), Kind::corrupt);
    EXPECT_EQ(misread("SELECT NULL", Instant{}), Kind::corrupt);
    EXPECT_EQ(misread("SELECT NULL", IdBytes{}), Kind::corrupt);
}

TEST(Rows, ReadSumsAndCounts) {
    Schema schema(wide_table);
    schema.connection.statement("INSERT INTO t (id, i) VALUES (1, ?), (2, 1)").run(INT64_MAX - 1);
    EXPECT_EQ(schema.number("SELECT SUM(i) FROM t"), INT64_MAX);
    EXPECT_EQ(schema.number("SELECT COUNT(*) FROM t"), 2);
    schema.connection.statement("UPDATE t SET i = 2 WHERE id = 2").run();
    EXPECT_EQ(kind_of_error([&] { schema.number("SELECT SUM(i) FROM t"); }), Kind::corrupt);
}

TEST(Rows, AnswerOnlyForARowAtHandAndAColumnThatExists) {
    Schema schema;
    auto rows = schema.connection.statement("SELECT 1").query();
    EXPECT_EQ(kind_of_error([&] { rows.get<int>(0); }), Kind::misuse);
    ASSERT_TRUE(rows.next());
    EXPECT_EQ(kind_of_error([&] { rows.get<int>(1); }), Kind::misuse);
    EXPECT_EQ(rows.get<int>(0), 1);
    EXPECT_FALSE(rows.next());
    EXPECT_EQ(kind_of_error([&] { rows.get<int>(0); }), Kind::misuse);
}

TEST(Rows, OutliveTheirConnectionSafely) {
    auto rows = [] {
        Schema schema;
        return schema.connection.statement("SELECT 42").query();
    }();
    ASSERT_TRUE(rows.next());
    EXPECT_EQ(rows.get<int>(0), 42);
}

} // namespace
} // namespace jishi::storage
