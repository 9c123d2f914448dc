// Appending an event to the books, in one line of a use-case.
#pragma once

#include "market/books.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace jishi::market {

struct Happening {
    std::string object{};
    std::uint32_t object_version = 0;
    std::string name{};
    std::string_view from{}, to{};
    const Caller* caller = nullptr; // null: the system
    std::string_view reason{};
    std::vector<OrganisationId> audience{};
    std::vector<std::pair<std::string, std::string>> facts{};
    bool operators_told = false, everyone_told = false;
};

inline void record(Books& books, Happening happening) {
    books.events.append(
        {.id = books.new_id_of<EventId>(),
         .object = std::move(happening.object),
         .object_version = happening.object_version,
         .name = std::move(happening.name),
         .from = std::string(happening.from),
         .to = std::string(happening.to),
         .member = happening.caller ? std::optional(happening.caller->member) : std::nullopt,
         .reason = std::string(happening.reason),
         .facts = std::move(happening.facts),
         .audience = std::move(happening.audience),
         .operators_told = happening.operators_told,
         .everyone_told = happening.everyone_told,
         .at = books.now}
    );
}

// A client may name the version it has read; null means it does not care (the system, a replayable
// act).
inline bool is_stale(std::optional<std::uint32_t> expected, std::uint32_t version) {
    return expected && *expected != version;
}

} // namespace jishi::market
