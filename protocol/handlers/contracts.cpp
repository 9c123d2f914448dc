// Contracts: drafted on agreed terms, reviewed, signed by both.
#include "market/access.hpp"
#include "protocol/handlers/contract_json.hpp"

namespace jishi::protocol {

namespace {

using market::Books;
using market::ContractId;
using market::Result;

constexpr std::array contract_query{
    state_query<market::ContractState>(), limit_query, cursor_query};

std::string
contract_body(Books& books, const market::Caller& caller, const market::Contract& contract) {
    json::Writer out;
    write_contract(out, books, caller, contract);
    return out.take();
}

// The answer to a change: the contract as it is now, or why not.
Result<Reply> changed_reply(
    Books& books, const market::Caller& caller, const Result<market::Contract>& contract
) {
    if (!contract) return contract.refusal();
    return ok(contract_body(books, caller, *contract), make_etag(contract->version));
}

Result<Reply> created_reply(
    Books& books, const market::Caller& caller, const Result<market::Contract>& contract
) {
    if (!contract) return contract.refusal();
    return created(
        "/api/v1/contracts/" + contract->id.text(),
        contract_body(books, caller, *contract),
        make_etag(contract->version)
    );
}

// Runs `answer(books, contract)` on the contract of the address, where the caller may see it.
template<class Answer>
Result<Reply> on_seen(const Services& services, const Request& request, Answer answer) {
    const auto id = path_id<ContractId>(request);
    if (!id) return id.refusal();
    return services.in_unit([&](Books& books) -> Result<Reply> {
        const auto contract = books.contracts.find(*id);
        if (!contract || !market::may_see(*request.caller, *contract))
            return market::RefusalCode::not_found;
        return answer(books, *contract);
    });
}

Result<Reply> draft_contract(const Services& services, const Request& request) {
    const auto deal = *market::DealId::parse(request.object().text("deal_id"));
    const auto content = decode_contract_content(request.object());
    return once(services, request, [&](Books& books) {
        return created_reply(
            books, *request.caller, market::draft_contract(books, *request.caller, deal, content)
        );
    });
}

Result<Reply> list_contracts(const Services& services, const Request& request) {
    const auto page = page_of(services, request);
    if (!page) return page.refusal();
    const auto state = query_enum<market::ContractState>(request, "state");
    return services.in_unit([&](Books& books) -> Result<Reply> {
        const auto found =
            books.contracts.list_of_party(request.caller->organisation, state, *page);
        return page_reply(
            services,
            *page,
            found,
            [&](json::Writer& out, const market::Contract& contract) {
                write_contract_entry(out, books, *request.caller, contract);
            }
        );
    });
}

Result<Reply> get_contract(const Services& services, const Request& request) {
    return on_seen(services, request, [&](Books& books, const market::Contract& contract) {
        return ok(contract_body(books, *request.caller, contract), make_etag(contract.version));
    });
}

Result<Reply> revise_contract(const Services& services, const Request& request) {
    const auto id = path_id<ContractId>(request);
    if (!id) return id.refusal();
    const auto content = decode_contract_content(request.object());
    return services.in_unit([&](Books& books) {
        return changed_reply(
            books,
            *request.caller,
            market::revise_contract(books, *request.caller, *id, content, expected_version(request))
        );
    });
}

Result<Reply> act_on_contract(const Services& services, const Request& request) {
    const auto id = path_id<ContractId>(request);
    if (!id) return id.refusal();
    const auto event = enum_of<market::ContractEvent>(request.object().text("action"));
    return once(services, request, [&](Books& books) {
        return changed_reply(
            books,
            *request.caller,
            market::act_on_contract(
                books, *request.caller, *id, event, reason_of(request), expected_version(request)
            )
        );
    });
}

// No If-Match: the hash says which text is signed.
Result<Reply> sign_contract(const Services& services, const Request& request) {
    const auto id = path_id<ContractId>(request);
    if (!id) return id.refusal();
    const auto hash = request.object().text("document_hash");
    return once(services, request, [&](Books& books) {
        return created_reply(
            books, *request.caller, market::sign_contract(books, *request.caller, *id, hash)
        );
    });
}

Result<Reply> get_contract_document(const Services& services, const Request& request) {
    return on_seen(services, request, [](Books& books, const market::Contract& contract) {
        return plain_text(market::document_of(books, contract));
    });
}

Result<Reply> get_contract_history(const Services& services, const Request& request) {
    return on_seen(services, request, [](Books& books, const market::Contract& contract) {
        return history_reply(books, contract.id.text());
    });
}

std::vector<Route> contract_reading_routes(const Services& services) {
    using market::Scope;
    return {
        {.method = Method::get,
         .pattern = "/api/v1/contracts",
         .operation = "list_contracts",
         .handler = bound(services, list_contracts),
         .scope = Scope::read,
         .query = contract_query,
         .response = &contract_list_schema,
         .tag = "contracts",
         .summary_zh = "本机构的合同",
         .summary_en = "The contracts of the own organisation"},
        {.method = Method::get,
         .pattern = "/api/v1/contracts/{id}",
         .operation = "get_contract",
         .handler = bound(services, get_contract),
         .scope = Scope::read,
         .response = &contract_schema,
         .tag = "contracts",
         .summary_zh = "查看合同",
         .summary_en = "A contract"},
        {.method = Method::get,
         .pattern = "/api/v1/contracts/{id}/document",
         .operation = "get_contract_document",
         .handler = bound(services, get_contract_document),
         .scope = Scope::read,
         .produces = "text/plain; charset=utf-8",
         .tag = "contracts",
         .summary_zh = "合同文本，即所签署的内容",
         .summary_en = "The text that is signed"},
        {.method = Method::get,
         .pattern = "/api/v1/contracts/{id}/history",
         .operation = "get_contract_history",
         .handler = bound(services, get_contract_history),
         .scope = Scope::read,
         .response = &history_schema,
         .tag = "contracts",
         .summary_zh = "合同的经过",
         .summary_en = "What happened to a contract"},
    };
}

} // namespace

std::vector<Route> contract_routes(const Services& services) {
    using market::Scope;
    auto routes = contract_reading_routes(services);
    routes.push_back(
        {.method = Method::post,
         .pattern = "/api/v1/contracts",
         .operation = "draft_contract",
         .handler = bound(services, draft_contract),
         .scope = Scope::write,
         .needs_idempotency_key = true,
         .request = &contract_draft_schema,
         .response = &contract_schema,
         .success = 201,
         .tag = "contracts",
         .summary_zh = "按已接受的条款起草合同",
         .summary_en = "Draft a contract on the accepted terms"}
    );
    routes.push_back(
        {.method = Method::put,
         .pattern = "/api/v1/contracts/{id}",
         .operation = "revise_contract",
         .handler = bound(services, revise_contract),
         .scope = Scope::write,
         .needs_if_match = true,
         .request = &contract_content_schema,
         .response = &contract_schema,
         .tag = "contracts",
         .summary_zh = "修改合同草稿",
         .summary_en = "Revise a draft"}
    );
    // No one scope fits: the sides need write, the operator needs operate; the rows of the process
    // ask for it.
    routes.push_back(
        {.method = Method::post,
         .pattern = "/api/v1/contracts/{id}/actions",
         .operation = "act_on_contract",
         .handler = bound(services, act_on_contract),
         .needs_idempotency_key = true,
         .needs_if_match = true,
         .request = &contract_action_schema,
         .response = &contract_schema,
         .tag = "contracts",
         .summary_zh = "提交、退回、同意、履行、解除等",
         .summary_en = "Submit, return, approve, start, terminate and the like"}
    );
    routes.push_back(
        {.method = Method::post,
         .pattern = "/api/v1/contracts/{id}/signatures",
         .operation = "sign_contract",
         .handler = bound(services, sign_contract),
         .scope = Scope::sign,
         .needs_idempotency_key = true,
         .request = &signature_schema,
         .response = &contract_schema,
         .success = 201,
         .tag = "contracts",
         .summary_zh = "签署",
         .summary_en = "Sign"}
    );
    return routes;
}

} // namespace jishi::protocol
