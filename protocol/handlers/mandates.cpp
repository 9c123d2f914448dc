// Brokers' mandates: offered by the broker, accepted by the owner of the listing.
#include "market/access.hpp"
#include "protocol/handlers/deal_json.hpp"

namespace jishi::protocol {

namespace {

using market::Books;
using market::Result;

std::string
mandate_body(Books& books, const market::Caller& caller, const market::Mandate& mandate) {
    json::Writer out;
    write_mandate(out, books, caller, mandate);
    return out.take();
}

Result<Reply> offer_mandate(const Services& services, const Request& request) {
    const auto draft = decode_mandate_draft(request.object());
    return once(services, request, [&](Books& books) -> Result<Reply> {
        const auto mandate = market::offer_mandate(books, *request.caller, draft);
        if (!mandate) return mandate.refusal();
        return created(
            "/api/v1/mandates/" + mandate->id.text(),
            mandate_body(books, *request.caller, *mandate),
            make_etag(mandate->version)
        );
    });
}

Result<Reply> list_mandates(const Services& services, const Request& request) {
    const auto page = page_of(services, request);
    if (!page) return page.refusal();
    return services.in_unit([&](Books& books) -> Result<Reply> {
        const auto found = books.deals.mandates_of(request.caller->organisation, *page);
        return page_reply(
            services,
            *page,
            found,
            [&](json::Writer& out, const market::Mandate& mandate) {
                write_mandate(out, books, *request.caller, mandate);
            }
        );
    });
}

Result<Reply> get_mandate(const Services& services, const Request& request) {
    const auto id = path_id<market::MandateId>(request);
    if (!id) return id.refusal();
    return services.in_unit([&](Books& books) -> Result<Reply> {
        const auto mandate = books.deals.find_mandate(*id);
        if (!mandate || !market::may_see(*request.caller, *mandate))
            return market::RefusalCode::not_found;
        return ok(mandate_body(books, *request.caller, *mandate), make_etag(mandate->version));
    });
}

Result<Reply> act_on_mandate(const Services& services, const Request& request) {
    const auto id = path_id<market::MandateId>(request);
    if (!id) return id.refusal();
    const auto event = enum_of<market::MandateEvent>(request.object().text("action"));
    return once(services, request, [&](Books& books) -> Result<Reply> {
        const auto mandate = market::act_on_mandate(
            books, *request.caller, *id, event, reason_of(request), expected_version(request)
        );
        if (!mandate) return mandate.refusal();
        return ok(mandate_body(books, *request.caller, *mandate), make_etag(mandate->version));
    });
}

} // namespace

std::vector<Route> mandate_routes(const Services& services) {
    using market::Scope;
    return {
        {.method = Method::post,
         .pattern = "/api/v1/mandates",
         .operation = "offer_mandate",
         .handler = bound(services, offer_mandate),
         .scope = Scope::write,
         .needs_idempotency_key = true,
         .request = &mandate_draft_schema,
         .response = &mandate_schema,
         .success = 201,
         .tag = "mandates",
         .summary_zh = "经纪人请求代理",
         .summary_en = "Offer to act as a broker for a listing"},
        {.method = Method::get,
         .pattern = "/api/v1/mandates",
         .operation = "list_mandates",
         .handler = bound(services, list_mandates),
         .scope = Scope::read,
         .query = page_query,
         .response = &mandate_list_schema,
         .tag = "mandates",
         .summary_zh = "本机构的代理委托",
         .summary_en = "The mandates of the own organisation, on either side"},
        {.method = Method::get,
         .pattern = "/api/v1/mandates/{id}",
         .operation = "get_mandate",
         .handler = bound(services, get_mandate),
         .scope = Scope::read,
         .response = &mandate_schema,
         .tag = "mandates",
         .summary_zh = "查看代理委托",
         .summary_en = "A mandate"},
        {.method = Method::post,
         .pattern = "/api/v1/mandates/{id}/actions",
         .operation = "act_on_mandate",
         .handler = bound(services, act_on_mandate),
         .scope = Scope::write,
         .needs_idempotency_key = true,
         .needs_if_match = true,
         .request = &mandate_action_schema,
         .response = &mandate_schema,
         .tag = "mandates",
         .summary_zh = "接受、谢绝、撤回、撤销或终止代理",
         .summary_en = "Accept, decline, withdraw, revoke or end a mandate"},
    };
}

} // namespace jishi::protocol
