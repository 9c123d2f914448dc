// The use-cases of a negotiation, and the brokers' mandates for it.
#pragma once

#include "market/books.hpp"

namespace jishi::market {

struct OfferDraft {
    Terms terms{};
    std::string message{}; // opens the conversation: the reason of the first event
    Instant valid_until{};
};

struct DealDraft {
    std::optional<ListingId> achievement{}, need{}; // at least one
    DealEvent event = DealEvent::inquire;           // inquire, request_quote or make_offer
    std::optional<OfferDraft> offer{};              // with make_offer
    std::string message{}; // opens the conversation: the reason of the first event
};

// Opens a deal between the owner of a listing and the caller's organisation, or for a broker, the
// principal of an accepted mandate on one of the listings. Refuses in the order scope_missing,
// not_permitted, organisation_unverified, invalid_fields, not_found, listing_closed_by_contract,
// listing_not_open, own_listing, mandate_missing, deal_exists.
Result<Deal> open_deal(Books& books, const Caller& caller, const DealDraft& draft);

struct DealAction {
    DealEvent event = DealEvent::accept;
    std::string reason{};
    std::optional<OfferDraft> offer{};           // with make_offer and counter
    std::optional<RelatedParty> related_party{}; // with declare_related_party
};

// Refuses in the order not_found, event_not_allowed, not_permitted, reason_required, version_stale,
// invalid_fields, and for accept organisation_unverified, offer_expired, related_party_undeclared,
// identity_hidden.
Result<Deal> act_on_deal(
    Books& books,
    const Caller& caller,
    DealId id,
    const DealAction& action,
    std::optional<std::uint32_t> expected_version
);

std::vector<std::string_view>
available_actions(Books& books, const Caller& caller, const Deal& deal);

// The parties, the operator, and a broker whose mandate from one of the parties is in force.
bool may_see(Books& books, const Caller& caller, const Deal& deal);

// Closes every open deal on the listing but `kept`, cancels the contracts being drafted on them,
// and lets the other listings of those deals go. REQUIRES: the listing was taken.
void close_open_deals_on(Books& books, ListingId listing, std::optional<DealId> kept);

// Fires a system event (expire, contract_effective, close_by_rival) on a taken deal. False: no such
// row.
bool fire_by_system(Books& books, Deal& deal, DealEvent event, std::string_view reason = {});

// The listings of a deal, taken in lock order.
struct DealListings {
    std::optional<Listing> achievement{}, need{};
};
DealListings take_listings(Books& books, const Deal& deal);
// After the deal ended: its listings go back to published when nothing else is open on them.
void release(Books& books, DealListings& listings);

struct MandateDraft {
    ListingId listing{};
    std::uint32_t commission_bp = 0;
    std::string note{};
};

// A broker offers to act for the owner of a live listing. Refuses scope_missing, not_permitted,
// organisation_unverified, invalid_fields, not_found, listing_not_open, own_listing, limit_reached
// (one open offer).
Result<Mandate> offer_mandate(Books& books, const Caller& caller, const MandateDraft& draft);

Result<Mandate> act_on_mandate(
    Books& books,
    const Caller& caller,
    MandateId id,
    MandateEvent event,
    std::string_view reason,
    std::optional<std::uint32_t> expected_version
);

std::vector<std::string_view> available_actions(const Caller& caller, const Mandate& mandate);

} // namespace jishi::market
