// Negotiations: opening, acting, offers, history.
#include "market/access.hpp"
#include "protocol/handlers/deal_json.hpp"

namespace jishi::protocol {

namespace {

using market::Books;
using market::Result;

constexpr std::array deal_query{state_query<market::DealState>(), limit_query, cursor_query};

std::string deal_body(Books& books, const market::Caller& caller, const market::Deal& deal) {
    json::Writer out;
    write_deal(out, books, caller, deal);
    return out.take();
}

Result<market::Deal> find_seen(Books& books, const market::Caller& caller, market::DealId id) {
    auto deal = books.deals.find(id);
    if (!deal || !market::may_see(books, caller, *deal)) return market::RefusalCode::not_found;
    return *std::move(deal);
}

// Runs `answer(books, deal)` on the deal of the address, where the caller may see it.
template<class Answer>
Result<Reply> on_seen(const Services& services, const Request& request, Answer answer) {
    const auto id = path_id<market::DealId>(request);
    if (!id) return id.refusal();
    return services.in_unit([&](Books& books) -> Result<Reply> {
        const auto deal = find_seen(books, *request.caller, *id);
        if (!deal) return deal.refusal();
        return answer(books, *deal);
    });
}

Result<Reply> open_deal(const Services& services, const Request& request) {
    const auto draft = decode_deal_draft(request.object());
    return once(services, request, [&](Books& books) -> Result<Reply> {
        const auto deal = market::open_deal(books, *request.caller, draft);
        if (!deal) return deal.refusal();
        return created(
            "/api/v1/deals/" + deal->id.text(),
            deal_body(books, *request.caller, *deal),
            make_etag(deal->version)
        );
    });
}

Result<Reply> list_deals(const Services& services, const Request& request) {
    const auto page = page_of(services, request);
    if (!page) return page.refusal();
    const auto state = query_enum<market::DealState>(request, "state");
    return services.in_unit([&](Books& books) -> Result<Reply> {
        const auto found = books.deals.list_of_party(request.caller->organisation, state, *page);
        return page_reply(services, *page, found, [&](json::Writer& out, const market::Deal& deal) {
            write_deal_entry(out, books, *request.caller, deal);
        });
    });
}

Result<Reply> get_deal(const Services& services, const Request& request) {
    return on_seen(services, request, [&](Books& books, const market::Deal& deal) {
        return ok(deal_body(books, *request.caller, deal), make_etag(deal.version));
    });
}

Result<Reply> act_on_deal(const Services& services, const Request& request) {
    const auto id = path_id<market::DealId>(request);
    if (!id) return id.refusal();
    auto action = decode_deal_action(request.object());
    action.reason = reason_of(request);
    return once(services, request, [&](Books& books) -> Result<Reply> {
        const auto deal =
            market::act_on_deal(books, *request.caller, *id, action, expected_version(request));
        if (!deal) return deal.refusal();
        return ok(deal_body(books, *request.caller, *deal), make_etag(deal->version));
    });
}

Result<Reply> list_offers(const Services& services, const Request& request) {
    return on_seen(services, request, [](Books& books, const market::Deal& deal) {
        return whole_list_reply(
            books.deals.offers_of(deal.id),
            [&](json::Writer& out, const market::Offer& offer) { write_offer(out, deal, offer); }
        );
    });
}

Result<Reply> get_deal_history(const Services& services, const Request& request) {
    return on_seen(services, request, [](Books& books, const market::Deal& deal) {
        return history_reply(books, deal.id.text());
    });
}

} // namespace

std::vector<Route> deal_routes(const Services& services) {
    using market::Scope;
    return {
        {.method = Method::post,
         .pattern = "/api/v1/deals",
         .operation = "open_deal",
         .handler = bound(services, open_deal),
         .scope = Scope::write,
         .needs_idempotency_key = true,
         .request = &deal_draft_schema,
         .response = &deal_schema,
         .success = 201,
         .tag = "deals",
         .summary_zh = "就成果或需求发起洽谈",
         .summary_en = "Open a deal on an achievement or a need"},
        {.method = Method::get,
         .pattern = "/api/v1/deals",
         .operation = "list_deals",
         .handler = bound(services, list_deals),
         .scope = Scope::read,
         .query = deal_query,
         .response = &deal_list_schema,
         .tag = "deals",
         .summary_zh = "本机构的洽谈",
         .summary_en = "The deals of the own organisation"},
        {.method = Method::get,
         .pattern = "/api/v1/deals/{id}",
         .operation = "get_deal",
         .handler = bound(services, get_deal),
         .scope = Scope::read,
         .response = &deal_schema,
         .tag = "deals",
         .summary_zh = "查看洽谈",
         .summary_en = "A deal"},
        // No one scope fits: the sides need write, the operator needs operate; the rows of the
        // process ask for it.
        {.method = Method::post,
         .pattern = "/api/v1/deals/{id}/actions",
         .operation = "act_on_deal",
         .handler = bound(services, act_on_deal),
         .needs_idempotency_key = true,
         .needs_if_match = true,
         .request = &deal_action_schema,
         .response = &deal_schema,
         .tag = "deals",
         .summary_zh = "报价、还价、接受、拒绝、撤回等",
         .summary_en = "Offer, counter, accept, reject, withdraw and the like"},
        {.method = Method::get,
         .pattern = "/api/v1/deals/{id}/offers",
         .operation = "list_offers",
         .handler = bound(services, list_offers),
         .scope = Scope::read,
         .response = &offer_list_schema,
         .tag = "deals",
         .summary_zh = "洽谈的全部报价",
         .summary_en = "Every offer of a deal"},
        {.method = Method::get,
         .pattern = "/api/v1/deals/{id}/history",
         .operation = "get_deal_history",
         .handler = bound(services, get_deal_history),
         .scope = Scope::read,
         .response = &history_schema,
         .tag = "deals",
         .summary_zh = "洽谈的经过",
         .summary_en = "What happened in a deal"},
    };
}

} // namespace jishi::protocol
