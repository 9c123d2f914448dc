#include "storage/rule_book.hpp"

namespace jishi::storage {

std::optional<std::int64_t> RuleBook::value_on(std::string_view key, market::Date day) {
    const auto text = market::format_date(day);
    auto rows =
        connection_
            .statement("SELECT value FROM rule_param WHERE rule_key = ? AND effective_from <= ?"
                       " AND (effective_to IS NULL OR effective_to >= ?)"
                       " ORDER BY effective_from DESC LIMIT 1")
            .query(key, text, text);
    if (!rows.next()) return {};
    return rows.get<std::int64_t>(0);
}

} // namespace jishi::storage
