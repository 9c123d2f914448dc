// The one log of everything that happened. A business transaction appends events without a
// position; afterwards the stamper gives each committed event the next position and a hash over it
// and all before it. So positions are gap-free in the order in which readers may see them: an event
// that commits late comes later, and none is ever missed.
#pragma once

#include "market/event.hpp"
#include "storage/pool.hpp"
#include "storage/transaction.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jishi::storage {

// Thread-safe. Any number of nodes may stamp: the row of the log's head lets one at a time.
class EventLog {
public:
    static constexpr std::uint32_t batch_max = 500;

    explicit EventLog(Pool& pool) : pool_(pool) {}

    // Stamps the oldest unstamped events, at most `limit` (1..batch_max); how many.
    std::size_t stamp(std::uint32_t limit = batch_max);
    // In order, at most `limit` (1..batch_max).
    std::vector<market::LoggedEvent> read_after(std::uint64_t position, std::uint32_t limit);
    std::uint64_t last_position();
    // The hash of the event there, "" before the first one; nothing if there is no such event.
    std::optional<std::string> hash_at(std::uint64_t position);
    // Whether the log holds an event of this hash there, and all that came after it.
    bool goes_on_from(std::uint64_t position, std::string_view hash);
    // The first position in [from, to] that is missing or whose hash does not follow from the one
    // before it. REQUIRES: from >= 1. Positions that were never given are not looked at.
    std::optional<std::uint64_t> verify(std::uint64_t from, std::uint64_t to);

private:
    Pool& pool_;
};

// How far a named consumer of the log has come; 0 before its first step.
std::uint64_t consumer_position(Connection& connection, std::string_view name);
// Inside the consumer's own transaction, so that its work and its position stand or fall together.
// Throws conflict when another has advanced it meanwhile.
void advance_consumer(
    Connection& connection, std::string_view name, std::uint64_t from, std::uint64_t to
);

} // namespace jishi::storage
