// A table as a spreadsheet saved it, in GBK or in UTF-8, becomes listings that are found.
#include "tests/app/encoded.hpp"
#include "tests/scenario/market_walk.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace jishi::test {
namespace {

const std::string head = "source_id,title,summary,fields,modes\r\n";
const std::string good =
    R"(G-1,低温热泵带式污泥干燥,"每天处理三十吨,出料含水率可在一成至四成之间调节",environment,transfer)"
    "\r\n"
    "G-2,海上风电塔筒防腐涂层,盐雾环境下长期免维护，已在三个风场连续使用五年，单价每平方米80元,"
    "new_materials,transfer\r\n";
const std::string bad = "G-3,无字段的成果,没有说明属于哪个技术领域的一项成果,nonsense,transfer\r\n";

// As a spreadsheet marks what it saves in UTF-8.
std::string marked(const std::string& encoding) {
    return encoding == "UTF-8" ? "\uFEFF" : "";
}

class Spreadsheet : public ::testing::TestWithParam<const char*> {};

TEST_P(Spreadsheet, IsImportedAndFound) {
    const auto opened = open_market("spreadsheet");
    join(opened.market->port(), *opened.bureau, "university", 31);
    const auto table = (opened.data / "table.csv").string();
    std::ofstream(table, std::ios::binary)
        << app::test::encoded(GetParam(), marked(GetParam()) + head + good + bad);
    const auto finished = run_jishi(
        {"import",
         table,
         "--kind",
         "achievement",
         "--owner",
         uscc(31),
         "--data",
         opened.data.string(),
         "--publish"}
    );
    EXPECT_NE(
        finished.output.find("3 rows: 2 new, 0 changed, 0 as before, 1 refused\n"),
        std::string::npos
    ) << finished.output
      << finished.errors;
    std::stringstream refused;
    refused << std::ifstream(table + ".errors.jsonl").rdbuf();
    EXPECT_NE(refused.str().find("G-3"), std::string::npos) << refused.str();
    EXPECT_NE(refused.str().find("/fields/0 is not one of"), std::string::npos) << refused.str();

    EXPECT_TRUE(eventually([&] {
        return opened.bureau->get("/api/v1/achievements?q=%E5%A1%94%E7%AD%92")
                   .text("items/0/title") == "海上风电塔筒防腐涂层";
    }));
    EXPECT_TRUE(eventually([&] {
        return opened.bureau->get("/api/v1/achievements?q=%E7%83%AD%E6%B3%B5")
                   .text("items/0/title") == "低温热泵带式污泥干燥";
    }));
}

INSTANTIATE_TEST_SUITE_P(Encoded, Spreadsheet, ::testing::Values("GB18030", "UTF-8"));

} // namespace
} // namespace jishi::test
