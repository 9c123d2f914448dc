// Contracts as JSON. `content` has the shape that is sent to draft or revise one.
#pragma once

#include "market/contracts.hpp"
#include "protocol/handlers/common.hpp"

namespace jishi::protocol {

extern const json::Schema contract_draft_schema;   // the content with the deal's id
extern const json::Schema contract_content_schema; // what a revision takes
extern const json::Schema contract_action_schema, signature_schema;
extern const json::Schema contract_schema, contract_list_schema;

market::ContractContent decode_contract_content(const json::Object& object); // but the terms

void write_contract(
    json::Writer& out,
    market::Books& books,
    const market::Caller& caller,
    const market::Contract& contract
);
// As it stands in a list.
void write_contract_entry(
    json::Writer& out,
    market::Books& books,
    const market::Caller& caller,
    const market::Contract& contract
);

} // namespace jishi::protocol
