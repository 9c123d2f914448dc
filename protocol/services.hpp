// What the handlers stand on. The assembly (app/) fills it in; nothing here knows how a unit of
// work is stored.
#pragma once

#include "market/books.hpp"
#include "matching/engine.hpp"
#include "protocol/cursor.hpp"
#include "protocol/reply.hpp"
#include "protocol/request.hpp"
#include "protocol/routes.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace jishi::protocol {

// A piece of a request that runs inside one unit of work. A reply commits it, a refusal undoes it.
// It may be run more than once (a lost race), so it must not keep anything from a run before.
using UnitWork = std::function<market::Result<Reply>(market::Books&)>;

struct Services {
    std::function<market::Result<Reply>(const UnitWork&)> in_unit;
    std::function<std::shared_ptr<const matching::Snapshot>()> snapshot;
    std::function<market::Instant()> now;
    Cursors cursors;
    // The events after a position that the caller may see are read from the log, not from a unit of
    // work.
    std::function<std::vector<market::LoggedEvent>(std::uint64_t after, std::uint32_t limit)>
        read_events;
    // End the live sockets of a member whose session was ended.
    std::function<void(market::MemberId)> end_live;
};

// Runs `work` once for the request's Idempotency-Key: the same key with the same request gives the
// first answer again, with another request idempotency_key_reused. Refusals are not kept, so a
// corrected request may use its key.
market::Result<Reply> once(const Services& services, const Request& request, const UnitWork& work);

// One page of a list that is read newest first by id: {"items":[...],"next_cursor":...}.
market::Result<market::PageRequest> page_of(const Services& services, const Request& request);
inline constexpr std::int64_t page_limit_default = 20;
inline constexpr std::int64_t page_limit_max = 100;

// The routes of each resource; make_routes joins them all.
std::vector<Route> party_routes(const Services& services);
std::vector<Route> session_routes(const Services& services);
std::vector<Route> listing_routes(const Services& services);
std::vector<Route> search_routes(const Services& services);
std::vector<Route> match_routes(const Services& services);
std::vector<Route> deal_routes(const Services& services);
std::vector<Route> contract_routes(const Services& services);
std::vector<Route> event_routes(const Services& services);
std::vector<Route> make_routes(const Services& services); // `services` must outlive the table

} // namespace jishi::protocol
