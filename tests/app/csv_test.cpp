#include "app/csv.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace jishi::app {
namespace {

std::vector<CsvRow> read(const std::string& text) {
    std::istringstream in(text);
    CsvReader reader(in);
    std::vector<CsvRow> rows;
    while (auto row = reader.next())
        rows.push_back(std::move(*row));
    return rows;
}

using Cells = std::vector<std::string>;

TEST(Csv, ReadsWhatSpreadsheetsWrite) {
    const auto rows =
        read("\xef\xbb\xbfid,title\r\n1,\"锂电池, 高能量\"\r\n2,\"说 \"\"好\"\"\n第二行\"\r\n");
    ASSERT_EQ(rows.size(), 3u);
    EXPECT_EQ(rows[0].cells, (Cells{"id", "title"}));
    EXPECT_EQ(rows[1].cells, (Cells{"1", "锂电池, 高能量"}));
    EXPECT_EQ(rows[2].cells, (Cells{"2", "说 \"好\"\n第二行"}));
    EXPECT_EQ(rows[2].line, 3u);
}

TEST(Csv, ALastLineNeedsNoLineBreakAndEmptyLinesArePassedOver) {
    const auto rows = read("a,b\n\n\nc,");
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_EQ(rows[1].cells, (Cells{"c", ""}));
    EXPECT_EQ(rows[1].line, 4u);
}

TEST(Csv, AWrongRowIsToldAndTheNextIsRead) {
    const auto rows = read("\"a\"x,1\nb,2\n");
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_EQ(rows[0].wrong, "text after a quote");
    EXPECT_EQ(rows[1].cells, (Cells{"b", "2"}));
}

TEST(Csv, AnUnclosedQuoteIsTold) {
    const auto rows = read("\"abc\n");
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0].wrong, "unclosed quote");
}

TEST(Csv, ARowMayBeAsLongAsTheLimitAndNoLonger) {
    const std::string most(csv_row_bytes_max - 1, 'x'); // the line break counts
    EXPECT_TRUE(read(most + "\n")[0].wrong.empty());
    EXPECT_EQ(read(most + "x\n")[0].wrong, "row too long");
}

TEST(Csv, ARowMayHaveAsManyColumnsAsTheLimitAndNoMore) {
    std::string row(csv_columns_max - 1, ',');
    EXPECT_EQ(read(row + "\n")[0].cells.size(), csv_columns_max);
    EXPECT_EQ(read(row + ",\n")[0].wrong, "too many columns");
}

TEST(Csv, WrittenCellsAreReadBackAsTheyWere) {
    for (const std::string cell : {"plain", "a,b", "say \"x\"", "two\nlines", "汉字", ""}) {
        const auto rows = read(csv_cell(cell, false) + ",end\n");
        EXPECT_EQ(rows.at(0).cells.at(0), cell);
    }
}

TEST(Csv, AFormulaIsDefusedForPeople) {
    EXPECT_EQ(csv_cell("=HYPERLINK(1)", true), "'=HYPERLINK(1)");
    EXPECT_EQ(csv_cell("=1", false), "=1");
}

} // namespace
} // namespace jishi::app
