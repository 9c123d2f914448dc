// Achievements and needs: one implementation, two sets of addresses.
//   POST /api/v1/{kind}
//   PUT, GET /api/v1/{kind}/{id}, POST .../actions
//   GET .../revisions/{number}, .../history
#include "market/listings.hpp"

#include "market/access.hpp"
#include "protocol/handlers/common.hpp"
#include "protocol/handlers/listing_lists.hpp"
#include "protocol/handlers/listing_view.hpp"
#include "protocol/listing_json.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>

namespace jishi::protocol {

namespace {

using market::Books;
using market::Caller;
using market::Listing;
using market::ListingEvent;
using market::ListingId;
using market::ListingKind;
using market::RefusalCode;
using market::Result;

// The addresses of a kind name things of that kind only.
Result<ListingId> listing_id(ListingKind kind, const Request& request) {
    auto id = path_id<ListingId>(request);
    if (id && id->kind != kind) return RefusalCode::not_found;
    return id;
}

// What only owner and operator are given; to the public the listing may be visible, its papers are
// not.
Result<Listing> insiders_listing(Books& books, const Caller& caller, const ListingId& id) {
    auto listing = books.listings.find(id);
    if (!listing || !market::may_see(&caller, *listing)) return RefusalCode::not_found;
    if (!is_insider(&caller, *listing)) return RefusalCode::not_permitted;
    return *std::move(listing);
}

Result<Reply> listing_reply(Books& books, const Caller* caller, const Listing& listing) {
    const auto view = view_of(books, caller, listing);
    if (!view) return view.refusal();
    return ok(listing_json(*view), make_etag(listing.version));
}

Result<Reply> create(const Services& services, const Request& request, ListingKind kind) {
    const auto draft = decode_draft(kind, request.object());
    return once(services, request, [&](Books& books) -> Result<Reply> {
        const auto listing = market::create_listing(books, *request.caller, draft);
        if (!listing) return listing.refusal();
        auto reply = listing_reply(books, request.caller_or_null(), *listing);
        if (!reply) return reply;
        return created(
            request.path + "/" + listing->id.text(), std::move(reply->body), std::move(reply->etag)
        );
    });
}

Result<Reply> revise(const Services& services, const Request& request, ListingKind kind) {
    const auto id = listing_id(kind, request);
    if (!id) return id.refusal();
    const auto content = decode_content(kind, request.object());
    return services.in_unit([&](Books& books) -> Result<Reply> {
        const auto listing =
            market::revise_listing(books, *request.caller, *id, content, expected_version(request));
        if (!listing) return listing.refusal();
        return listing_reply(books, request.caller_or_null(), *listing);
    });
}

Result<Reply> show(const Services& services, const Request& request, ListingKind kind) {
    const auto id = listing_id(kind, request);
    if (!id) return id.refusal();
    return services.in_unit([&](Books& books) -> Result<Reply> {
        const auto listing = books.listings.find(*id);
        if (!listing) return RefusalCode::not_found;
        return listing_reply(books, request.caller_or_null(), *listing);
    });
}

Result<Reply> act(const Services& services, const Request& request, ListingKind kind) {
    const auto id = listing_id(kind, request);
    if (!id) return id.refusal();
    const auto event = enum_of<ListingEvent>(request.object().text("action"));
    const auto reason = reason_of(request);
    return once(services, request, [&](Books& books) -> Result<Reply> {
        const auto listing = market::act_on_listing(
            books, *request.caller, *id, event, reason, expected_version(request)
        );
        if (!listing) return listing.refusal();
        return listing_reply(books, request.caller_or_null(), *listing);
    });
}

Result<Reply> revision(const Services& services, const Request& request, ListingKind kind) {
    const auto id = listing_id(kind, request);
    if (!id) return id.refusal();
    const auto& digits = request.path_value("number");
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc{} || end != digits.data() + digits.size()) return RefusalCode::not_found;
    return services.in_unit([&](Books& books) -> Result<Reply> {
        const auto listing = insiders_listing(books, *request.caller, *id);
        if (!listing) return listing.refusal();
        const auto found = books.listings.find_revision(*id, number);
        if (!found) return RefusalCode::not_found;
        return ok(revision_json(*listing, *found));
    });
}

Result<Reply> history(const Services& services, const Request& request, ListingKind kind) {
    const auto id = listing_id(kind, request);
    if (!id) return id.refusal();
    return services.in_unit([&](Books& books) -> Result<Reply> {
        const auto listing = insiders_listing(books, *request.caller, *id);
        if (!listing) return listing.refusal();
        return history_reply(books, id->text());
    });
}

constexpr std::array achievement_act_fields{
    action_field(action_names<market::listing_rows::achievement, ListingEvent::revise>),
    reason_field};
constexpr std::array need_act_fields{
    action_field(action_names<market::listing_rows::need, ListingEvent::revise>), reason_field};
constexpr json::Schema achievement_act_schema =
    json::object("AchievementAction", achievement_act_fields);
constexpr json::Schema need_act_schema = json::object("NeedAction", need_act_fields);

using KindHandler = Result<Reply> (*)(const Services&, const Request&, ListingKind);

class RowsOfKind {
public:
    RowsOfKind(const Services& services, ListingKind kind) : services_(services), kind_(kind) {}

    std::vector<Route> writing() const {
        return {
            {.method = Method::post,
             .pattern = pick("/api/v1/achievements", "/api/v1/needs"),
             .operation = pick("create_achievement", "create_need"),
             .handler = handler(create),
             .scope = market::Scope::write,
             .needs_idempotency_key = true,
             .request = &draft_schema(kind_),
             .response = shown_schema(),
             .success = 201,
             .tag = "listings",
             .summary_zh = pick("起草成果", "起草需求"),
             .summary_en = pick("Draft an achievement", "Draft a need")},
            {.method = Method::put,
             .pattern = item(),
             .operation = pick("revise_achievement", "revise_need"),
             .handler = handler(revise),
             .scope = market::Scope::write,
             .needs_if_match = true,
             .request = &content_schema(kind_),
             .response = shown_schema(),
             .tag = "listings",
             .summary_zh = pick("修订成果", "修订需求"),
             .summary_en = "Write a new revision; the market sees it once it is approved"},
            {.method = Method::post,
             .pattern = pick("/api/v1/achievements/{id}/actions", "/api/v1/needs/{id}/actions"),
             .operation = pick("act_on_achievement", "act_on_need"),
             .handler = handler(act
             ), // the owner needs the scope write, the operator operate: the rows ask
             .needs_idempotency_key = true,
             .needs_if_match = true,
             .request = pick(achievement_act_schema, need_act_schema),
             .response = shown_schema(),
             .tag = "listings",
             .summary_zh = "提交、审核、撤回等",
             .summary_en = "Submit, review, withdraw, ..."},
        };
    }

    std::vector<Route> reading() const {
        return {
            {.pattern = item(),
             .operation = pick("get_achievement", "get_need"),
             .handler = handler(show),
             .auth = Auth::optional,
             .scope = market::Scope::read,
             .response = shown_schema(),
             .tag = "listings",
             .summary_zh = pick("查看成果", "查看需求"),
             .summary_en = "The live revision; for owner and operator the newest one"},
            {.pattern = pick(
                 "/api/v1/achievements/{id}/revisions/{number}",
                 "/api/v1/needs/{id}/revisions/{number}"
             ),
             .operation = pick("get_achievement_revision", "get_need_revision"),
             .handler = handler(revision),
             .scope = market::Scope::read,
             .response = pick(achievement_revision_schema, need_revision_schema),
             .tag = "listings",
             .summary_zh = "查看某一修订（发布方、运营方）",
             .summary_en = "One revision, for owner and operator"},
            {.pattern = pick("/api/v1/achievements/{id}/history", "/api/v1/needs/{id}/history"),
             .operation = pick("get_achievement_history", "get_need_history"),
             .handler = handler(history),
             .scope = market::Scope::read,
             .response = &history_schema,
             .tag = "listings",
             .summary_zh = "经过（发布方、运营方）",
             .summary_en = "What happened to it, for owner and operator"},
        };
    }

private:
    std::string_view pick(std::string_view of_achievement, std::string_view of_need) const {
        return kind_ == ListingKind::achievement ? of_achievement : of_need;
    }
    const json::Schema*
    pick(const json::Schema& of_achievement, const json::Schema& of_need) const {
        return kind_ == ListingKind::achievement ? &of_achievement : &of_need;
    }
    const json::Schema* shown_schema() const { return pick(achievement_schema, need_schema); }
    std::string_view item() const {
        return pick("/api/v1/achievements/{id}", "/api/v1/needs/{id}");
    }
    Handler handler(KindHandler function) const {
        return [&services = services_, kind = kind_, function](const Request& request) {
            return function(services, request, kind);
        };
    }

    const Services& services_;
    ListingKind kind_;
};

} // namespace

std::vector<Route> listing_routes(const Services& services) {
    std::vector<Route> routes = listing_list_routes(services);
    for (const auto kind : {ListingKind::achievement, ListingKind::need}) {
        const RowsOfKind rows(services, kind);
        for (auto part : {rows.writing(), rows.reading()})
            std::ranges::move(part, std::back_inserter(routes));
    }
    return routes;
}

} // namespace jishi::protocol
