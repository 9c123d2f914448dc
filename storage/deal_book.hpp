// Deals, their offers and the mandates of brokers in their tables.
#pragma once

#include "market/books.hpp"
#include "storage/connection.hpp"

namespace jishi::storage {

class DealBook final : public market::DealBook {
public:
    explicit DealBook(Connection& connection) : connection_(connection) {}

    std::optional<market::Deal> find(market::DealId id) override;
    std::optional<market::Deal> take(market::DealId id) override;
    // A second open deal between the same two on the same listings is a duplicate (uq_deal_open).
    void put(market::Deal& deal) override;
    std::vector<market::Deal> list_of_party(
        market::OrganisationId party,
        std::optional<market::DealState> state,
        const market::PageRequest& page
    ) override;
    std::vector<market::DealId> open_deals_on(market::ListingId listing) override;
    std::optional<market::DealId> find_open_between(
        market::OrganisationId buyer,
        market::OrganisationId seller,
        const std::optional<market::ListingId>& achievement,
        const std::optional<market::ListingId>& need
    ) override;
    // Open deals only; `limit` is 1..1000.
    std::vector<market::DealId> due_before(market::Instant now, std::uint32_t limit) override;

    void add_offer(const market::Offer& offer) override;
    std::optional<market::Offer> find_offer(market::OfferId id) override;
    std::vector<market::Offer> offers_of(market::DealId id) override;

    std::optional<market::Mandate> find_mandate(market::MandateId id) override;
    std::optional<market::Mandate> take_mandate(market::MandateId id) override;
    // A second open mandate of a broker on a listing is a duplicate (uq_mandate_open).
    void put_mandate(market::Mandate& mandate) override;
    std::vector<market::Mandate>
    mandates_of(market::OrganisationId organisation, const market::PageRequest& page) override;
    std::optional<market::Mandate>
    accepted_mandate(market::ListingId listing, market::MemberId broker) override;
    std::optional<market::Mandate>
    open_mandate(market::ListingId listing, market::MemberId broker) override;

private:
    Connection& connection_;
};

} // namespace jishi::storage
