// A negotiation between a buyer and a seller on listings whose revisions it pins.
#pragma once

#include "market/deal_process.hpp"
#include "market/ids.hpp"
#include "market/listing.hpp"
#include "market/small_processes.hpp"
#include "market/terms.hpp"

#include <optional>
#include <string>

namespace jishi::market {

#define JISHI_RELATED_PARTY(X) X(unset) X(no) X(yes)
JISHI_VOCABULARY(RelatedParty, JISHI_RELATED_PARTY);

struct Deal {
    DealId id{};
    std::optional<PinnedListing> achievement{}, need{}; // at least one
    OrganisationId buyer{}, seller{};
    bool buyer_hidden = false; // the need is anonymous and its owner has not revealed itself
    DealState state = DealState::none;
    std::string state_reason{};
    std::uint32_t offer_count = 0;
    std::optional<OfferId> current_offer{}, accepted_offer{};
    std::optional<OrganisationId> offer_by{}; // the side that made the current offer
    std::string terms_hash{};                 // of the accepted offer, 64 hex digits
    RelatedParty related_party = RelatedParty::unset;
    std::optional<Instant> due_at{}; // when it expires if nobody acts
    Instant created_at{}, updated_at{};
    std::uint32_t version = 0;
};

struct Offer {
    OfferId id{};
    DealId deal{};
    std::uint32_t number = 0; // 1 is the first of the deal
    OrganisationId by{};      // the side it speaks for
    MemberId written_by{};
    Terms terms{};
    std::string message{}; // 0..2 000 characters
    std::string terms_hash{};
    Instant valid_until{}, made_at{};
};

// A broker may act for a principal on one of the principal's listings.
struct Mandate {
    MandateId id{};
    ListingId listing{};
    OrganisationId principal{}, broker_organisation{};
    MemberId broker{};
    std::uint32_t commission_bp = 0; // of the fixed price, 0..3 000
    std::string note{};              // 0..1 000 characters
    MandateState state = MandateState::none;
    std::string state_reason{};
    Instant created_at{}, updated_at{};
    std::uint32_t version = 0;
};

} // namespace jishi::market
