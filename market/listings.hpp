// The use-cases on achievements and needs.
#pragma once

#include "market/books.hpp"

namespace jishi::market {

struct ListingDraft {
    ListingKind kind = ListingKind::achievement;
    ListingContent content{};
    std::string source_id{}; // 0..100 characters: the owner's own number
};

// Refuses scope_missing, not_permitted, invalid_fields, duplicate_source.
Result<Listing> create_listing(Books& books, const Caller& caller, const ListingDraft& draft);

// Writes a new revision. The same content again changes nothing. On a live listing the market goes
// on seeing the approved revision. Refuses not_found, event_not_allowed, not_permitted,
// version_stale, invalid_fields.
Result<Listing> revise_listing(
    Books& books,
    const Caller& caller,
    ListingId id,
    const ListingContent& content,
    std::optional<std::uint32_t> expected_version
);

// Fires an event of the listing's process on behalf of a person. Refuses in the order not_found,
// event_not_allowed, not_permitted, reason_required, version_stale, organisation_unverified,
// invalid_fields.
Result<Listing> act_on_listing(
    Books& books,
    const Caller& caller,
    ListingId id,
    ListingEvent event,
    std::string_view reason,
    std::optional<std::uint32_t> expected_version
);

// Fires an event of the system on a listing that was taken: engage, disengage, expire,
// close_by_contract. False when the state has no such row. With close_rival_deals all open deals on
// it are closed.
bool fire_by_system(
    Books& books, Listing& listing, ListingEvent event, std::string_view reason = {}
);

// After a deal ended: back from engaged when nothing is open any more. REQUIRES: the listing was
// taken.
void disengage_if_idle(Books& books, Listing& listing);

Actors actors_on(const Caller& caller, const Listing& listing);
Guards guards_of(Books& books, const Listing& listing);
std::vector<std::string_view>
available_actions(Books& books, const Caller& caller, const Listing& listing);

// By the house, for an owner: creates, revises or leaves as it is, by (owner, source id); with
// `publish` it goes through review at once. A draft without confidential text leaves the text that
// is there; an anonymous need is submitted but left to the operator to publish. Refuses
// organisation_unverified and invalid_fields before anything is written, and event_not_allowed for
// a listing that can no longer be revised.
enum class Imported : std::uint8_t { created, revised, unchanged };
Result<Imported> import_listing(
    Books& books,
    const Organisation& owner,
    MemberId writer,
    const ListingDraft& draft,
    bool publish
);

} // namespace jishi::market
