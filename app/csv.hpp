// RFC 4180 as spreadsheets write it: quoted fields with doubled quotes and line breaks, CRLF or LF,
// an optional byte order mark; cells are brought to UTF-8. Streaming: one row in memory at a time.
#pragma once

#include "app/encoding.hpp"

#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jishi::app {

inline constexpr std::size_t csv_row_bytes_max = std::size_t{1024} * 1024;
inline constexpr std::size_t csv_columns_max = 200;

struct CsvRow {
    std::uint64_t line = 0; // where it starts in the file, from 1
    std::vector<std::string> cells{};
    std::string_view wrong{}; // "unclosed quote", "row too long", ...; cells are then meaningless
};

class CsvReader {
public:
    explicit CsvReader(std::istream& in, Encoding encoding = {});

    // Nothing at the end. Empty lines are passed over. After a wrong row reading goes on at the
    // next line.
    std::optional<CsvRow> next();

private:
    int get();
    void skip_line();
    std::optional<std::string_view>
    read_cell(std::string& cell, bool& row_ended, std::size_t& row_bytes);

    std::istream& in_;
    Encoding encoding_;
    std::uint64_t line_ = 1;
};

inline bool is_csv(std::string_view path) {
    return path.ends_with(".csv");
}

// One cell, quoted where it must be. `for_people`: a cell that a spreadsheet would run as a formula
// is defused with a leading apostrophe.
std::string csv_cell(std::string_view text, bool for_people);

} // namespace jishi::app
