// The use-cases on contracts: drafted on agreed terms, reviewed, signed by both, effective in one
// transaction.
#pragma once

#include "market/books.hpp"

namespace jishi::market {

// `content.terms` is ignored: the accepted terms of the deal stand in its place. Refuses in the
// order not_found, not_permitted, organisation_unverified, event_not_allowed (the deal's state),
// contract_exists, invalid_fields.
Result<Contract>
draft_contract(Books& books, const Caller& caller, DealId deal, ContractContent content);

// Refuses not_found, event_not_allowed, not_permitted, version_stale, invalid_fields.
Result<Contract> revise_contract(
    Books& books,
    const Caller& caller,
    ContractId id,
    ContractContent content,
    std::optional<std::uint32_t> expected_version
);

// Every event but create, revise and sign.
Result<Contract> act_on_contract(
    Books& books,
    const Caller& caller,
    ContractId id,
    ContractEvent event,
    std::string_view reason,
    std::optional<std::uint32_t> expected_version
);

// Signs for the caller's organisation what hashes to `document_hash`. The last signature makes the
// contract effective, settles the deal, and where the right is exclusive closes the achievement and
// every rival deal - in this one unit of work. Refuses in the order not_found,
// listing_closed_by_contract, event_not_allowed, not_permitted, listing_not_open (suspended),
// already_signed, organisation_unverified, document_changed, terms_differ, invalid_fields (a clause
// that the law of today asks for).
Result<Contract>
sign_contract(Books& books, const Caller& caller, ContractId id, std::string_view document_hash);

std::vector<std::string_view> available_actions(const Caller& caller, const Contract& contract);

// The text that both sides sign.
std::string document_of(Books& books, const Contract& contract);

// The deal is over without it: a contract that is not in force yet is cancelled.
void cancel_contract_of(Books& books, DealId deal);

} // namespace jishi::market
