// Pages of the newest rows, cut by key and never by offset.
#pragma once

#include "market/books.hpp"
#include "storage/row.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace jishi::storage {

inline constexpr std::uint32_t page_rows_max = 100;   // of a page that a user asked for
inline constexpr std::uint32_t batch_rows_max = 1000; // of a batch that a job asked for

// Throws misuse outside 1..most: whoever asks has checked the limit before.
std::uint32_t checked_limit(std::uint32_t limit, std::uint32_t most);

// Conditions that all hold, with their values. Text values must outlive the query.
class Condition {
public:
    Condition() = default;
    Condition(std::string_view sql, const Parameter& value) { require(sql, value); }

    Condition& require(std::string_view sql);
    Condition& require(std::string_view sql, const Parameter& value);

    const std::string& sql() const { return sql_; }
    const std::vector<Parameter>& values() const { return values_; }

private:
    std::string sql_ = "TRUE";
    std::vector<Parameter> values_;
};

// The rows that satisfy any of one or two conditions, newest first. Each condition walks its own
// index of ids.
Rows newest_rows(
    Connection& connection,
    const std::string& select,
    std::string_view table,
    std::initializer_list<Condition> any_of,
    const market::PageRequest& page
);

template<class Map>
std::vector<typename Map::Object> newest(
    Connection& connection, std::initializer_list<Condition> any_of, const market::PageRequest& page
) {
    return all_of<Map>(newest_rows(connection, select_sql<Map>(), Map::table, any_of, page));
}

} // namespace jishi::storage
