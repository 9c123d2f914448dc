// The dated rules in their table.
#pragma once

#include "market/books.hpp"
#include "storage/connection.hpp"

namespace jishi::storage {

class RuleBook final : public market::RuleBook {
public:
    explicit RuleBook(Connection& connection) : connection_(connection) {}

    // Of several rows in force that day, the one that began last.
    std::optional<std::int64_t> value_on(std::string_view key, market::Date day) override;

private:
    Connection& connection_;
};

} // namespace jishi::storage
