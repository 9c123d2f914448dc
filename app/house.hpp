// What the operator of the machine does with nobody signed in: the first operator, demo data,
// imports.
#pragma once

#include "market/parties.hpp"
#include "storage/store.hpp"

#include <string>

namespace jishi::app {

// A caller that acts as the operator of the market, or as a member of an organisation.
market::Caller house_operator(market::MemberId member);
market::Caller house_member(
    const market::Organisation& organisation, market::MemberId member, market::Roles roles
);

// Registers and verifies; the outcome of the last step.
market::Result<market::Registered> found_organisation(
    market::Books& books, const market::OrganisationDraft& draft, const market::MemberDraft& first
);

// One line for people: the refusal's title in both languages, and its fields.
std::string describe(const market::Refusal& refusal);

// 24 characters that nobody guesses.
std::string make_password();

} // namespace jishi::app
