#include "storage/event_log.hpp"

#include "storage/event_map.hpp"
#include "storage/page.hpp"
#include "storage/uuid7.hpp"

namespace jishi::storage {

namespace {

struct Head {
    std::uint64_t position = 0;
    std::string hash;
    std::uint32_t version = 0;
};

Head read_head(Connection& connection, bool lock) {
    const std::string_view sql =
        lock ? "SELECT position, hash, version FROM log_head WHERE id = 1 FOR UPDATE"
             : "SELECT position, hash, version FROM log_head WHERE id = 1";
    auto rows = connection.statement(sql).query();
    if (!rows.next()) throw StorageError(StorageError::Kind::corrupt, 0, "the log has no head");
    return {rows.get<std::uint64_t>(0), rows.get<std::string>(1), rows.get<std::uint32_t>(2)};
}

// On engines whose row locks end at their own node two stampers can come here at once: the version
// lets one commit.
void move_head(Connection& connection, const Head& head) {
    const auto moved = connection
                           .statement("UPDATE log_head SET position = ?, hash = ?, version = ?"
                                      " WHERE id = 1 AND version = ?")
                           .run(head.position, head.hash, head.version + 1, head.version);
    if (moved == 0) throw_stale("log_head");
}

// Left to itself the optimiser may walk all events in the order of their ids.
constexpr std::string_view unstamped =
    "FORCE INDEX (uq_event_position) WHERE position IS NULL ORDER BY id LIMIT ?";

bool any_unstamped(Connection& connection) {
    static const auto sql = "SELECT id FROM event " + std::string(unstamped);
    return connection.statement(sql).query(1).next();
}

std::size_t stamp_batch(Connection& connection, std::uint32_t limit) {
    auto head = read_head(connection, true);
    const auto events = find_all<EventMap>(connection, unstamped, limit);
    if (events.empty()) return 0;
    for (const auto& event : events) {
        ++head.position;
        head.hash = sha256_hex(market::chain_text(event, head.hash));
        const auto stamped =
            connection
                .statement(
                    "UPDATE event SET position = ?, hash = ? WHERE id = ? AND position IS NULL"
                )
                .run(head.position, head.hash, event.id);
        if (stamped == 0) throw_stale("event");
    }
    move_head(connection, head);
    return events.size();
}

// A stamped event of a page that begins behind `position`.
std::vector<market::LoggedEvent>
read_page(Connection& connection, std::uint64_t position, std::uint32_t limit) {
    static const auto sql = "SELECT position, hash, " + select_list<EventMap>("") +
                            " FROM event WHERE position > ? ORDER BY position LIMIT ?";
    auto rows = connection.statement(sql).query(position, limit);
    std::vector<market::LoggedEvent> page;
    while (rows.next()) {
        ColumnReader reader(rows, 2);
        page.push_back(
            {.position = rows.get<std::uint64_t>(0),
             .event = object_of<EventMap>(reader),
             .hash = rows.get<std::string>(1)}
        );
    }
    return page;
}

std::optional<std::string> hash_of_event(Connection& connection, std::uint64_t position) {
    if (position == 0) return "";
    auto rows = connection.statement("SELECT hash FROM event WHERE position = ?").query(position);
    if (!rows.next()) return {};
    return rows.get<std::string>(0);
}

} // namespace

std::size_t EventLog::stamp(std::uint32_t limit) {
    checked_limit(limit, batch_max);
    {
        const auto lease = pool_.take();
        if (!any_unstamped(*lease)) return 0; // most calls: no lock, no transaction
    }
    return in_transaction(pool_, [&](Connection& connection) {
        return stamp_batch(connection, limit);
    });
}

std::vector<market::LoggedEvent> EventLog::read_after(std::uint64_t position, std::uint32_t limit) {
    const auto lease = pool_.take();
    return read_page(*lease, position, checked_limit(limit, batch_max));
}

std::uint64_t EventLog::last_position() {
    const auto lease = pool_.take();
    return read_head(*lease, false).position;
}

std::optional<std::string> EventLog::hash_at(std::uint64_t position) {
    const auto lease = pool_.take();
    return hash_of_event(*lease, position);
}

bool EventLog::goes_on_from(std::uint64_t position, std::string_view hash) {
    const auto lease = pool_.take();
    const auto head = read_head(*lease, false);
    if (head.position < position || hash_of_event(*lease, position) != hash) return false;
    auto rows = lease->statement("SELECT COUNT(*) FROM event WHERE position > ? AND position <= ?")
                    .query(position, head.position);
    return rows.next() && rows.get<std::uint64_t>(0) == head.position - position;
}

std::optional<std::uint64_t> EventLog::verify(std::uint64_t from, std::uint64_t to) {
    const auto lease = pool_.take();
    const auto head = read_head(*lease, false);
    const auto last = std::min(to, head.position);
    if (from > last) return {};
    auto previous = hash_of_event(*lease, from - 1);
    if (!previous) return from;
    for (auto next = from; next <= last;) {
        const auto page = read_page(*lease, next - 1, batch_max);
        if (page.empty()) return next;
        for (const auto& [position, event, hash] : page) {
            if (next > last) break;
            if (position != next || hash != sha256_hex(market::chain_text(event, *previous)))
                return next;
            previous = hash;
            ++next;
        }
    }
    if (last == head.position && *previous != head.hash) return last;
    return {};
}

std::uint64_t consumer_position(Connection& connection, std::string_view name) {
    auto rows = connection.statement("SELECT position FROM consumer WHERE name = ?").query(name);
    return rows.next() ? rows.get<std::uint64_t>(0) : 0;
}

void advance_consumer(
    Connection& connection, std::string_view name, std::uint64_t from, std::uint64_t to
) {
    const auto advanced =
        connection.statement("UPDATE consumer SET position = ? WHERE name = ? AND position = ?")
            .run(to, name, from);
    if (advanced == 1) return;
    const bool first_step =
        from == 0 && inserted("PRIMARY", [&] {
            connection.statement("INSERT INTO consumer (name, position) VALUES (?, ?)")
                .run(name, to);
        });
    if (!first_step) throw_stale("consumer");
}

} // namespace jishi::storage
