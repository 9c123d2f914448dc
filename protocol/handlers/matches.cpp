// Matches right now, from memory, and the matches that were told and can be answered.
//   GET /api/v1/achievements/{id}/matches, /api/v1/needs/{id}/matches
//   GET /api/v1/matches, /api/v1/matches/{id}      POST /api/v1/matches/{id}/actions
#include "market/matches.hpp"

#include "market/access.hpp"
#include "market/feedback.hpp"
#include "market/grades.hpp"
#include "protocol/handlers/common.hpp"
#include "protocol/handlers/listing_view.hpp"
#include "protocol/handlers/match_json.hpp"

#include <charconv>

namespace jishi::protocol {

namespace {

using market::Books;
using market::Caller;
using market::ListingId;
using market::ListingKind;
using market::RefusalCode;
using market::Result;
using matching::Document;

constexpr std::int64_t found_max = 50;
constexpr std::int64_t found_default = 10;

// ---- right now ----

// Whether the caller may be answered as the owner is: pairs that the owner of an anonymous listing
// never sees are then missing, which must tell nobody else who the owner is.
bool asks_as_owner(const Caller* caller, const Document& asked) {
    return caller && (caller->is_operator() ||
                      same_owner(matching::SealedOwner(caller->organisation), asked.sealed_owner));
}

// A listing that the snapshot does not hold. Its insiders look ahead with the newest revision; for
// others it counts as soon as it is live.
Result<Document> stored_document(Books& books, const Caller* caller, const ListingId& id) {
    const auto listing = books.listings.find(id);
    if (!listing || !market::may_see(caller, *listing)) return RefusalCode::not_found;
    const bool insider = is_insider(caller, *listing);
    if (!insider && !market::is_live(listing->state)) return RefusalCode::listing_not_open;
    const auto number = insider ? listing->revision : listing->live_revision;
    const auto revision = books.listings.find_revision(id, number);
    if (!revision) return RefusalCode::not_found;
    return matching::document_of(
        id, number, revision->content, listing->owner, listing->published_at.value_or(books.now)
    );
}

Result<Document> asked_document(
    const Services& services,
    const matching::Snapshot& snapshot,
    const Request& request,
    const ListingId& id
) {
    if (const auto live = snapshot.find(id)) return *live;
    return yield_from_unit<Document>(services, [&](Books& books) {
        return stored_document(books, request.caller_or_null(), id);
    });
}

// The public is answered by the texts, less the pairs that everyone can see to be of one owner.
std::vector<matching::Match> matches_for_public(
    const matching::Snapshot& snapshot,
    Document asked,
    std::size_t limit,
    std::int32_t today_day,
    std::span<const matching::Grade> grades
) {
    constexpr std::size_t own_pairs_max = 50; // of the asked listing's visible owner
    asked.sealed_owner = {};
    std::vector<matching::Match> found;
    std::vector<const Document*> documents;
    for (const auto& [document, score] :
         snapshot.rank_for(asked, limit + own_pairs_max, today_day, grades)) {
        if (found.size() == limit) break;
        if (!asked.owner.is_null() && document->owner == asked.owner) continue;
        found.push_back({document, score, {}, snapshot.also_posted(document->id)});
        documents.push_back(document.get());
    }
    auto why = snapshot.explain_pairs(asked, documents, grades);
    for (std::size_t i = 0; i < found.size(); ++i)
        found[i].why = std::move(why[i]);
    return found;
}

// What the side of the asked listing has made of its counterparts; nothing for a bystander, whose
// answer is everybody's.
struct OwnSide {
    std::vector<matching::Grade> grades{};   // given or concluded: they rank
    std::vector<market::MatchGrade> given{}; // shown beside what they are of
};

Result<OwnSide> own_side(const Services& services, const Request& request, const ListingId& id) {
    if (!request.caller) return OwnSide{};
    return yield_from_unit<OwnSide>(services, [&](Books& books) -> Result<OwnSide> {
        const auto listing = books.listings.find(id);
        if (!listing || !market::may_see_grades(books, *request.caller, *listing)) return OwnSide{};
        return OwnSide{market::grades_of_side(books, id), books.feedback.grades_of(id)};
    });
}

double decimal_of(std::string_view text) {
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

Result<Reply> found_matches(const Services& services, const Request& request, ListingKind kind) {
    const auto id = path_id<ListingId>(request);
    if (!id) return id.refusal();
    if (id->kind != kind) return RefusalCode::not_found;
    const auto snapshot = services.snapshot();
    const auto asked = asked_document(services, *snapshot, request, *id);
    if (!asked) return asked.refusal();
    const auto limit =
        static_cast<std::size_t>(request.query_integer("limit").value_or(found_default));
    const auto today_day = market::days_since_epoch(market::shanghai_date(services.now()));
    const auto own = own_side(services, request, *id);
    if (!own) return own.refusal();
    auto found = asks_as_owner(request.caller_or_null(), *asked)
                     ? snapshot->matches_for(*asked, limit, today_day, own->grades)
                     : matches_for_public(*snapshot, *asked, limit, today_day, own->grades);
    const auto score_min = decimal_of(request.query_text("min_score").value_or("0"));
    std::erase_if(found, [&](const matching::Match& match) {
        return match.score.score < score_min;
    });
    return ok(found_matches_json(*asked, found, own->given));
}

// ---- told and answered ----

Result<Reply> match_reply(Books& books, const Caller& caller, const market::Match& match) {
    json::Writer out;
    write_match(out, view_of(books, caller, match));
    return ok(out.take(), make_etag(match.version));
}

Result<Reply> list(const Services& services, const Request& request) {
    const auto page = page_of(services, request);
    if (!page) return page.refusal();
    std::optional<ListingId> listing;
    if (const auto text = request.query_text("listing_id")) listing = ListingId::parse(*text);
    return services.in_unit([&](Books& books) -> Result<Reply> {
        const auto& caller = *request.caller;
        if (const auto permitted = market::permit(caller, market::Action::read_own_things);
            !permitted)
            return permitted.refusal();
        std::vector<MatchView> views;
        for (const auto& match : books.matches.list_of_owner(
                 caller.organisation, listing, request.query_flag("pending"), *page
             ))
            views.push_back(view_of(books, caller, match));
        return page_reply(services, *page, views, write_match);
    });
}

Result<Reply> show(const Services& services, const Request& request) {
    const auto id = path_id<market::MatchId>(request);
    if (!id) return id.refusal();
    return services.in_unit([&](Books& books) -> Result<Reply> {
        const auto match = books.matches.find(*id);
        if (!match || !market::may_see(*request.caller, *match)) return RefusalCode::not_found;
        return match_reply(books, *request.caller, *match);
    });
}

Result<Reply> act(const Services& services, const Request& request) {
    const auto id = path_id<market::MatchId>(request);
    if (!id) return id.refusal();
    const auto event = enum_of<market::MatchEvent>(request.object().text("action"));
    std::optional<market::DismissReason> reason;
    if (const auto name = request.object().optional_text("reason"))
        reason = enum_of<market::DismissReason>(*name);
    return once(services, request, [&](Books& books) -> Result<Reply> {
        const auto match = market::act_on_match(
            books, *request.caller, *id, event, reason, expected_version(request)
        );
        if (!match) return match.refusal();
        return match_reply(books, *request.caller, *match);
    });
}

// ---- the addresses ----

constexpr json::Format share_format{"decimal", "0..1", [](std::string_view text) {
                                        return json::decimal_format.accepts(text) &&
                                               decimal_of(text) >= 0 && decimal_of(text) <= 1;
                                    }};
constexpr std::array found_query{
    json::optional(
        "limit", json::integer(1, found_max), "条数，默认 10", "How many, 10 by default"
    ),
    json::optional(
        "min_score", json::formatted(share_format), "最低匹配度 0..1", "The least fit, 0..1"
    ),
};
constexpr std::array list_query{
    json::optional(
        "listing_id", json::id("ach|need"), "只要此成果或需求的", "Of this listing only"
    ),
    json::optional("pending", json::boolean(), "只要本方未答复的", "That wait for our answer only"),
    limit_query,
    cursor_query,
};
constexpr std::array act_fields{
    action_field(action_names<market::small_rows::answer>),
    json::optional(
        "reason",
        json::one_of(market::names_of<market::DismissReason>()),
        "拒绝的理由",
        "Why not; dismissing requires it"
    ),
};
constexpr json::Schema act_schema = json::object("MatchAction", act_fields);

Route found_route(const Services& services, ListingKind kind) {
    const bool achievement = kind == ListingKind::achievement;
    return {
        .pattern = achievement ? "/api/v1/achievements/{id}/matches" : "/api/v1/needs/{id}/matches",
        .operation = achievement ? "list_achievement_matches" : "list_need_matches",
        .handler = [&services, kind](const Request& request
                   ) { return found_matches(services, request, kind); },
        .auth = Auth::optional,
        .scope = market::Scope::read,
        .query = found_query,
        .response = &found_matches_schema,
        .tag = "matches",
        .summary_zh = achievement ? "匹配此成果的需求" : "匹配此需求的成果",
        .summary_en = "The best counterparts right now, and why; of a draft for its owner"};
}

} // namespace

std::vector<Route> match_routes(const Services& services) {
    return {
        found_route(services, ListingKind::achievement),
        found_route(services, ListingKind::need),
        {.pattern = "/api/v1/matches",
         .operation = "list_matches",
         .handler = bound(services, list),
         .scope = market::Scope::read,
         .query = list_query,
         .response = &match_list_schema,
         .tag = "matches",
         .summary_zh = "本机构收到的匹配",
         .summary_en = "Matches the own organisation was told of"},
        {.pattern = "/api/v1/matches/{id}",
         .operation = "get_match",
         .handler = bound(services, show),
         .scope = market::Scope::read,
         .response = &match_schema,
         .tag = "matches",
         .summary_zh = "查看匹配",
         .summary_en = "One match, both listings and why"},
        {.method = Method::post,
         .pattern = "/api/v1/matches/{id}/actions",
         .operation = "act_on_match",
         .handler = bound(services, act),
         .scope = market::Scope::write,
         .needs_idempotency_key = true,
         .needs_if_match = true,
         .request = &act_schema,
         .response = &match_schema,
         .tag = "matches",
         .summary_zh = "接受或拒绝匹配",
         .summary_en = "Accept or dismiss a match"},
    };
}

} // namespace jishi::protocol
