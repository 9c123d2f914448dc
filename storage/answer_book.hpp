// The answers that were given to requests with an Idempotency-Key, in their table.
#pragma once

#include "market/books.hpp"
#include "storage/connection.hpp"

namespace jishi::storage {

class AnswerBook final : public market::AnswerBook {
public:
    explicit AnswerBook(Connection& connection) : connection_(connection) {}

    std::optional<market::StoredAnswer> find(std::string_view scope, std::string_view key) override;
    void
    add(std::string_view scope,
        std::string_view key,
        const market::StoredAnswer& answer,
        market::Instant at) override;
    // The oldest 1,000 at most: a unit of work stays small, the next sweep goes on.
    void forget_before(market::Instant at) override;

private:
    Connection& connection_;
};

} // namespace jishi::storage
