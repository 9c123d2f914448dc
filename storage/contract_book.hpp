// Contracts and their signatures in their tables.
#pragma once

#include "market/books.hpp"
#include "storage/connection.hpp"

namespace jishi::storage {

class ContractBook final : public market::ContractBook {
public:
    explicit ContractBook(Connection& connection) : connection_(connection) {}

    std::optional<market::Contract> find(market::ContractId id) override;
    std::optional<market::Contract> take(market::ContractId id) override;
    std::optional<market::ContractId> find_by_deal(market::DealId deal) override;
    // A second contract of a deal that is not cancelled is a duplicate (uq_contract_open_deal).
    void put(market::Contract& contract) override;
    void add_signature(market::ContractId id, const market::Signature& signature) override;
    std::vector<market::Contract> list_of_party(
        market::OrganisationId party,
        std::optional<market::ContractState> state,
        const market::PageRequest& page
    ) override;

private:
    Connection& connection_;
};

} // namespace jishi::storage
