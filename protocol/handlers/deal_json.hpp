// Deals, offers and mandates as JSON. Who sees what is decided by market/access.hpp; a hidden buyer
// is only ever called "buyer".
#pragma once

#include "market/deals.hpp"
#include "protocol/handlers/common.hpp"

namespace jishi::protocol {

inline constexpr std::array<std::string_view, 2> side_names{"buyer", "seller"};
inline constexpr json::Schema side_schema = json::one_of(side_names);

// "buyer" or "seller" for one of the two organisations.
inline std::string_view side_name(market::OrganisationId buyer, market::OrganisationId side) {
    return side_names[side == buyer ? 0 : 1];
}

// Null for an organisation that is neither.
inline std::optional<std::string_view> side_name_or_null(
    market::OrganisationId buyer,
    market::OrganisationId seller,
    const std::optional<market::OrganisationId>& side
) {
    if (!side || (*side != buyer && *side != seller)) return {};
    return side_name(buyer, *side);
}

extern const json::Schema deal_draft_schema, deal_action_schema;
extern const json::Schema deal_schema, deal_list_schema, offer_list_schema;

market::DealDraft decode_deal_draft(const json::Object& object);
market::DealAction decode_deal_action(const json::Object& object);

// The whole deal, with its offers and the pinned revisions.
void write_deal(
    json::Writer& out, market::Books& books, const market::Caller& caller, const market::Deal& deal
);
// As it stands in a list.
void write_deal_entry(
    json::Writer& out, market::Books& books, const market::Caller& caller, const market::Deal& deal
);
void write_offer(json::Writer& out, const market::Deal& deal, const market::Offer& offer);

extern const json::Schema mandate_draft_schema, mandate_action_schema, mandate_schema,
    mandate_list_schema;

market::MandateDraft decode_mandate_draft(const json::Object& object);
void write_mandate(
    json::Writer& out,
    market::Books& books,
    const market::Caller& caller,
    const market::Mandate& mandate
);

} // namespace jishi::protocol
