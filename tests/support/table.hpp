// Text tables for tests: one row a line, columns parted by white space, `//` starts a comment,
// "two words" is one column and "" an empty one. A failure inside the check names its row.
//
//     each_row<2>(R"(
//         // text           status
//         ""                refused
//         "a long title"    accepted
//     )", [](const std::string& text, const std::string& status) { ... });
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jishi::tests {

// The columns of one row; none of a blank line or a comment.
using Columns = std::vector<std::string>;

inline Columns columns_of(std::string_view row) {
    constexpr std::string_view blanks = " \t\r";
    std::vector<std::string> columns;
    for (auto at = row.find_first_not_of(blanks); at < row.size();
         at = row.find_first_not_of(blanks, at)) {
        if (row.substr(at).starts_with("//")) break;
        const bool quoted = row[at] == '"';
        if (quoted) ++at;
        const auto end = std::min(row.size(), row.find_first_of(quoted ? "\"" : blanks, at));
        columns.emplace_back(row.substr(at, end - at));
        at = quoted ? end + 1 : end;
    }
    return columns;
}

template<class Check, std::size_t... i>
void call_with_columns(Check& check, const Columns& columns, std::index_sequence<i...>) {
    check(columns[i]...);
}

// Calls check(first column, ..., last column) for every row of the table. A row that has not
// exactly `column_count` columns, and a table without rows, are failures of the test.
template<std::size_t column_count, class Check>
void each_row(std::string_view table, Check check) {
    std::size_t rows = 0;
    for (std::size_t at = 0; at <= table.size();) {
        const auto end = std::min(table.size(), table.find('\n', at));
        const auto row = table.substr(at, end - at);
        at = end + 1;

        const auto columns = columns_of(row);
        if (columns.empty()) continue;
        ++rows;
        const ::testing::ScopedTrace trace("in a table", static_cast<int>(rows), std::string(row));
        if (columns.size() == column_count)
            call_with_columns(check, columns, std::make_index_sequence<column_count>{});
        else
            ADD_FAILURE() << "expected " << column_count << " columns, found " << columns.size();
    }
    if (rows == 0) ADD_FAILURE() << "the table has no rows";
}

} // namespace jishi::tests
