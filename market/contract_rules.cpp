// What the Civil Code asks of a technology contract, as dated rows.
#include "market/contract.hpp"
#include "market/patent_number.hpp"
#include "market/text.hpp"

#include <algorithm>
#include <array>

namespace jishi::market {

namespace {

using K = ContractKind;
using SK = ContractSubKind;

constexpr std::array<std::pair<ContractKind, ContractSubKind>, 12> sub_kinds{{
    {K::development, SK::commissioned_development},
    {K::development, SK::cooperative_development},
    {K::transfer, SK::patent_right},
    {K::transfer, SK::patent_application_right},
    {K::transfer, SK::know_how},
    {K::licence, SK::patent_licence},
    {K::licence, SK::know_how_licence},
    {K::consulting, SK::feasibility_study},
    {K::consulting, SK::technical_evaluation},
    {K::service, SK::general_service},
    {K::service, SK::training},
    {K::service, SK::intermediary},
}};

// A clause that a kind must have from a day on.
enum class Clause : std::uint8_t {
    performance,
    confidentiality,
    results_ownership,
    risk,
    ip_items
};

struct ClauseRow {
    ContractKind kind;
    Clause clause;
    Date effective_from;
    std::string_view source;
};

constexpr Date civil_code{2021, 1, 1};
constexpr std::array clauses{
    ClauseRow{K::development, Clause::performance, civil_code, "Civil Code Art. 845"},
    ClauseRow{
        K::development, Clause::results_ownership, civil_code, "Civil Code Art. 845, 859-861"},
    ClauseRow{K::development, Clause::risk, civil_code, "Civil Code Art. 858"},
    ClauseRow{K::transfer, Clause::confidentiality, civil_code, "Civil Code Art. 868, 871"},
    ClauseRow{K::transfer, Clause::results_ownership, civil_code, "Civil Code Art. 875"},
    ClauseRow{K::licence, Clause::confidentiality, civil_code, "Civil Code Art. 868, 871"},
    ClauseRow{K::licence, Clause::results_ownership, civil_code, "Civil Code Art. 875"},
    ClauseRow{K::consulting, Clause::performance, civil_code, "Civil Code Art. 845, 879"},
    ClauseRow{K::service, Clause::performance, civil_code, "Civil Code Art. 845, 882"},
};

bool concerns_patent(ContractSubKind sub_kind) {
    return sub_kind == SK::patent_right || sub_kind == SK::patent_application_right ||
           sub_kind == SK::patent_licence;
}

std::pair<std::string_view, bool> clause_state(Clause clause, const ContractContent& content) {
    switch (clause) {
    case Clause::performance:
        return {"/performance", !trim(content.performance).empty()};
    case Clause::confidentiality:
        return {"/confidentiality", !trim(content.confidentiality).empty()};
    case Clause::results_ownership:
        return {"/results_ownership", !trim(content.results_ownership).empty()};
    case Clause::risk:
        return {"/risk", !trim(content.risk).empty()};
    case Clause::ip_items:
        return {"/ip_items", !content.ip_items.empty()};
    }
    return {};
}

using Wrong = std::vector<FieldRefusal>;

void check_clauses(const ContractContent& content, Date on, Wrong& wrong) {
    for (const auto& row : clauses) {
        if (row.kind != content.kind || on < row.effective_from) continue;
        const auto [pointer, there] = clause_state(row.clause, content);
        if (!there)
            wrong.push_back({std::string(pointer), FieldReason::missing, std::string(row.source)});
    }
    if (concerns_patent(content.sub_kind) && content.ip_items.empty())
        wrong.push_back({"/ip_items", FieldReason::too_few, "1"});
}

void check_ip_items(const ContractContent& content, Wrong& wrong) {
    for (std::size_t i = 0; i < content.ip_items.size(); ++i) {
        const auto& item = content.ip_items[i];
        const auto at = "/ip_items/" + std::to_string(i);
        if (const auto number = parse_patent_number(at + "/number", item.number); !number)
            wrong.push_back(number.refusal().fields.front());
        if (item.valid_to <= item.filed_on)
            wrong.push_back({at + "/valid_to", FieldReason::in_the_past, format_date(item.filed_on)}
            );
    }
    // Art. 865: a licence holds only while the patent is valid.
    if (content.sub_kind != SK::patent_licence || content.ip_items.empty()) return;
    const auto earliest =
        std::min_element(
            content.ip_items.begin(),
            content.ip_items.end(),
            [](const IpItem& a, const IpItem& b) { return a.valid_to < b.valid_to; }
        )->valid_to;
    if (content.valid_to > earliest)
        wrong.push_back({"/valid_to", FieldReason::too_far, format_date(earliest)});
}

void check_money(const ContractContent& content, Wrong& wrong) {
    Fen sum = 0;
    for (std::size_t i = 0; i < content.non_technical.size(); ++i) {
        const auto amount = content.non_technical[i].amount_fen;
        if (amount <= 0)
            wrong.push_back(
                {"/non_technical/" + std::to_string(i) + "/amount_fen", FieldReason::too_small, "1"}
            );
        const auto next = add_fen(sum, std::max<Fen>(amount, 0));
        sum = next.value_or(fen_max);
    }
    // 0 < technology amount: the whole price cannot be equipment. A pure royalty has no fixed price
    // to divide.
    if (!content.non_technical.empty() && sum >= content.terms.price_fen)
        wrong.push_back(
            {"/non_technical", FieldReason::too_large, std::to_string(content.terms.price_fen - 1)}
        );
}

} // namespace

Fen technology_amount_fen(const ContractContent& content) {
    Fen amount = content.terms.price_fen;
    for (const auto& item : content.non_technical)
        amount -= item.amount_fen;
    return amount;
}

bool kind_carries(ContractKind kind, CooperationMode mode) {
    using M = CooperationMode;
    switch (mode) {
    case M::transfer:
    case M::equity:
        return kind == K::transfer;
    case M::exclusive_licence:
    case M::sole_licence:
    case M::non_exclusive_licence:
    case M::open_licence:
        return kind == K::licence;
    case M::co_development:
    case M::commissioned_development:
        return kind == K::development;
    case M::consulting:
        return kind == K::consulting;
    case M::service:
        return kind == K::service;
    case M::trial:
        return kind == K::licence || kind == K::service;
    }
    return false;
}

std::vector<FieldRefusal> check_contract(const ContractContent& content, Date on) {
    Wrong wrong;
    if (!kind_carries(content.kind, content.terms.mode))
        wrong.push_back(
            {"/kind",
             FieldReason::inconsistent,
             "terms.mode = " + std::string(name_of(content.terms.mode))}
        );
    if (std::find(sub_kinds.begin(), sub_kinds.end(), std::pair(content.kind, content.sub_kind)) ==
        sub_kinds.end())
        wrong.push_back({"/sub_kind", FieldReason::inconsistent, "kind"});
    if (content.valid_to < content.valid_from)
        wrong.push_back({"/valid_to", FieldReason::in_the_past, format_date(content.valid_from)});
    check_clauses(content, on, wrong);
    check_ip_items(content, wrong);
    check_money(content, wrong);
    return wrong;
}

} // namespace jishi::market
