// What happened. The transaction that changes something appends its events; everything that follows
// - the index, the read model, pushed messages, the audit chain - is driven by them.
#pragma once

#include "market/ids.hpp"
#include "market/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace jishi::market {

struct Event {
    EventId id{};
    std::string object{}; // typed id text: "need_...", "deal_..."
    std::uint32_t object_version = 0;
    std::string name{};       // "listing.publish", "deal.accept": aggregate and process event
    std::string from{}, to{}; // states
    std::optional<MemberId> member{}; // who; absent for the system
    std::string reason{};
    std::vector<std::pair<std::string, std::string>>
        facts{};                            // related ids and figures; no newline, no secret
    std::vector<OrganisationId> audience{}; // whose members are told
    bool operators_told = false;
    bool everyone_told = false; // public: a listing went live or left
    Instant at{};
};

// An event with its place in the log: positions are gap-free from 1; `hash` chains over all before
// it.
struct LoggedEvent {
    std::uint64_t position = 0;
    Event event{};
    std::string hash{}; // 64 hex digits
};

// The text that is hashed: the previous hash and every field of the event.
std::string chain_text(const Event& event, std::string_view previous_hash);

} // namespace jishi::market
