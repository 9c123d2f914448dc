#include "app/match_input.hpp"

#include "app/csv.hpp"
#include "app/input_file.hpp"
#include "app/jsonl.hpp"
#include "app/settings.hpp"
#include "market/text.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <optional>
#include <stdexcept>

namespace jishi::app {

namespace {

using Cells = std::vector<std::string>;

[[noreturn]] void refuse(const std::string& path, std::uint64_t line, std::string_view reason) {
    throw std::runtime_error(path + ":" + std::to_string(line) + ": " + std::string(reason));
}

std::string text_of(const protocol::json::Object& row, std::string_view key) {
    const auto value = row.find(key);
    if (!value) return {};
    if (value->is_integer()) return std::to_string(value->integer());
    return value->is_text() ? std::string(value->text()) : std::string();
}

void expect_utf8(const std::string& path, std::uint64_t line, std::string_view text) {
    if (!market::valid_utf8(text))
        refuse(path, line, "not UTF-8; let the spreadsheet save it as \"CSV UTF-8\"");
}

// visit(line, cells) for each row; the first, which names the columns, too.
template<class Visit>
void for_each_csv_row(const std::string& path, Visit visit) {
    auto in = input_file(path);
    const auto encoding = Encoding::of(in);
    if (!encoding.is_utf8())
        std::fprintf(stderr, "%s: read as %s\n", path.c_str(), encoding.name().c_str());
    CsvReader reader(in, encoding);
    while (const auto row = reader.next()) {
        if (!row->wrong.empty()) refuse(path, row->line, row->wrong);
        for (const auto& cell : row->cells)
            expect_utf8(path, row->line, cell);
        visit(row->line, row->cells);
    }
}

Cells split_at_tabs(const std::string& line) {
    Cells out;
    for (std::size_t begin = 0; begin <= line.size();) {
        const auto end = std::min(line.find('\t', begin), line.size());
        out.push_back(line.substr(begin, end - begin));
        begin = end + 1;
    }
    return out;
}

std::optional<double> number_of(std::string_view text) {
    double out = 0;
    const auto* const end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, out);
    return error == std::errc() && at == end ? std::optional(out) : std::nullopt;
}

// The same of a table without names, with tabs, or of a .csv below its names.
template<class Visit>
void for_each_table_row(const std::string& path, Visit visit) {
    if (is_csv(path)) {
        bool is_header = true;
        return for_each_csv_row(path, [&](std::uint64_t line, const Cells& cells) {
            if (!std::exchange(is_header, false)) visit(line, cells);
        });
    }
    auto in = input_file(path);
    std::string line;
    for (std::uint64_t number = 1; std::getline(in, line); ++number) {
        if (!line.empty() && line.back() == '\r') line.pop_back();
        expect_utf8(path, number, line);
        if (!line.empty()) visit(number, split_at_tabs(line));
    }
}

std::vector<matching::TextItem> read_csv(const std::string& path, const TextColumns& columns) {
    std::vector<matching::TextItem> items;
    Cells header;
    std::size_t row = 0;
    for_each_csv_row(path, [&](std::uint64_t line, const Cells& cells) {
        if (++row == 1) {
            header = cells;
            if (std::ranges::none_of(header, [&](const auto& name) { return columns.has(name); }))
                refuse(path, line, "no column is named id, title, body or as --field says");
            return;
        }
        auto item = columns.item_of([&](std::string_view column) {
            const auto at =
                static_cast<std::size_t>(std::ranges::find(header, column) - header.begin());
            return at < cells.size() ? cells[at] : std::string();
        });
        if (item.id.empty()) item.id = std::to_string(row);
        items.push_back(std::move(item));
    });
    if (row == 0) throw std::runtime_error(path + " has no row that names the columns");
    return items;
}

std::vector<matching::TextItem> read_jsonl(const std::string& path, const TextColumns& columns) {
    auto in = input_file(path);
    JsonlReader reader(in);
    std::vector<matching::TextItem> items;
    while (const auto row = reader.next()) {
        if (!row->wrong.empty()) refuse(path, row->line, row->wrong);
        const auto object = row->object.object();
        auto item = columns.item_of([&](std::string_view key) { return text_of(object, key); });
        if (item.id.empty()) refuse(path, row->line, "no id");
        items.push_back(std::move(item));
    }
    return items;
}

} // namespace

TextColumns::TextColumns(const std::vector<std::string>& fields) {
    for (const auto& text : fields) {
        const auto equals = text.find('=');
        const auto field = text.substr(0, equals);
        auto* const columns = field == "id"      ? &ids_
                              : field == "title" ? &titles_
                              : field == "body"  ? &bodies_
                                                 : nullptr;
        if (equals == std::string::npos || equals + 1 == text.size() || columns == nullptr)
            throw SettingError("--field: expected id=, title= or body=COLUMN, got " + text);
        columns->push_back(text.substr(equals + 1));
    }
}

bool TextColumns::has(std::string_view column) const {
    const auto is_in = [&](const auto& names) {
        return std::ranges::find(names, column) != names.end();
    };
    return is_in(ids_) || is_in(titles_) || is_in(bodies_);
}

void TextColumns::append(std::string& text, std::string_view more) {
    if (!text.empty() && !more.empty()) text += '\n';
    text += more;
}

std::vector<matching::TextItem> read_items(const std::string& path, const TextColumns& columns) {
    return is_csv(path) ? read_csv(path, columns) : read_jsonl(path, columns);
}

std::vector<matching::IdPair> read_pairs(const std::string& path) {
    std::vector<matching::IdPair> out;
    for_each_table_row(path, [&](std::uint64_t line, const Cells& cells) {
        if (cells.size() < 2) refuse(path, line, "expected need and achievement");
        out.push_back({cells[0], cells[1]});
    });
    return out;
}

std::vector<matching::GradedPair> read_judgements(const std::string& path) {
    std::vector<matching::GradedPair> out;
    for_each_table_row(path, [&](std::uint64_t line, const Cells& cells) {
        const auto grade = cells.size() >= 3 ? number_of(market::trim(cells[2])) : std::nullopt;
        if (!grade || !(*grade >= 1 && *grade <= 4))
            refuse(path, line, "expected need, achievement and grade 1..4");
        out.push_back({cells[0], cells[1], *grade});
    });
    return out;
}

} // namespace jishi::app
