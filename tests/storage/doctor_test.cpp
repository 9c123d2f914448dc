#include "storage/doctor.hpp"
#include "tests/storage/storage_fixture.hpp"

#include <algorithm>

namespace jishi::storage {
namespace {

using Level = Finding::Level;

Finding find(const std::vector<Finding>& findings, std::string_view name) {
    const auto found = std::ranges::find(findings, name, &Finding::name);
    return found == findings.end() ? Finding{} : *found;
}

TEST(Doctor, FindsNothingButTheDeliberateHasteOfTheTestServer) {
    Schema schema;
    for (const auto& finding : inspect(schema.connection, database_now(schema.connection))) {
        const bool deliberate = finding.name == "flush_at_commit";
        EXPECT_EQ(finding.level, deliberate ? Level::problem : Level::fine)
            << finding.name << ": " << finding.found;
        EXPECT_EQ(finding.advice.empty(), !deliberate) << finding.name;
    }
}

TEST(Doctor, NoticesAWrongClockOnEitherSide) {
    Schema schema;
    const auto now = database_now(schema.connection);
    for (const auto skew : {market::minute_us, -market::minute_us}) {
        EXPECT_EQ(find(inspect(schema.connection, now + skew), "clock_skew").level, Level::problem);
    }
}

TEST(Doctor, NoticesASessionThatWasLoosened) {
    Schema schema;
    schema.connection.execute("SET SESSION sql_mode = ''");
    schema.connection.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
    schema.connection.execute("ALTER DATABASE CHARACTER SET latin1");
    schema.connection.execute("USE " + schema.where.schema);
    const auto findings = inspect(schema.connection, database_now(schema.connection));
    EXPECT_EQ(find(findings, "sql_mode").level, Level::problem);
    EXPECT_EQ(find(findings, "isolation").level, Level::problem);
    EXPECT_EQ(find(findings, "isolation").found, "REPEATABLE-READ");
    EXPECT_EQ(find(findings, "schema_charset").level, Level::advice);
}

TEST(Doctor, NamesThePrivilegesThatAreMissing) {
    Schema schema;
    const auto user = "u_" + schema.where.schema;
    schema.connection.execute("CREATE USER " + user + "@localhost IDENTIFIED BY 'p'");
    schema.connection.execute(
        "GRANT SELECT, INSERT, UPDATE ON " + schema.where.schema + ".* TO " + user + "@localhost"
    );
    auto where = schema.where;
    where.user = user;
    where.password = "p";
    Connection poor(where);
    const auto found = find(inspect(poor, database_now(poor)), "privileges");
    EXPECT_EQ(found.found, "missing DELETE, CREATE, ALTER, INDEX");
}

} // namespace
} // namespace jishi::storage
