#include "app/csv.hpp"

#include <array>
#include <utility>

namespace jishi::app {

namespace {

constexpr int end_of_file = std::istream::traits_type::eof();

} // namespace

CsvReader::CsvReader(std::istream& in, Encoding encoding)
    : in_(in), encoding_(std::move(encoding)) {
    constexpr std::array<int, 3> mark{0xef, 0xbb, 0xbf};
    for (std::size_t i = 0; i < mark.size(); ++i) {
        if (in_.peek() != mark[i]) {
            // A part of a mark is text like any other.
            while (i-- > 0)
                in_.unget();
            return;
        }
        in_.get();
    }
}

int CsvReader::get() {
    const int c = in_.get();
    if (c == '\n') ++line_;
    return c;
}

void CsvReader::skip_line() {
    for (int c = get(); c != '\n' && c != end_of_file;)
        c = get();
}

// Reads up to and including the separator. Returns what is wrong, if anything.
std::optional<std::string_view>
CsvReader::read_cell(std::string& cell, bool& row_ended, std::size_t& row_bytes) {
    bool quoted = false;
    if (in_.peek() == '"') {
        get();
        quoted = true;
    }
    for (;;) {
        const int c = get();
        if (++row_bytes > csv_row_bytes_max) return "row too long";
        if (quoted) {
            if (c == end_of_file) return "unclosed quote";
            if (c != '"') {
                cell += static_cast<char>(c);
            } else if (in_.peek() == '"') {
                cell += static_cast<char>(get());
            } else {
                quoted = false;
                const int after = in_.peek();
                if (after != ',' && after != '\r' && after != '\n' && after != end_of_file)
                    return "text after a quote";
            }
            continue;
        }
        if (c == ',') return {};
        if (c == '\r' && in_.peek() == '\n') continue;
        if (c == '\n' || c == end_of_file) {
            row_ended = true;
            return {};
        }
        cell += static_cast<char>(c);
    }
}

std::optional<CsvRow> CsvReader::next() {
    for (;;) {
        if (in_.peek() == end_of_file) return {};
        CsvRow row{.line = line_};
        std::size_t row_bytes = 0;
        for (bool row_ended = false; !row_ended;) {
            std::string cell;
            auto wrong = read_cell(cell, row_ended, row_bytes);
            if (!wrong && row.cells.size() == csv_columns_max) wrong = "too many columns";
            if (!wrong && !encoding_.bring_to_utf8(cell)) wrong = "not in the file's encoding";
            if (wrong) {
                if (!row_ended) skip_line();
                row.wrong = *wrong;
                return row;
            }
            row.cells.push_back(std::move(cell));
        }
        const bool empty_line = row.cells.size() == 1 && row.cells[0].empty();
        if (!empty_line) return row;
    }
}

std::string csv_cell(std::string_view text, bool for_people) {
    std::string cell;
    if (for_people && !text.empty() &&
        std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos)
        cell = "'";
    cell += text;
    if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
    std::string quoted = "\"";
    for (const char c : cell) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + "\"";
}

} // namespace jishi::app
