#include "market/contracts.hpp"

#include "market/access.hpp"
#include "market/deals.hpp"
#include "market/listings.hpp"
#include "market/record.hpp"

#include <algorithm>

namespace jishi::market {

namespace {

bool has_signed(const Contract& contract, OrganisationId side) {
    return std::any_of(
        contract.signatures.begin(),
        contract.signatures.end(),
        [&](const Signature& signature) { return signature.organisation == side; }
    );
}

Guards guards_of(const Contract& contract) {
    return contract.signatures.empty() ? Guards{Guard::more_signatures}
                                       : Guards{Guard::last_signature};
}

Actors actors_on(const Caller& caller, const Contract& contract) {
    auto actors = actors_of(caller, relations_of(contract));
    // Whoever proposed to terminate may take it back; only the other may agree.
    if (contract.termination_by && caller.organisation == *contract.termination_by)
        actors = actors.without({Actor::other_party});
    return actors;
}

void record_contract(
    Books& books,
    const Contract& contract,
    ContractEvent event,
    ContractState from,
    const Caller* caller,
    std::string_view reason
) {
    record(
        books,
        {.object = contract.id.text(),
         .object_version = contract.version,
         .name = "contract." + std::string(name_of(event)),
         .from = name_of(from),
         .to = name_of(contract.state),
         .caller = caller,
         .reason = reason,
         .audience = {contract.buyer, contract.seller},
         .facts = {{"deal", contract.deal.text()}, {"document_hash", contract.document_hash}},
         .operators_told = contract.state == ContractState::effective ||
                           contract.state == ContractState::disputed}
    );
}

void move_on(
    Books& books,
    Contract& contract,
    const ContractRow& row,
    const Caller* caller,
    std::string_view reason
) {
    contract.state = row.to;
    contract.updated_at = books.now;
    if (!reason.empty()) contract.state_reason = reason;
    books.contracts.put(contract);
    record_contract(books, contract, row.event, row.from, caller, reason);
}

Verdict both_verified(Books& books, const Contract& contract) {
    for (const auto side : {contract.buyer, contract.seller}) {
        const auto organisation = books.parties.find_organisation(side);
        if (!organisation || organisation->state != VerificationState::verified)
            return RefusalCode::organisation_unverified;
    }
    return Done{};
}

Result<Contract> take_seen(Books& books, const Caller& caller, ContractId id) {
    auto contract = books.contracts.take(id);
    if (!contract || !may_see(caller, *contract)) return RefusalCode::not_found;
    return std::move(*contract);
}

// Everything the last signature does, in the lock order of the books.
void make_effective(Books& books, Deal& deal, DealListings& listings, const Contract& contract) {
    fire_by_system(books, deal, DealEvent::contract_effective, contract.id.text());
    if (listings.achievement && is_exclusive(contract.content.terms.mode))
        // The row's effect closes every rival deal; this one is no longer open.
        fire_by_system(
            books, *listings.achievement, ListingEvent::close_by_contract, contract.id.text()
        );
    release(books, listings);
}

} // namespace

std::string document_of(Books& books, const Contract& contract) {
    const auto name_of_side = [&](OrganisationId id) {
        const auto organisation = books.parties.find_organisation(id);
        return organisation ? organisation->name : std::string();
    };
    return contract_text(contract, name_of_side(contract.buyer), name_of_side(contract.seller));
}

Result<Contract>
draft_contract(Books& books, const Caller& caller, DealId deal_id, ContractContent content) {
    const auto seen = books.deals.find(deal_id);
    if (!seen || !may_see(caller, *seen)) return RefusalCode::not_found;
    const auto deal = books.deals.take(deal_id);
    Contract contract{
        .id = books.new_id_of<ContractId>(),
        .deal = deal_id,
        .buyer = deal->buyer,
        .seller = deal->seller,
        .drafter = caller.organisation,
        .created_at = books.now,
        .updated_at = books.now};
    const auto row = find_row(
        std::span(contract_rows::contract),
        ContractState::none,
        ContractEvent::create,
        actors_on(caller, contract),
        {},
        {}
    );
    if (!row) return row.refusal();
    if (!caller.is_verified()) return RefusalCode::organisation_unverified;
    if (deal->state != DealState::terms_agreed)
        return Refusal{
            .code = RefusalCode::event_not_allowed, .about = std::string(name_of(deal->state))};
    if (books.contracts.find_by_deal(deal_id)) return RefusalCode::contract_exists;
    content.terms = books.deals.find_offer(*deal->accepted_offer)->terms;
    if (auto wrong = check_contract(content, shanghai_date(books.now)); !wrong.empty())
        return Refusal{.code = RefusalCode::invalid_fields, .fields = std::move(wrong)};

    contract.content = std::move(content);
    contract.document_hash = books.sha256_hex(document_of(books, contract));
    move_on(books, contract, *row, &caller, {});
    return contract;
}

Result<Contract> revise_contract(
    Books& books,
    const Caller& caller,
    ContractId id,
    ContractContent content,
    std::optional<std::uint32_t> expected_version
) {
    auto contract = take_seen(books, caller, id);
    if (!contract) return contract.refusal();
    const auto row = find_row(
        std::span(contract_rows::contract),
        contract->state,
        ContractEvent::revise,
        actors_on(caller, *contract),
        {},
        {}
    );
    if (!row) return row.refusal();
    if (is_stale(expected_version, contract->version)) return RefusalCode::version_stale;
    content.terms = contract->content.terms;
    if (auto wrong = check_contract(content, shanghai_date(books.now)); !wrong.empty())
        return Refusal{.code = RefusalCode::invalid_fields, .fields = std::move(wrong)};

    contract->content = std::move(content);
    contract->document_hash = books.sha256_hex(document_of(books, *contract));
    move_on(books, *contract, *row, &caller, {});
    return contract;
}

Result<Contract> act_on_contract(
    Books& books,
    const Caller& caller,
    ContractId id,
    ContractEvent event,
    std::string_view reason,
    std::optional<std::uint32_t> expected_version
) {
    auto contract = take_seen(books, caller, id);
    if (!contract) return contract.refusal();
    if (event == ContractEvent::create || event == ContractEvent::revise ||
        event == ContractEvent::sign)
        return Refusal{
            .code = RefusalCode::event_not_allowed, .about = std::string(name_of(event))};
    const auto row = find_row(
        std::span(contract_rows::contract),
        contract->state,
        event,
        actors_on(caller, *contract),
        {},
        reason
    );
    if (!row) return row.refusal();
    if (is_stale(expected_version, contract->version)) return RefusalCode::version_stale;

    if (row->to == ContractState::terminating) contract->termination_by = caller.organisation;
    if (row->from == ContractState::terminating) contract->termination_by.reset();
    move_on(books, *contract, *row, &caller, reason);
    return contract;
}

Result<Contract>
sign_contract(Books& books, const Caller& caller, ContractId id, std::string_view document_hash) {
    const auto seen = books.contracts.find(id);
    if (!seen || !may_see(caller, *seen)) return RefusalCode::not_found;
    const auto deal_seen = books.deals.find(seen->deal);
    auto listings = take_listings(books, *deal_seen);
    auto deal = books.deals.take(seen->deal);
    auto contract = books.contracts.take(id);
    const bool lost_the_race = listings.achievement &&
                               listings.achievement->state == ListingState::closed &&
                               !is_in_force(contract->state);
    if (lost_the_race)
        return Refusal{
            .code = RefusalCode::listing_closed_by_contract,
            .about = listings.achievement->id.text()};
    const auto row = find_row(
        std::span(contract_rows::contract),
        contract->state,
        ContractEvent::sign,
        actors_on(caller, *contract),
        guards_of(*contract),
        {}
    );
    if (!row) return row.refusal();
    // What the operator has taken off the market is frozen until it is restored.
    for (const auto* listing : {&listings.achievement, &listings.need})
        if (*listing && (*listing)->state == ListingState::suspended)
            return Refusal{.code = RefusalCode::listing_not_open, .about = (*listing)->id.text()};
    if (has_signed(*contract, caller.organisation)) return RefusalCode::already_signed;
    if (const auto verified = both_verified(books, *contract); !verified) return verified.refusal();
    const auto hash_now = books.sha256_hex(document_of(books, *contract));
    if (document_hash != hash_now || contract->document_hash != hash_now)
        return RefusalCode::document_changed;
    if (books.sha256_hex(terms_text(contract->content.terms)) != deal->terms_hash ||
        deal->state != DealState::terms_agreed)
        return RefusalCode::terms_differ;
    if (auto wrong = check_contract(contract->content, shanghai_date(books.now)); !wrong.empty())
        return Refusal{.code = RefusalCode::invalid_fields, .fields = std::move(wrong)};

    const Signature signature{
        caller.organisation, caller.member, std::string(document_hash), books.now};
    contract->signatures.push_back(signature);
    books.contracts.add_signature(id, signature);
    const bool last = row->effects.has(Effect::make_contract_effective);
    if (last) contract->effective_at = books.now;
    move_on(books, *contract, *row, &caller, {});
    if (last) make_effective(books, *deal, listings, *contract);
    return *contract;
}

std::vector<std::string_view> available_actions(const Caller& caller, const Contract& contract) {
    auto names = available_actions(
        std::span(contract_rows::contract),
        contract.state,
        actors_on(caller, contract),
        guards_of(contract)
    );
    if (has_signed(contract, caller.organisation)) std::erase(names, name_of(ContractEvent::sign));
    return names;
}

void cancel_contract_of(Books& books, DealId deal) {
    const auto id = books.contracts.find_by_deal(deal);
    if (!id) return;
    auto contract = books.contracts.take(*id);
    const auto row = find_row(
        std::span(contract_rows::contract),
        contract->state,
        ContractEvent::close_by_rival,
        {Actor::system},
        {},
        {}
    );
    if (row) move_on(books, *contract, *row, nullptr, deal.text());
}

} // namespace jishi::market
