// A technology contract (技术合同) of one of the five kinds of the Civil Code, Part III,
// chapter 20.
#pragma once

#include "market/contract_process.hpp"
#include "market/deal.hpp"

#include <optional>
#include <string>
#include <vector>

namespace jishi::market {

#define JISHI_CONTRACT_KINDS(X) X(development) X(transfer) X(licence) X(consulting) X(service)
JISHI_VOCABULARY(ContractKind, JISHI_CONTRACT_KINDS);

// clang-format off
#define JISHI_CONTRACT_SUB_KINDS(X)                                                                \
    X(commissioned_development) X(cooperative_development) X(patent_right)                         \
    X(patent_application_right) X(know_how) X(patent_licence) X(know_how_licence)                  \
    X(feasibility_study) X(technical_evaluation) X(general_service) X(training) X(intermediary)
// clang-format on
JISHI_VOCABULARY(ContractSubKind, JISHI_CONTRACT_SUB_KINDS);

// Art. 845: a contract on a patent names it completely.
struct IpItem {
    std::string name{};   // 1..200 characters
    std::string number{}; // patent or application number, checked
    std::string holder{}; // 1..200 characters
    Date filed_on{}, valid_to{};
    bool operator==(const IpItem&) const = default;
};

// Equipment, material and the like: part of the total, not of the technology amount (技术交易额).
struct NonTechnicalItem {
    std::string label{}; // 1..100 characters
    Fen amount_fen = 0;
    bool operator==(const NonTechnicalItem&) const = default;
};

struct ContractContent {
    ContractKind kind = ContractKind::licence;
    ContractSubKind sub_kind = ContractSubKind::patent_licence;
    std::string project_name{};      // 2..200 characters
    std::string subject{};           // 1..5 000: subject, scope and requirements
    std::string performance{};       // 0..5 000: plan, place and manner
    std::string confidentiality{};   // 0..5 000
    std::string results_ownership{}; // 0..5 000: who owns results, how proceeds are split
    std::string definitions{};       // 0..5 000
    std::string risk{};              // 0..2 000: who bears the risk of failure (development)
    Date valid_from{}, valid_to{};
    Terms terms{};                                 // as accepted in the deal
    std::vector<NonTechnicalItem> non_technical{}; // 0..50, less than the total together
    std::vector<IpItem> ip_items{};                // 0..50
    bool operator==(const ContractContent&) const = default;
};

struct Signature {
    OrganisationId organisation{};
    MemberId member{};
    std::string document_hash{};
    Instant signed_at{};
};

struct Contract {
    ContractId id{};
    DealId deal{};
    OrganisationId buyer{}, seller{}, drafter{};
    ContractState state = ContractState::none;
    std::string state_reason{};
    ContractContent content{};
    std::string document_hash{}; // SHA-256 of contract_text(), 64 hex digits
    std::vector<Signature> signatures{};
    std::optional<OrganisationId> termination_by{}; // who proposed to terminate
    std::optional<Instant> effective_at{};
    Instant created_at{}, updated_at{};
    std::uint32_t version = 0;
};

// contract_total minus the non-technical items. REQUIRES: a content that check_contract accepted.
Fen technology_amount_fen(const ContractContent& content);

// Everything that is wrong with the content as of `on`: lengths, kind and sub-kind, mandatory
// clauses of the kind.
std::vector<FieldRefusal> check_contract(const ContractContent& content, Date on);

// The kinds of contract that can carry a right of this mode.
bool kind_carries(ContractKind kind, CooperationMode mode);

// The contract as both sides read and sign it, in Chinese: deterministic, every figure in it.
std::string
contract_text(const Contract& contract, std::string_view buyer_name, std::string_view seller_name);

} // namespace jishi::market
