#include "storage/unit_of_work.hpp"

#include "storage/uuid7.hpp"

#include <sodium.h>

namespace jishi::storage {

OwnedBooks::OwnedBooks(Connection& connection, market::Instant now)
    : parties_(connection, now), listings_(connection), matches_(connection), feedback_(connection),
      deals_(connection), contracts_(connection), events_(connection), answers_(connection),
      rules_(connection) {}

UnitOfWork::UnitOfWork(Connection& connection, market::Instant at)
    : OwnedBooks(connection, at), Books(
                                      parties_,
                                      listings_,
                                      matches_,
                                      feedback_,
                                      deals_,
                                      contracts_,
                                      events_,
                                      answers_,
                                      rules_,
                                      at
                                  ),
      connection_(connection) {}

market::IdBytes UnitOfWork::new_id() {
    return new_uuid7();
}

market::IdBytes UnitOfWork::new_random_id() {
    market::IdBytes bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | 0x40); // UUIDv4
    bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
    return bytes;
}

std::string UnitOfWork::sha256_hex(std::string_view text) {
    return storage::sha256_hex(text);
}

} // namespace jishi::storage
