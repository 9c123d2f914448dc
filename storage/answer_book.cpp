#include "storage/answer_book.hpp"

#include "storage/page.hpp"

namespace jishi::storage {

std::optional<market::StoredAnswer> AnswerBook::find(std::string_view scope, std::string_view key) {
    auto rows = connection_
                    .statement("SELECT request_hash, status, headers, body FROM stored_answer"
                               " WHERE scope = ? AND idempotency_key = ?")
                    .query(scope, key);
    if (!rows.next()) return {};
    return market::StoredAnswer{
        .request_hash = rows.get<std::string>(0),
        .status = rows.get<int>(1),
        .headers = rows.get<std::string>(2),
        .body = rows.get<std::string>(3)};
}

void AnswerBook::add(
    std::string_view scope,
    std::string_view key,
    const market::StoredAnswer& answer,
    market::Instant at
) {
    connection_
        .statement("INSERT INTO stored_answer"
                   " (scope, idempotency_key, request_hash, status, headers, body, given_at)"
                   " VALUES (?, ?, ?, ?, ?, ?, ?)")
        .run(scope, key, answer.request_hash, answer.status, answer.headers, answer.body, at);
}

void AnswerBook::forget_before(market::Instant at) {
    connection_
        .statement("DELETE FROM stored_answer WHERE given_at < ?"
                   " ORDER BY given_at, scope, idempotency_key LIMIT ?")
        .run(at, batch_rows_max);
}

} // namespace jishi::storage
