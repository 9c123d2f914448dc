// GET /api/v1/achievements, GET /api/v1/needs: the catalogue, from memory.
#include "protocol/handlers/common.hpp"
#include "protocol/handlers/saved_searches.hpp"
#include "protocol/handlers/search_json.hpp"
#include "protocol/search_query.hpp"

namespace jishi::protocol {

namespace {

using market::ListingKind;
using market::RefusalCode;
using market::Result;

// The engine names its own members ("/q"); here they are query parameters.
market::Refusal as_parameters(market::Refusal refusal) {
    for (auto& field : refusal.fields)
        if (field.pointer.starts_with('/')) field.pointer[0] = '?';
    return refusal;
}

Result<Reply> search(const Services& services, const Request& request, ListingKind kind) {
    auto query = parse_search(kind, request.query);
    if (!query) return query.refusal();
    if (const auto cursor = request.query_text("cursor")) {
        auto payload = services.cursors.decode(*cursor);
        if (!payload) return RefusalCode::cursor_invalid;
        query->cursor = *std::move(payload);
    }
    const auto page = services.snapshot()->search(*query);
    if (!page) return as_parameters(page.refusal());
    const auto& next = page->next_cursor;
    return ok(search_page_json(*page, next.empty() ? "" : services.cursors.encode(next)));
}

// Everyone is given the same answer, so nobody is asked who he is. A worker gives it: phrases may
// take a while to be read, and the I/O thread must not wait.
Route search_route(const Services& services, ListingKind kind) {
    const bool achievements = kind == ListingKind::achievement;
    return {
        .pattern = achievements ? "/api/v1/achievements" : "/api/v1/needs",
        .operation = achievements ? "search_achievements" : "search_needs",
        .handler = [&services,
                    kind](const Request& request) { return search(services, request, kind); },
        .runs_on = RunsOn::worker,
        .auth = Auth::none,
        .query = search_parameters(),
        .response = &search_page_schema,
        .tag = "search",
        .summary_zh = achievements ? "检索成果" : "检索需求",
        .summary_en = achievements ? "Search achievements" : "Search needs"};
}

} // namespace

std::vector<Route> search_routes(const Services& services) {
    std::vector<Route> routes = saved_search_routes(services);
    routes.push_back(search_route(services, ListingKind::achievement));
    routes.push_back(search_route(services, ListingKind::need));
    return routes;
}

} // namespace jishi::protocol
