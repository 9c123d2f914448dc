// An import tells which of its rows are in the market already, whoever posted them.
#include "tests/scenario/market_walk.hpp"
#include "tests/support/test_database.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace jishi::test {
namespace {

const std::string summary =
    "低温热泵带式干燥，每天处理三十吨，出料含水率可在一成至四成之间调节，已连续运行两年。";

std::string
row(const std::string& source_id, const std::string& title, const std::string& more = {}) {
    return R"({"source_id":")" + source_id + R"(","title":")" + title + R"(","summary":")" +
           summary + more + R"(","fields":["new_materials"],"modes":["transfer"]})" + "\n";
}

class RepeatedRows : public ::testing::Test {
protected:
    RepeatedRows()
        : opened_(open_market("repeated_rows")),
          first_(join(opened_.market->port(), *opened_.bureau, "university", 31)),
          second_(join(opened_.market->port(), *opened_.bureau, "university", 32)) {}

    std::string
    import(int owner, const std::string& rows, std::vector<std::string> more = {"--publish"}) {
        const auto file = opened_.data / "rows.jsonl";
        std::filesystem::remove(notes_file());
        std::ofstream(file) << rows;
        std::vector<std::string> arguments{
            "import",
            file.string(),
            "--kind",
            "achievement",
            "--owner",
            uscc(owner),
            "--data",
            opened_.data.string(),
            "--errors",
            notes_file().string()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        const auto finished = run_jishi(arguments);
        EXPECT_EQ(finished.exit_code, 0) << finished.output << finished.errors;
        return finished.output.substr(0, finished.output.find("which rows"));
    }
    std::string notes() const {
        std::stringstream text;
        text << std::ifstream(notes_file()).rdbuf();
        return text.str();
    }
    std::filesystem::path notes_file() const { return opened_.data / "notes.jsonl"; }

    Opened opened_;
    Organisation first_, second_;
};

TEST_F(RepeatedRows, AreImportedAndToldOrLeftOut) {
    EXPECT_EQ(
        import(31, row("A-1", "污泥干燥设备")), "1 rows: 1 new, 0 changed, 0 as before, 0 refused\n"
    );
    std::string id;
    ASSERT_TRUE(eventually([&] {
        id = opened_.bureau->get("/api/v1/achievements").text("items/0/id");
        return !id.empty();
    }));

    const auto rows = row("B-1", "一种污泥的干燥设备", "可定制。") + row("B-2", "污泥焚烧设备") +
                      row("B-3", "污泥焚烧设备");
    EXPECT_EQ(
        import(32, rows, {"--publish", "--dry-run"}),
        "dry run, nothing changed: 3 rows: 3 new, 0 changed, 0 as before, 0 refused\n"
        "2 rows are the same as another listing, 0 of them left out\n"
    );
    EXPECT_EQ(
        import(32, rows, {"--publish", "--skip-duplicates"}),
        "3 rows: 1 new, 0 changed, 0 as before, 0 refused\n"
        "2 rows are the same as another listing, 2 of them left out\n"
    );
    EXPECT_NE(notes().find(R"({"line":1,"source_id":"B-1","problem":)"), std::string::npos);
    EXPECT_NE(notes().find(R"("same_as":")" + id + "\""), std::string::npos) << notes();
    EXPECT_NE(notes().find(R"("same_as":"line 2")"), std::string::npos) << notes();

    EXPECT_EQ(
        import(32, rows),
        "3 rows: 2 new, 0 changed, 1 as before, 0 refused\n"
        "2 rows are the same as another listing, 0 of them left out\n"
    );
    EXPECT_EQ(notes().find("problem"), std::string::npos) << notes();
    // A row for a listing that exists is no repetition of itself and is never left out.
    EXPECT_EQ(
        import(31, row("A-1", "污泥干燥设备", "欢迎来访。") + row("A-1", "污泥干燥设备")),
        "2 rows: 0 new, 2 changed, 0 as before, 0 refused\n"
        "2 rows are the same as another listing, 0 of them left out\n"
    );
    EXPECT_EQ(
        import(31, row("A-2", "污泥干燥设备"), {"--ignore-duplicates"}),
        "1 rows: 1 new, 0 changed, 0 as before, 0 refused\n"
    );
}

} // namespace
} // namespace jishi::test
