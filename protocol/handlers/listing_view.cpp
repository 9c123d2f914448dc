#include "protocol/handlers/listing_view.hpp"

#include "market/access.hpp"
#include "market/listing_rules.hpp"
#include "market/listings.hpp"
#include "protocol/handlers/common.hpp"

namespace jishi::protocol {

namespace {

using market::RefusalCode;

constexpr json::Schema revision_number = json::integer(0, 4'294'967'295);

constexpr std::array owner_fields{
    json::required("id", json::id("org")),
    json::required("name", json::text(0, 100)),
};
constexpr json::Schema owner_schema = json::object("ListingOwner", owner_fields);

constexpr std::array head_fields{
    json::required("id", json::id("ach|need")),
    json::required("version", version_schema, "用于 If-Match", "For If-Match"),
    json::required("state", json::one_of(states_of<market::ListingState>())),
    json::required("revision", revision_number, "所示内容的修订号", "The revision shown here"),
    json::required("completeness", json::integer(0, 100), "完整度 %", "How complete, per cent"),
    json::required(
        "owner",
        owner_schema.or_null(),
        "发布机构；匿名时为 null",
        "Owner; null while it is anonymous"
    ),
    json::required("published_at", json::instant().or_null()),
    json::required("expires_at", json::instant().or_null()),
    json::optional("created_at", json::instant(), "仅自己可见", "For insiders"),
    json::optional("updated_at", json::instant(), "仅自己可见", "For insiders"),
    available_actions_field<market::ListingEvent>(),
    json::optional(
        "live_revision",
        revision_number,
        "市场上的修订号，0 为无",
        "What the market sees; 0: nothing"
    ),
    json::optional("review_pending", json::boolean(), "等待审核", "The operator owes an answer"),
    json::optional(
        "state_reason", reason_schema, "退回、暂停等的理由", "Why it was returned, suspended, ..."
    ),
    json::optional("source_id", json::text(0, 100), "自有编号", "The owner's own number"),
};
constexpr auto achievement_fields = joined(head_fields, listing_fields::achievement_shown);
constexpr auto need_fields = joined(head_fields, listing_fields::need_shown);

constexpr std::array title_fields{json::required("title", json::text(2, 200), "名称", "Title")};
constexpr auto summary_fields = joined(head_fields, title_fields);
constexpr json::Schema summary_schema = json::object("ListingSummary", summary_fields);
constexpr auto summary_list_fields = list_fields(summary_schema);

constexpr std::array revision_head_fields{
    json::required("listing", json::id("ach|need")),
    json::required("number", revision_number, "修订号", "Revision"),
    json::required("is_live", json::boolean(), "市场上的修订", "Whether the market sees this one"),
    json::required("content_hash", hash_schema, "内容的 SHA-256", "SHA-256 of the content"),
    json::required("written_at", json::instant()),
};
constexpr auto achievement_revision_fields =
    joined(revision_head_fields, listing_fields::achievement_shown);
constexpr auto need_revision_fields = joined(revision_head_fields, listing_fields::need_shown);

void write_owner(json::Writer& out, const std::optional<market::Organisation>& owner) {
    out.key("owner");
    if (!owner) {
        out.null();
        return;
    }
    out.begin_object().field("id", owner->id.text()).field("name", owner->name).end_object();
}

std::optional<market::Instant> day_of(const std::optional<market::Instant>& at) {
    if (!at) return {};
    return market::shanghai_midnight(market::shanghai_date(*at));
}

void write_head(json::Writer& out, const ListingView& view) {
    const auto& listing = view.listing;
    out.field("id", listing.id.text())
        .field("version", listing.version)
        .field("state", market::name_of(listing.state))
        .field("revision", view.revision.number)
        .field("completeness", market::completeness(listing.id.kind, view.revision.content));
    write_owner(out, view.owner);
    // To the microsecond they would tell what else was done in the same moment, and so by whom.
    const bool coarse = !view.owner && !view.insider;
    out.field("published_at", shown(coarse ? day_of(listing.published_at) : listing.published_at))
        .field("expires_at", shown(coarse ? day_of(listing.expires_at) : listing.expires_at));
    write_names(out, "available_actions", view.actions);
    if (!view.insider) return;
    out.field("created_at", shown(listing.created_at))
        .field("updated_at", shown(listing.updated_at))
        .field("live_revision", listing.live_revision)
        .field("review_pending", listing.review_pending)
        .field("state_reason", listing.state_reason)
        .field("source_id", listing.source_id);
}

} // namespace

const json::Schema achievement_schema = json::object("Achievement", achievement_fields);
const json::Schema need_schema = json::object("Need", need_fields);
const json::Schema listing_summary_list_schema =
    json::object("ListingSummaryList", summary_list_fields);
const json::Schema achievement_revision_schema =
    json::object("AchievementRevision", achievement_revision_fields);
const json::Schema need_revision_schema = json::object("NeedRevision", need_revision_fields);

bool is_insider(const market::Caller* caller, const market::Listing& listing) {
    return market::may_see_confidential(caller, listing);
}

market::Result<ListingView>
view_of(market::Books& books, const market::Caller* caller, const market::Listing& listing) {
    if (!market::may_see(caller, listing)) return RefusalCode::not_found;
    const bool insider = is_insider(caller, listing);
    auto revision = books.listings.find_revision(
        listing.id, insider ? listing.revision : listing.live_revision
    );
    if (!revision) return RefusalCode::not_found;
    ListingView view{.listing = listing, .revision = *std::move(revision), .insider = insider};
    if (market::may_see_owner(caller, listing, view.revision.content.confidentiality))
        view.owner = books.parties.find_organisation(listing.owner);
    if (caller) view.actions = market::available_actions(books, *caller, listing);
    return view;
}

std::string listing_json(const ListingView& view) {
    json::Writer out;
    out.begin_object();
    write_head(out, view);
    write_content(
        out,
        view.listing.id.kind,
        view.revision.content,
        view.insider ? Confidential::shown : Confidential::withheld
    );
    out.end_object();
    return out.take();
}

void write_listing_summary(json::Writer& out, const ListingView& view) {
    out.begin_object();
    write_head(out, view);
    out.field("title", view.revision.content.title).end_object();
}

std::string revision_json(const market::Listing& listing, const market::ListingRevision& revision) {
    json::Writer out;
    out.begin_object()
        .field("listing", listing.id.text())
        .field("number", revision.number)
        .field("is_live", revision.number == listing.live_revision)
        .field("content_hash", revision.content_hash)
        .field("written_at", shown(revision.written_at));
    write_content(out, listing.id.kind, revision.content, Confidential::shown);
    out.end_object();
    return out.take();
}

} // namespace jishi::protocol
