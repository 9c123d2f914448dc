#include "protocol/handlers/contract_json.hpp"

#include "market/text.hpp"
#include "protocol/handlers/deal_json.hpp"
#include "protocol/handlers/party_json.hpp"
#include "protocol/handlers/terms_json.hpp"

namespace jishi::protocol {

namespace {

using market::ContractContent;
using market::ContractEvent;
using market::ContractKind;
using market::ContractState;

constexpr json::Schema kind_schema = json::one_of(market::names_of<ContractKind>());
constexpr json::Schema clause_schema = json::paragraphs(0, 5'000);

constexpr std::array non_technical_fields{
    json::required("label", json::text(1, 100)),
    json::required("amount_fen", json::integer(1, market::fen_max), "金额（分）", "Amount in fen"),
};
constexpr json::Schema non_technical_schema =
    json::object("NonTechnicalItem", non_technical_fields);

constexpr std::array ip_item_fields{
    json::required("name", json::text(1, 200)),
    json::required("number", json::text(1, 40), "专利号或申请号", "Patent or application number"),
    json::required("holder", json::text(1, 200)),
    json::required("filed_on", json::date()),
    json::required("valid_to", json::date()),
};
constexpr json::Schema ip_item_schema = json::object("IpItem", ip_item_fields);

constexpr std::array content_fields{
    json::required("kind", kind_schema, "技术合同类别", "Kind"),
    json::required(
        "sub_kind", json::one_of(market::names_of<market::ContractSubKind>()), "子类", "Sub-kind"
    ),
    json::required("project_name", json::text(2, 200), "项目名称", "Project"),
    json::required(
        "subject", json::paragraphs(1, 5'000), "标的、范围和要求", "Subject, scope and requirements"
    ),
    json::optional(
        "performance", clause_schema, "履行的计划、地点和方式", "Plan, place and manner"
    ),
    json::optional("confidentiality", clause_schema, "保密", "Confidentiality"),
    json::optional("results_ownership", clause_schema, "成果归属和收益分配", "Who owns results"),
    json::optional("definitions", clause_schema, "名词解释", "Definitions"),
    json::optional("risk", json::paragraphs(0, 2'000), "风险责任", "Who bears the risk of failure"),
    json::required("valid_from", json::date()),
    json::required("valid_to", json::date()),
    json::optional(
        "non_technical",
        json::array(non_technical_schema, 0, 50),
        "非技术性费用",
        "Not for technology"
    ),
    json::optional(
        "ip_items", json::array(ip_item_schema, 0, 50), "涉及的知识产权", "Intellectual property"
    ),
};
constexpr json::Schema content_schema = json::object("ContractContent", content_fields);

constexpr auto draft_fields =
    joined(std::array{json::required("deal_id", json::id("deal"))}, content_fields);
constexpr std::array contract_action_fields{
    action_field(action_names<
                 market::contract_rows::contract,
                 ContractEvent::revise,
                 ContractEvent::sign>),
    reason_field,
};
constexpr json::Schema document_hash_schema = json::text(64, 64);
constexpr std::array signature_fields{
    json::required(
        "document_hash",
        document_hash_schema,
        "所读文本的 SHA-256",
        "SHA-256 of the text that was read"
    ),
};

constexpr std::array given_signature_fields{
    json::required("side", side_schema),
    json::required("document_hash", document_hash_schema),
    json::required("signed_at", json::instant()),
};
constexpr json::Schema given_signature_schema =
    json::object("GivenSignature", given_signature_fields);

constexpr std::array entry_fields{
    json::required("id", json::id("ctr")),
    json::required("version", version_schema),
    json::required("state", json::one_of(states_of<ContractState>())),
    json::required("state_reason", reason_schema),
    json::required("deal_id", json::id("deal")),
    json::required("buyer", party_schema),
    json::required("seller", party_schema),
    json::required("drafter", side_schema, "起草方", "The side that drafts"),
    json::required(
        "your_side", side_schema.or_null(), "调用者一方", "The caller's side; null for others"
    ),
    json::required("kind", kind_schema),
    json::required("project_name", json::text(1, 200)),
    json::required(
        "technology_amount", money_schema, "技术交易额", "The price without the non-technical items"
    ),
    json::required("document_hash", document_hash_schema),
    json::required("effective_at", json::instant().or_null()),
    json::required("created_at", json::instant()),
    json::required("updated_at", json::instant()),
    available_actions_field<ContractEvent>(),
};
constexpr json::Schema entry_schema = json::object("ContractEntry", entry_fields);
constexpr auto contract_list_fields = list_fields(entry_schema);
constexpr auto contract_fields = joined(
    entry_fields,
    std::array{
        json::required("content", content_schema),
        json::required("terms", terms_schema, "洽谈中接受的条款", "As accepted in the deal"),
        json::required("signatures", json::array(given_signature_schema, 0, 2)),
        json::required(
            "termination_by",
            side_schema.or_null(),
            "提议解除的一方",
            "The side that proposed to terminate"
        ),
    }
);

void write_content(json::Writer& out, const ContractContent& content) {
    out.key("content").begin_object().field("kind", market::name_of(content.kind));
    out.field("sub_kind", market::name_of(content.sub_kind))
        .field("project_name", content.project_name);
    out.field("subject", content.subject).field("performance", content.performance);
    out.field("confidentiality", content.confidentiality)
        .field("results_ownership", content.results_ownership);
    out.field("definitions", content.definitions).field("risk", content.risk);
    out.field("valid_from", shown(content.valid_from)).field("valid_to", shown(content.valid_to));
    out.key("non_technical").begin_array();
    for (const auto& item : content.non_technical)
        out.begin_object()
            .field("label", item.label)
            .field("amount_fen", item.amount_fen)
            .end_object();
    out.end_array().key("ip_items").begin_array();
    for (const auto& item : content.ip_items)
        out.begin_object()
            .field("name", item.name)
            .field("number", item.number)
            .field("holder", item.holder)
            .field("filed_on", shown(item.filed_on))
            .field("valid_to", shown(item.valid_to))
            .end_object();
    out.end_array().end_object();
}

void write_entry_fields(
    json::Writer& out,
    market::Books& books,
    const market::Caller& caller,
    const market::Contract& contract
) {
    out.field("id", contract.id.text()).field("version", contract.version);
    out.field("state", market::name_of(contract.state))
        .field("state_reason", contract.state_reason);
    out.field("deal_id", contract.deal.text());
    write_party(out, "buyer", books, contract.buyer);
    write_party(out, "seller", books, contract.seller);
    out.field("drafter", side_name(contract.buyer, contract.drafter));
    out.field("your_side", side_name_or_null(contract.buyer, contract.seller, caller.organisation));
    out.field("kind", market::name_of(contract.content.kind))
        .field("project_name", contract.content.project_name);
    write_money(out, "technology_amount", market::technology_amount_fen(contract.content));
    out.field("document_hash", contract.document_hash)
        .field("effective_at", shown(contract.effective_at));
    out.field("created_at", shown(contract.created_at))
        .field("updated_at", shown(contract.updated_at));
    write_names(out, "available_actions", market::available_actions(caller, contract));
}

} // namespace

const json::Schema contract_draft_schema = json::object("ContractDraft", draft_fields);
const json::Schema contract_content_schema = content_schema;
const json::Schema contract_action_schema = json::object("ContractAction", contract_action_fields);
const json::Schema signature_schema = json::object("Signature", signature_fields);
const json::Schema contract_schema = json::object("Contract", contract_fields);
const json::Schema contract_list_schema = json::object("ContractList", contract_list_fields);

ContractContent decode_contract_content(const json::Object& object) {
    ContractContent content{
        .kind = enum_of<ContractKind>(object.text("kind")),
        .sub_kind = enum_of<market::ContractSubKind>(object.text("sub_kind")),
        .project_name = market::trim(object.text("project_name")),
        .subject = text_of(object, "subject"),
        .performance = text_of(object, "performance"),
        .confidentiality = text_of(object, "confidentiality"),
        .results_ownership = text_of(object, "results_ownership"),
        .definitions = text_of(object, "definitions"),
        .risk = text_of(object, "risk"),
        .valid_from = *date_of(object, "valid_from"),
        .valid_to = *date_of(object, "valid_to"),
    };
    for (const auto value : object.array("non_technical")) {
        const auto item = value.object();
        content.non_technical.push_back(
            {.label = text_of(item, "label"), .amount_fen = item.integer("amount_fen")}
        );
    }
    for (const auto value : object.array("ip_items")) {
        const auto item = value.object();
        content.ip_items.push_back({
            .name = text_of(item, "name"),
            .number = text_of(item, "number"),
            .holder = text_of(item, "holder"),
            .filed_on = *date_of(item, "filed_on"),
            .valid_to = *date_of(item, "valid_to"),
        });
    }
    return content;
}

void write_contract(
    json::Writer& out,
    market::Books& books,
    const market::Caller& caller,
    const market::Contract& contract
) {
    out.begin_object();
    write_entry_fields(out, books, caller, contract);
    write_content(out, contract.content);
    write_terms(out, "terms", contract.content.terms);
    out.key("signatures").begin_array();
    for (const auto& signature : contract.signatures)
        out.begin_object()
            .field("side", side_name(contract.buyer, signature.organisation))
            .field("document_hash", signature.document_hash)
            .field("signed_at", shown(signature.signed_at))
            .end_object();
    out.end_array()
        .field(
            "termination_by",
            side_name_or_null(contract.buyer, contract.seller, contract.termination_by)
        )
        .end_object();
}

void write_contract_entry(
    json::Writer& out,
    market::Books& books,
    const market::Caller& caller,
    const market::Contract& contract
) {
    out.begin_object();
    write_entry_fields(out, books, caller, contract);
    out.end_object();
}

} // namespace jishi::protocol
