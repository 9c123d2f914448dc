#include "storage/row.hpp"

namespace jishi::storage {

void throw_corrupt(std::string_view value) {
    constexpr std::size_t shown_max = 60;
    throw StorageError(
        StorageError::Kind::corrupt,
        0,
        "a column holds an unknown value: " + std::string(value.substr(0, shown_max))
    );
}

void throw_stale(std::string_view table) {
    throw StorageError(
        StorageError::Kind::conflict, 0, "a row of " + std::string(table) + " has moved on"
    );
}

market::Date ColumnReader::read_date(std::size_t column) const {
    const auto text = rows_.get<std::string>(column);
    const auto date = market::parse_date(text);
    if (!date) throw_corrupt(text);
    return *date;
}

std::string select_list(const std::vector<ColumnNames::Column>& columns, std::string_view prefix) {
    std::string list;
    for (const auto& column : columns) {
        if (column.is_slot) continue;
        list.append(list.empty() ? "" : ", ").append(prefix).append(column.name);
    }
    return list;
}

std::string insert_sql(std::string_view table, const std::vector<ColumnNames::Column>& columns) {
    std::string names, marks;
    for (const auto& column : columns) {
        names.append(names.empty() ? "" : ", ").append(column.name);
        marks.append(marks.empty() ? "?" : ", ?");
    }
    return "INSERT INTO " + std::string(table) + " (" + names + ") VALUES (" + marks + ")";
}

std::string update_sql(std::string_view table, const std::vector<ColumnNames::Column>& columns) {
    std::string settings;
    for (std::size_t i = 1; i < columns.size(); ++i)
        settings.append(i == 1 ? "" : ", ").append(columns[i].name).append(" = ?");
    return "UPDATE " + std::string(table) + " SET " + settings + " WHERE " +
           std::string(columns.front().name) + " = ? AND version = ?";
}

} // namespace jishi::storage
