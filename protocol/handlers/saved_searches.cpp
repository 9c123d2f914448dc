#include "protocol/handlers/saved_searches.hpp"

#include "market/access.hpp"
#include "market/matches.hpp"
#include "protocol/handlers/common.hpp"
#include "protocol/search_query.hpp"

namespace jishi::protocol {

namespace {

using market::Books;
using market::Result;

constexpr std::array draft_fields{
    json::required("name", json::text(1, 60), "名称", "Name"),
    json::required(
        "kind",
        json::one_of(market::names_of<market::ListingKind>()),
        "成果或需求",
        "Achievement or need"
    ),
    json::required(
        "query", json::text(0, 1'000), "检索地址的查询串", "The query string of the search address"
    ),
};
constexpr std::array kept_fields{
    json::required("id", json::id("srch")),
    json::required("created_at", json::instant()),
};
constexpr auto saved_search_fields = joined(kept_fields, draft_fields);
constexpr json::Schema saved_search_draft_schema = json::object("SavedSearchDraft", draft_fields);
constexpr json::Schema saved_search_schema = json::object("SavedSearch", saved_search_fields);
constexpr auto list_table = list_fields(saved_search_schema, market::saved_searches_max);
constexpr json::Schema saved_search_list_schema = json::object("SavedSearchList", list_table);

void write_saved_search(json::Writer& out, const market::SavedSearch& search) {
    out.begin_object()
        .field("id", search.id.text())
        .field("created_at", shown(search.created_at))
        .field("name", search.name)
        .field("kind", market::name_of(search.kind))
        .field("query", search.query)
        .end_object();
}

market::SavedSearchDraft decode_search(const json::Object& object) {
    return {
        .name = text_of(object, "name"),
        .kind = enum_of<market::ListingKind>(object.text("kind")),
        .query = text_of(object, "query")};
}

Result<Reply> create(const Services& services, const Request& request) {
    const auto draft = decode_search(request.object());
    if (const auto query = parse_saved_query(draft.kind, draft.query); !query)
        return query.refusal();
    return once(services, request, [&](Books& books) -> Result<Reply> {
        const auto search = market::save_search(books, *request.caller, draft);
        if (!search) return search.refusal();
        json::Writer out;
        write_saved_search(out, *search);
        return created("/api/v1/saved-searches/" + search->id.text(), out.take());
    });
}

Result<Reply> list(const Services& services, const Request& request) {
    return services.in_unit([&](Books& books) -> Result<Reply> {
        if (const auto permitted = market::permit(*request.caller, market::Action::read_own_things);
            !permitted)
            return permitted.refusal();
        return whole_list_reply(
            books.matches.saved_searches_of(request.caller->member), write_saved_search
        );
    });
}

Result<Reply> remove_one(const Services& services, const Request& request) {
    const auto id = path_id<market::SavedSearchId>(request);
    if (!id) return id.refusal();
    return services.in_unit([&](Books& books) -> Result<Reply> {
        if (const auto removed = market::remove_search(books, *request.caller, *id); !removed)
            return removed.refusal();
        return no_content();
    });
}

} // namespace

std::vector<Route> saved_search_routes(const Services& services) {
    return {
        {.method = Method::post,
         .pattern = "/api/v1/saved-searches",
         .operation = "create_saved_search",
         .handler = bound(services, create),
         .scope = market::Scope::write,
         .needs_idempotency_key = true,
         .request = &saved_search_draft_schema,
         .response = &saved_search_schema,
         .success = 201,
         .tag = "search",
         .summary_zh = "订阅检索",
         .summary_en = "Save a search; new listings that answer it are told"},
        {.pattern = "/api/v1/saved-searches",
         .operation = "list_saved_searches",
         .handler = bound(services, list),
         .scope = market::Scope::read,
         .response = &saved_search_list_schema,
         .tag = "search",
         .summary_zh = "我的检索订阅",
         .summary_en = "The caller's saved searches"},
        {.method = Method::remove,
         .pattern = "/api/v1/saved-searches/{id}",
         .operation = "delete_saved_search",
         .handler = bound(services, remove_one),
         .scope = market::Scope::write,
         .success = 204,
         .tag = "search",
         .summary_zh = "取消检索订阅",
         .summary_en = "Delete a saved search"},
    };
}

} // namespace jishi::protocol
