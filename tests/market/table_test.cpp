#include "tests/support/table.hpp"

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

namespace jishi::tests {
namespace {

using Columns = std::vector<std::string>;

TEST(Table, ARowIsCutAtBlanksQuotesAndComments) {
    EXPECT_EQ(columns_of(""), Columns{});
    EXPECT_EQ(columns_of("   // only a comment"), Columns{});
    EXPECT_EQ(columns_of("  a \t b  "), (Columns{"a", "b"}));
    EXPECT_EQ(columns_of("a b // why"), (Columns{"a", "b"}));
    EXPECT_EQ(columns_of("http://a b"), (Columns{"http://a", "b"}));
    EXPECT_EQ(columns_of(R"("" "two words" "// text")"), (Columns{"", "two words", "// text"}));
    EXPECT_EQ(columns_of(R"("never closed)"), (Columns{"never closed"}));
}

TEST(Table, EveryRowIsChecked) {
    std::string seen;
    each_row<2>(
        R"(
        // number  name

        1          one
        2          two     // the last
        )",
        [&](const std::string& number, const std::string& name) { seen += number + name + " "; }
    );
    EXPECT_EQ(seen, "1one 2two ");
}

TEST(Table, AFailureNamesItsRow) {
    EXPECT_NONFATAL_FAILURE(
        each_row<1>("good\nwrong", [](const std::string& word) { EXPECT_EQ(word, "good"); }),
        "wrong"
    );
}

TEST(Table, ARowTooShortAndAnEmptyTableAreFailures) {
    const auto ignore = [](const std::string&, const std::string&) {};
    EXPECT_NONFATAL_FAILURE(each_row<2>("a b\nc", ignore), "expected 2 columns, found 1");
    EXPECT_NONFATAL_FAILURE(each_row<2>("// nothing", ignore), "no rows");
}

} // namespace
} // namespace jishi::tests
