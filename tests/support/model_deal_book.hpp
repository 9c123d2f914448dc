#pragma once

#include "tests/support/model_table.hpp"

namespace jishi::tests {

class ModelDealBook : public market::DealBook {
public:
    explicit ModelDealBook(WriteCount& count) : deals(count), mandates(count), writes_(count) {}

    ModelTable<market::Deal> deals;
    ModelTable<market::Mandate> mandates;
    std::map<market::OfferId, market::Offer> offers;

    std::optional<market::Deal> find(market::DealId id) override { return deals.find(id); }
    std::optional<market::Deal> take(market::DealId id) override { return deals.find(id); }
    void put(market::Deal& deal) override { deals.put(deal); }
    std::vector<market::Deal> list_of_party(
        market::OrganisationId party,
        std::optional<market::DealState> state,
        const market::PageRequest& page
    ) override {
        return deals.page(page, [&](const auto& row) {
            return (row.buyer == party || row.seller == party) && (!state || row.state == *state);
        });
    }
    std::vector<market::DealId> open_deals_on(market::ListingId listing) override {
        return ids_of(deals.all([&](const auto& row) {
            return is_open(row.state) &&
                   (is_on(row.achievement, listing) || is_on(row.need, listing));
        }));
    }
    std::optional<market::DealId> find_open_between(
        market::OrganisationId buyer,
        market::OrganisationId seller,
        const std::optional<market::ListingId>& achievement,
        const std::optional<market::ListingId>& need
    ) override {
        const auto deal = deals.first([&](const auto& row) {
            return is_open(row.state) && row.buyer == buyer && row.seller == seller &&
                   id_of(row.achievement) == achievement && id_of(row.need) == need;
        });
        return deal ? std::optional(deal->id) : std::nullopt;
    }
    std::vector<market::DealId> due_before(market::Instant now, std::uint32_t limit) override {
        if (limit == 0) throw std::logic_error("a limit of 0 rows"); // as the database does
        auto due = ids_of(deals.all([&](const auto& row) {
            return is_open(row.state) && row.due_at && *row.due_at <= now;
        }));
        if (due.size() > limit) due.resize(limit);
        return due;
    }

    void add_offer(const market::Offer& offer) override {
        if (!offers.try_emplace(offer.id, offer).second) throw LostRace("offer twice");
        ++writes_;
    }
    std::optional<market::Offer> find_offer(market::OfferId id) override {
        const auto found = offers.find(id);
        return found == offers.end() ? std::nullopt : std::optional(found->second);
    }
    std::vector<market::Offer> offers_of(market::DealId id) override {
        std::vector<market::Offer> of_deal;
        for (const auto& [offer_id, offer] : offers)
            if (offer.deal == id) of_deal.push_back(offer);
        return of_deal;
    }

    std::optional<market::Mandate> find_mandate(market::MandateId id) override {
        return mandates.find(id);
    }
    std::optional<market::Mandate> take_mandate(market::MandateId id) override {
        return mandates.find(id);
    }
    void put_mandate(market::Mandate& mandate) override { mandates.put(mandate); }
    std::vector<market::Mandate>
    mandates_of(market::OrganisationId organisation, const market::PageRequest& page) override {
        return mandates.page(page, [&](const auto& row) {
            return row.principal == organisation || row.broker_organisation == organisation;
        });
    }
    std::optional<market::Mandate>
    accepted_mandate(market::ListingId listing, market::MemberId broker) override {
        return mandate_in(listing, broker, {market::MandateState::accepted});
    }
    std::optional<market::Mandate>
    open_mandate(market::ListingId listing, market::MemberId broker) override {
        return mandate_in(
            listing, broker, {market::MandateState::offered, market::MandateState::accepted}
        );
    }

private:
    static std::optional<market::ListingId> id_of(const std::optional<market::PinnedListing>& pinned
    ) {
        return pinned ? std::optional(pinned->id) : std::nullopt;
    }
    static bool
    is_on(const std::optional<market::PinnedListing>& pinned, market::ListingId listing) {
        return pinned && pinned->id == listing;
    }
    std::optional<market::Mandate> mandate_in(
        market::ListingId listing, market::MemberId broker, market::Set<market::MandateState> states
    ) const {
        return mandates.first([&](const auto& row) {
            return row.listing == listing && row.broker == broker && states.has(row.state);
        });
    }

    WriteCount& writes_;
};

class ModelContractBook : public market::ContractBook {
public:
    explicit ModelContractBook(WriteCount& count) : contracts(count), writes_(count) {}

    ModelTable<market::Contract> contracts; // the signatures are those that were added
    std::optional<market::Contract> find(market::ContractId id) override {
        return contracts.find(id);
    }
    std::optional<market::Contract> take(market::ContractId id) override {
        return contracts.find(id);
    }
    std::optional<market::ContractId> find_by_deal(market::DealId deal) override {
        const auto contract = contracts.first([&](const auto& row) {
            return row.deal == deal && row.state != market::ContractState::cancelled;
        });
        return contract ? std::optional(contract->id) : std::nullopt;
    }
    void put(market::Contract& contract) override {
        const auto twin = find_by_deal(contract.deal);
        if (twin && *twin != contract.id) throw LostRace("two contracts of one deal");
        const auto stored = contracts.find(contract.id);
        contracts.put(contract);
        contracts.edit(contract.id).signatures =
            stored ? stored->signatures : std::vector<market::Signature>{};
    }
    void add_signature(market::ContractId id, const market::Signature& signature) override {
        auto& signatures = contracts.edit(id).signatures;
        for (const auto& there : signatures)
            if (there.organisation == signature.organisation) throw LostRace("signed twice");
        signatures.push_back(signature);
        ++writes_;
    }
    std::vector<market::Contract> list_of_party(
        market::OrganisationId party,
        std::optional<market::ContractState> state,
        const market::PageRequest& page
    ) override {
        return contracts.page(page, [&](const auto& row) {
            return (row.buyer == party || row.seller == party) && (!state || row.state == *state);
        });
    }

private:
    WriteCount& writes_;
};

} // namespace jishi::tests
