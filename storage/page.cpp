#include "storage/page.hpp"

namespace jishi::storage {

namespace {

// Above every UUIDv7: their first 48 bits are a time.
constexpr market::IdBytes beyond_every_id = [] {
    market::IdBytes id{};
    id.fill(0xff);
    return id;
}();

} // namespace

std::uint32_t checked_limit(std::uint32_t limit, std::uint32_t most) {
    if (limit < 1 || limit > most)
        throw StorageError(
            StorageError::Kind::misuse, 0, "a limit of " + std::to_string(limit) + " rows"
        );
    return limit;
}

Condition& Condition::require(std::string_view sql) {
    sql_.append(" AND ").append(sql);
    return *this;
}

Condition& Condition::require(std::string_view sql, const Parameter& value) {
    values_.push_back(value);
    return require(sql);
}

Rows newest_rows(
    Connection& connection,
    const std::string& select,
    std::string_view table,
    std::initializer_list<Condition> any_of,
    const market::PageRequest& page
) {
    constexpr std::string_view end_of_page = " AND id < ? ORDER BY id DESC LIMIT ?";
    const auto limit = checked_limit(page.limit, page_rows_max);
    const auto before = page.before.value_or(beyond_every_id);
    std::vector<Parameter> values;
    std::string ids;
    for (const auto& condition : any_of) {
        ids.append(ids.empty() ? "(" : " UNION (").append("SELECT id FROM ").append(table);
        ids.append(" WHERE ").append(condition.sql()).append(end_of_page).append(")");
        values.insert(values.end(), condition.values().begin(), condition.values().end());
        values.insert(values.end(), {Parameter(before), Parameter(limit)});
    }
    if (any_of.size() == 1)
        return connection
            .statement(select + "WHERE " + any_of.begin()->sql() + std::string(end_of_page))
            .query_with(values);
    values.emplace_back(limit);
    return connection
        .statement(select + "JOIN (" + ids + ") page USING (id) ORDER BY id DESC LIMIT ?")
        .query_with(values);
}

} // namespace jishi::storage
