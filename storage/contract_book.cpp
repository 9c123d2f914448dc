#include "storage/contract_book.hpp"

#include "storage/page.hpp"
#include "storage/row.hpp"
#include "storage/terms_columns.hpp"

#include <map>

namespace jishi::storage {

template<>
struct Parts<market::NonTechnicalItem> {
    static void each(auto& io, auto& item) {
        io(item.label);
        io(item.amount_fen);
    }
};

template<>
struct Parts<market::IpItem> {
    static void each(auto& io, auto& item) {
        io(item.name);
        io(item.number);
        io(item.holder);
        io(item.filed_on);
        io(item.valid_to);
    }
};

namespace {

struct ContractMap {
    using Object = market::Contract;
    static constexpr std::string_view table = "contract";
    static void columns(auto& io, auto& c) {
        io("id", c.id);
        io("deal_id", c.deal);
        io("buyer_id", c.buyer);
        io("seller_id", c.seller);
        io("drafter_id", c.drafter);
        io("state", c.state);
        io("state_reason", c.state_reason);
        io("kind", c.content.kind);
        io("sub_kind", c.content.sub_kind);
        io("project_name", c.content.project_name);
        io("subject", c.content.subject);
        io("performance", c.content.performance);
        io("confidentiality", c.content.confidentiality);
        io("results_ownership", c.content.results_ownership);
        io("definitions", c.content.definitions);
        io("risk", c.content.risk);
        io("valid_from", c.content.valid_from);
        io("valid_to", c.content.valid_to);
        terms_columns(io, c.content.terms);
        io("non_technical", c.content.non_technical);
        io("ip_items", c.content.ip_items);
        io("document_hash", c.document_hash);
        io("termination_by_id", c.termination_by);
        io("effective_at", c.effective_at);
        io("created_at", c.created_at);
        io("updated_at", c.updated_at);
        const bool cancelled = c.state == market::ContractState::cancelled;
        io.slot("open_deal_id", cancelled ? std::nullopt : std::optional(c.deal));
        io("version", c.version);
    }
};

struct SignatureOf {
    market::ContractId contract;
    market::Signature signature;
};

struct SignatureMap {
    using Object = SignatureOf;
    static constexpr std::string_view table = "contract_signature";
    static void columns(auto& io, auto& s) {
        io("contract_id", s.contract);
        io("organisation_id", s.signature.organisation);
        io("member_id", s.signature.member);
        io("document_hash", s.signature.document_hash);
        io("signed_at", s.signature.signed_at);
    }
};

void read_signatures(Connection& connection, market::Contract& contract) {
    for (auto& [id, signature] : find_all<SignatureMap>(
             connection, "WHERE contract_id = ? ORDER BY signed_at, organisation_id", contract.id
         ))
        contract.signatures.push_back(std::move(signature));
}

// One query for the page; the list of ids is filled up to one length, so that one prepared
// statement serves all.
void read_signatures(Connection& connection, std::vector<market::Contract>& contracts) {
    static const auto tail = [] {
        std::string marks = "?";
        for (std::uint32_t i = 1; i < page_rows_max; ++i)
            marks += ", ?";
        return "WHERE contract_id IN (" + marks + ") ORDER BY signed_at, organisation_id";
    }();
    if (contracts.empty()) return;
    std::map<market::ContractId, market::Contract*> by_id;
    std::vector<Parameter> ids;
    for (auto& contract : contracts) {
        by_id[contract.id] = &contract;
        ids.emplace_back(contract.id);
    }
    ids.resize(page_rows_max, ids.back());
    for (auto& [id, signature] : all_of<SignatureMap>(
             connection.statement(select_sql<SignatureMap>() + tail).query_with(ids)
         ))
        by_id.at(id)->signatures.push_back(std::move(signature));
}

} // namespace

std::optional<market::Contract> ContractBook::find(market::ContractId id) {
    auto contract = find_one<ContractMap>(connection_, "WHERE id = ?", id);
    if (contract) read_signatures(connection_, *contract);
    return contract;
}

std::optional<market::Contract> ContractBook::take(market::ContractId id) {
    auto contract = find_one<ContractMap>(connection_, "WHERE id = ? FOR UPDATE", id);
    if (contract) read_signatures(connection_, *contract);
    return contract;
}

std::optional<market::ContractId> ContractBook::find_by_deal(market::DealId deal) {
    auto rows = connection_.statement("SELECT id FROM contract WHERE open_deal_id = ?").query(deal);
    if (!rows.next()) return {};
    return rows.get<market::ContractId>(0);
}

void ContractBook::put(market::Contract& contract) {
    storage::put<ContractMap>(connection_, contract);
}

void ContractBook::add_signature(market::ContractId id, const market::Signature& signature) {
    insert<SignatureMap>(connection_, {id, signature});
}

std::vector<market::Contract> ContractBook::list_of_party(
    market::OrganisationId party,
    std::optional<market::ContractState> state,
    const market::PageRequest& page
) {
    Condition buys("buyer_id = ?", party), sells("seller_id = ?", party);
    if (state)
        for (auto* side : {&buys, &sells})
            side->require("state = ?", market::name_of(*state));
    auto contracts = newest<ContractMap>(connection_, {buys, sells}, page);
    read_signatures(connection_, contracts);
    return contracts;
}

} // namespace jishi::storage
