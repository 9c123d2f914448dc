#include "storage/lease.hpp"
#include "storage/migration.hpp"
#include "tests/storage/storage_fixture.hpp"

#include <thread>
#include <vector>

namespace jishi::storage {
namespace {

using Reason = MigrationRefused::Reason;

const Migration foundation = migrations().front();
constexpr Migration houses{
    2, "houses", "CREATE TABLE house (id INT PRIMARY KEY);\nINSERT INTO house VALUES (1);\n"};
constexpr Migration gardens{3, "gardens", "CREATE TABLE garden (id INT PRIMARY KEY);\n"};

MigrationRefused refusal_of(std::invocable auto&& action) {
    try {
        action();
    } catch (const MigrationRefused& refused) {
        return refused;
    }
    ADD_FAILURE() << "not refused";
    return {Reason::busy, -1, ""};
}

using List = std::vector<Migration>;

TEST(Migrations, AnEmptyDatabaseGetsAllOfThemAndAnUpToDateOneNone) {
    Schema schema;
    const List known{foundation, houses, gardens};
    const auto first = migrate(schema.connection, known);
    EXPECT_EQ(first.applied, (std::vector{1, 2, 3}));
    EXPECT_EQ(first.current, 3);
    EXPECT_EQ(schema.number("SELECT COUNT(*) FROM house"), 1);
    EXPECT_EQ(schema.number("SELECT SUM(statements_done) FROM schema_migration"), 3 + 2 + 1);
    EXPECT_EQ(
        schema.number("SELECT COUNT(*) FROM schema_migration WHERE applied_at_us IS NULL"), 0
    );
    check(schema.connection, known);
    EXPECT_TRUE(migrate(schema.connection, known).applied.empty());
}

TEST(Migrations, AnOlderDatabaseGetsWhatIsMissing) {
    Schema schema;
    migrate(schema.connection, List{foundation, houses});
    const List known{foundation, houses, gardens};
    EXPECT_EQ(refusal_of([&] { check(schema.connection, known); }).reason, Reason::pending);
    EXPECT_EQ(migrate(schema.connection, known).applied, (std::vector{3}));
    check(schema.connection, known);
}

TEST(Migrations, AnEmptyDatabaseIsPendingNotBroken) {
    Schema schema;
    const auto refused = refusal_of([&] { check(schema.connection, List{foundation}); });
    EXPECT_EQ(refused.reason, Reason::pending);
    EXPECT_EQ(refused.number, 1);
}

TEST(Migrations, AnAlteredOneIsRefused) {
    Schema schema;
    migrate(schema.connection, List{foundation, houses});
    auto altered = houses;
    altered.sql = "CREATE TABLE house (id INT PRIMARY KEY);\nINSERT INTO house VALUES (2);\n";
    auto renamed = houses;
    renamed.name = "homes";
    for (const auto& other : {altered, renamed}) {
        const List known{foundation, other, gardens};
        EXPECT_EQ(refusal_of([&] { migrate(schema.connection, known); }).reason, Reason::altered);
        EXPECT_EQ(refusal_of([&] { check(schema.connection, known); }).number, 2);
    }
    EXPECT_EQ(schema.number("SELECT COUNT(*) FROM schema_migration"), 2);
}

TEST(Migrations, ADatabaseOfANewerProgramIsRefused) {
    Schema schema;
    migrate(schema.connection, List{foundation, houses, gardens});
    const auto refused = refusal_of([&] { migrate(schema.connection, List{foundation, houses}); });
    EXPECT_EQ(refused.reason, Reason::unknown);
    EXPECT_NE(
        std::string(refused.what()).find("migration 3 (gardens) was applied by a newer program"),
        std::string::npos
    );
}

TEST(Migrations, AGapIsRefused) {
    Schema schema;
    const List known{foundation, houses, gardens};
    migrate(schema.connection, known);
    schema.connection.execute("DELETE FROM schema_migration WHERE number = 2");
    const auto refused = refusal_of([&] { check(schema.connection, known); });
    EXPECT_EQ(refused.reason, Reason::out_of_order);
    EXPECT_EQ(refused.number, 2);
}

TEST(Migrations, AHalfAppliedOneIsNoticedAndSaid) {
    Schema schema;
    constexpr Migration broken{
        2, "broken", "CREATE TABLE one (id INT PRIMARY KEY);\nCREATE TABLE two (;\n"};
    const List known{foundation, broken};
    const auto error = error_of([&] { migrate(schema.connection, known, {.holder = "node-a"}); });
    EXPECT_TRUE(std::string(error.what()).starts_with("migration 2 (broken), statement 2 of 2: "))
        << error.what();
    for (int attempt = 0; attempt < 2; ++attempt) {
        const auto refused = refusal_of([&] { migrate(schema.connection, known); });
        EXPECT_EQ(refused.reason, Reason::half_applied);
        const std::string text = refused.what();
        EXPECT_NE(
            text.find("begun by node-a and did not end: 1 of 2 statements are done"),
            std::string::npos
        ) << text;
    }
    EXPECT_EQ(refusal_of([&] { check(schema.connection, known); }).reason, Reason::half_applied);
    // What the text advises works.
    schema.connection.execute("CREATE TABLE two (id INT PRIMARY KEY)");
    schema.connection.execute("UPDATE schema_migration SET applied_at_us = 0 WHERE number = 2");
    check(schema.connection, known);
}

TEST(Migrations, SeveralNodesAtOnceApplyEachOnce) {
    Schema schema;
    const List known{foundation, houses, gardens};
    std::atomic<int> applied = 0;
    {
        std::vector<std::jthread> nodes;
        for (int i = 0; i < 4; ++i) {
            nodes.emplace_back([&] {
                Connection connection(schema.where);
                applied += static_cast<int>(migrate(connection, known).applied.size());
            });
        }
    }
    EXPECT_EQ(applied, 3);
    EXPECT_EQ(schema.number("SELECT COUNT(*) FROM house"), 1);
    check(schema.connection, known);
}

TEST(Migrations, ALongMigrationElsewhereIsNotWaitedForForever) {
    Schema schema;
    migrate(schema.connection, List{foundation});
    auto lease = take_lease(schema.connection, "migrate", "node-b", market::hour_us);
    ASSERT_TRUE(lease);
    const List known{foundation, houses};
    EXPECT_EQ(
        refusal_of([&] { migrate(schema.connection, known, {.wait_s = 0}); }).reason, Reason::busy
    );
    release_lease(schema.connection, *lease);
    EXPECT_EQ(migrate(schema.connection, known, {.wait_s = 0}).applied, (std::vector{2}));
}

TEST(Migrations, ReasonsThatNameGradesAreTakenAwayAndOthersStay) {
    Schema schema;
    const auto all = migrations();
    migrate(schema.connection, all.first(5));
    const auto insert = [&](const std::string& id, const std::string& kind) {
        schema.connection.execute(
            "INSERT INTO match_ (id, need_id, need_revision, achievement_id, achievement_revision, "
            "need_owner_id, achievement_owner_id, score, explanation_json, engine_version, "
            "need_answer, achievement_answer, found_at, updated_at, version) VALUES ('" +
            id + "', '" + id + R"(', 1, 'a', 1, 'b', 'c', .5, '{"contributions":[{"kind":")" +
            kind + R"("}]}', 'e', 'pending', 'pending', 0, 0, 1))"
        );
    };
    insert("graded", "feedback");
    insert("other", "term");
    migrate(schema.connection, all);
    const auto with_reasons = [&](const std::string& id) {
        return schema.number(
            "SELECT COUNT(*) FROM match_ WHERE explanation_json <> '' AND id = RPAD('" + id +
            "', 16, CHAR(0))"
        );
    };
    EXPECT_EQ(with_reasons("graded"), 0);
    EXPECT_EQ(with_reasons("other"), 1);
}

TEST(Migrations, OfThisProgramAreNumberedWithoutAGapAndEndWithoutARest) {
    int expected = 1;
    for (const auto& migration : migrations()) {
        EXPECT_EQ(migration.number, expected++);
        EXPECT_FALSE(split_statements(migration.sql).empty()) << migration.name;
    }
}

TEST(Migrations, OfThisProgramApplyToAnEmptyDatabase) {
    Schema schema;
    EXPECT_EQ(migrate(schema.connection).applied.size(), migrations().size());
    check(schema.connection);
    EXPECT_EQ(
        schema.number("SELECT COUNT(*) FROM information_schema.tables t WHERE table_schema = "
                      "DATABASE() AND NOT EXISTS "
                      "(SELECT 1 FROM information_schema.table_constraints c WHERE c.table_schema "
                      "= t.table_schema AND "
                      "c.table_name = t.table_name AND c.constraint_type = 'PRIMARY KEY')"),
        0
    ) << "every table has a primary key";
    EXPECT_EQ(
        schema.number(
            "SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND "
            "(data_type IN ('json', 'datetime', 'timestamp', 'time', 'enum', 'set') OR "
            "COALESCE(collation_name, 'utf8mb4_bin') <> 'utf8mb4_bin')"
        ),
        0
    ) << "every column is of a type that is read, and compared byte by byte";
}

struct SplitCase {
    std::string_view sql;
    std::vector<std::string> statements;
};

TEST(SplitStatements, CutsAtSemicolonsOutsideQuotesAndComments) {
    const SplitCase table[] = {
        {"", {}},
        {" ; ;\n", {}},
        {"A;B", {"A", "B"}},
        {"A;\nB;\n", {"A", "B"}},
        {"INSERT ';';B", {"INSERT ';'", "B"}},
        {"INSERT 'it''s;';B", {"INSERT 'it''s;'", "B"}},
        {"INSERT 'a\\';';B", {"INSERT 'a\\';'", "B"}},
        {"A \"x;y\";B", {"A \"x;y\"", "B"}},
        {"A `x;y\\`;B", {"A `x;y\\`", "B"}},
        {"-- note; more\nA;", {"A"}},
        {"A -- it's\n, B;", {"A  , B"}},
        {"A # it's;\n;B", {"A", "B"}},
        {"A /* it's; */ B;C", {"A   B", "C"}},
        {"A - -1; B --1", {"A - -1", "B --1"}},
        {"A 'open; B", {"A 'open; B"}},
    };
    for (const auto& [sql, statements] : table)
        EXPECT_EQ(split_statements(sql), statements) << sql;
}

} // namespace
} // namespace jishi::storage
