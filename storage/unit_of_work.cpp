#include "storage/unit_of_work.hpp"

#include "storage/uuid7.hpp"

namespace jishi::storage {

OwnedBooks::OwnedBooks(Connection& connection, market::Instant now)
    : parties_(connection, now), listings_(connection), matches_(connection), deals_(connection),
      contracts_(connection), events_(connection), answers_(connection), rules_(connection) {}

UnitOfWork::UnitOfWork(Connection& connection, market::Instant at)
    : OwnedBooks(connection, at),
      Books(parties_, listings_, matches_, deals_, contracts_, events_, answers_, rules_, at),
      connection_(connection) {}

market::IdBytes UnitOfWork::new_id() {
    return new_uuid7();
}

std::string UnitOfWork::sha256_hex(std::string_view text) {
    return storage::sha256_hex(text);
}

} // namespace jishi::storage
