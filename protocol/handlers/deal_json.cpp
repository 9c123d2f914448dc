#include "protocol/handlers/deal_json.hpp"

#include "market/access.hpp"
#include "protocol/handlers/party_json.hpp"
#include "protocol/handlers/terms_json.hpp"

namespace jishi::protocol {

namespace {

using market::DealEvent;

constexpr json::Schema message_schema = json::paragraphs(0, 2'000);

// ---- what is asked ----

constexpr std::array offer_draft_fields{
    json::required("terms", terms_schema),
    json::optional("message", message_schema),
    json::required("valid_until", json::instant(), "报价有效期", "Until when the offer stands"),
};
constexpr json::Schema offer_draft_schema = json::object("OfferDraft", offer_draft_fields);

constexpr std::array opening_names{
    market::name_of(DealEvent::inquire),
    market::name_of(DealEvent::request_quote),
    market::name_of(DealEvent::make_offer)};
constexpr std::array deal_draft_fields{
    json::optional("achievement_id", json::id("ach").or_null(), "成果", "The achievement"),
    json::optional(
        "need_id",
        json::id("need").or_null(),
        "需求；两者至少其一",
        "The need; at least one of the two"
    ),
    action_field(opening_names),
    json::optional("message", message_schema, "附言", "A word to the other side"),
    json::optional("offer", offer_draft_schema, "make_offer 时必填", "With make_offer"),
};

constexpr auto related_party_names = states_of<market::RelatedParty>(); // but "unset"
constexpr std::array deal_action_fields{
    action_field(action_names<market::deal_rows::deal>),
    reason_field,
    json::optional(
        "offer", offer_draft_schema, "make_offer、counter 时必填", "With make_offer and counter"
    ),
    json::optional(
        "related_party",
        json::one_of(related_party_names),
        "declare_related_party 时必填",
        "With declare_related_party"
    ),
};

// ---- what is answered ----

constexpr std::array offer_fields{
    json::required("id", json::id("ofr")),
    json::required(
        "number", json::integer(1, 4'294'967'295), "第几次报价", "1 is the first of the deal"
    ),
    json::required("by", side_schema, "报价方", "The side it speaks for"),
    json::required("terms", terms_schema),
    json::required("message", message_schema),
    json::required("terms_hash", hash_schema, "条款的 SHA-256", "SHA-256 of the terms"),
    json::required("valid_until", json::instant()),
    json::required("made_at", json::instant()),
};
constexpr json::Schema offer_schema = json::object("Offer", offer_fields);
constexpr auto offer_list_fields = list_fields(offer_schema, 10'000);

constexpr std::array pinned_fields{
    json::required("id", json::id("ach|need")),
    json::required("revision", version_schema),
};
constexpr json::Schema pinned_schema = json::object("PinnedListing", pinned_fields);
constexpr auto pinned_revision_fields = joined(
    pinned_fields,
    std::array{
        json::required("title", json::text(0, 200)),
        json::required("summary", json::paragraphs(0, 20'000)),
        json::required("content_hash", hash_schema),
        json::required(
            "confidential",
            json::paragraphs(0, 20'000).or_null(),
            "达成条款后对方可见，否则为 null",
            "null until the terms are agreed, but for its owner"
        ),
    }
);
constexpr json::Schema pinned_revision_schema =
    json::object("PinnedRevision", pinned_revision_fields);

constexpr std::array deal_head_fields{
    json::required("id", json::id("deal")),
    json::required("version", version_schema),
    json::required("state", json::one_of(states_of<market::DealState>())),
    json::required("state_reason", reason_schema),
    json::required(
        "your_side", side_schema.or_null(), "调用者一方", "The caller's side; null for others"
    ),
    json::required(
        "buyer", party_schema.or_null(), "匿名且未披露时为 null", "null while it is anonymous"
    ),
    json::required("seller", party_schema),
    json::required(
        "buyer_hidden", json::boolean(), "需求方匿名且未披露", "The buyer has not revealed itself"
    ),
    json::required("offer_count", json::integer(0, 4'294'967'295)),
    json::required("related_party", json::one_of(market::names_of<market::RelatedParty>())),
    json::required(
        "terms_hash", hash_schema, "已接受条款的 SHA-256", "Of the accepted terms; empty before"
    ),
    json::required(
        "due_at", json::instant().or_null(), "无人行动则届时失效", "When it expires if nobody acts"
    ),
    json::required("created_at", json::instant()),
    json::required("updated_at", json::instant()),
    available_actions_field<DealEvent>(),
};
constexpr auto deal_entry_fields = joined(
    deal_head_fields,
    std::array{
        json::required("achievement", pinned_schema.or_null()),
        json::required("need", pinned_schema.or_null()),
    }
);
constexpr json::Schema deal_entry_schema = json::object("DealEntry", deal_entry_fields);
constexpr auto deal_list_fields = list_fields(deal_entry_schema);
constexpr auto deal_fields = joined(
    deal_head_fields,
    std::array{
        json::required("achievement", pinned_revision_schema.or_null()),
        json::required("need", pinned_revision_schema.or_null()),
        json::required("current_offer", offer_schema.or_null()),
        json::required("accepted_offer", offer_schema.or_null()),
    }
);

// ---- decoding and encoding ----

std::optional<market::OfferDraft> decode_offer(const json::Object& object) {
    const auto offer = object.optional_object("offer");
    if (!offer) return {};
    return market::OfferDraft{
        .terms = decode_terms(offer->object("terms")),
        .message = text_of(*offer, "message"),
        .valid_until = instant_of(*offer, "valid_until"),
    };
}

std::optional<market::ListingId> listing_of(const json::Object& object, std::string_view name) {
    const auto text = object.optional_text(name);
    return text ? market::ListingId::parse(*text) : std::nullopt;
}

void write_head(
    json::Writer& out, market::Books& books, const market::Caller& caller, const market::Deal& deal
) {
    out.field("id", deal.id.text())
        .field("version", deal.version)
        .field("state", market::name_of(deal.state));
    out.field("state_reason", deal.state_reason);
    out.field("your_side", side_name_or_null(deal.buyer, deal.seller, caller.organisation));
    if (market::may_see_buyer(caller, deal))
        write_party(out, "buyer", books, deal.buyer);
    else
        out.key("buyer").null();
    write_party(out, "seller", books, deal.seller);
    out.field("buyer_hidden", deal.buyer_hidden).field("offer_count", deal.offer_count);
    out.field("related_party", market::name_of(deal.related_party))
        .field("terms_hash", deal.terms_hash);
    out.field("due_at", shown(deal.due_at)).field("created_at", shown(deal.created_at));
    out.field("updated_at", shown(deal.updated_at));
    write_names(out, "available_actions", market::available_actions(books, caller, deal));
}

void write_pinned(
    json::Writer& out, std::string_view name, const std::optional<market::PinnedListing>& pinned
) {
    out.key(name);
    if (!pinned) {
        out.null();
        return;
    }
    out.begin_object()
        .field("id", pinned->id.text())
        .field("revision", pinned->revision)
        .end_object();
}

// The revision that the deal was opened on, whatever its owner has written since.
void write_pinned_revision(
    json::Writer& out,
    std::string_view name,
    market::Books& books,
    const market::Caller& caller,
    const market::Deal& deal,
    const std::optional<market::PinnedListing>& pinned
) {
    out.key(name);
    const auto listing = pinned ? books.listings.find(pinned->id) : std::nullopt;
    const auto revision =
        pinned ? books.listings.find_revision(pinned->id, pinned->revision) : std::nullopt;
    if (!listing || !revision) {
        out.null();
        return;
    }
    const bool confidential_too = market::may_see_confidential(&caller, *listing) ||
                                  market::may_see_secrets_of_other(caller, deal);
    const auto& content = revision->content;
    out.begin_object().field("id", pinned->id.text()).field("revision", pinned->revision);
    out.field("title", content.title)
        .field("summary", content.summary)
        .field("content_hash", revision->content_hash);
    out.field("confidential", confidential_too ? std::optional(content.confidential) : std::nullopt)
        .end_object();
}

void write_offer_of(
    json::Writer& out,
    std::string_view name,
    market::Books& books,
    const market::Deal& deal,
    const std::optional<market::OfferId>& id
) {
    out.key(name);
    const auto offer = id ? books.deals.find_offer(*id) : std::nullopt;
    if (offer)
        write_offer(out, deal, *offer);
    else
        out.null();
}

} // namespace

const json::Schema deal_draft_schema = json::object("DealDraft", deal_draft_fields);
const json::Schema deal_action_schema = json::object("DealAction", deal_action_fields);
const json::Schema deal_schema = json::object("Deal", deal_fields);
const json::Schema deal_list_schema = json::object("DealList", deal_list_fields);
const json::Schema offer_list_schema = json::object("OfferList", offer_list_fields);

market::DealDraft decode_deal_draft(const json::Object& object) {
    return {
        .achievement = listing_of(object, "achievement_id"),
        .need = listing_of(object, "need_id"),
        .event = enum_of<DealEvent>(object.text("action")),
        .offer = decode_offer(object),
        .message = text_of(object, "message"),
    };
}

market::DealAction decode_deal_action(const json::Object& object) {
    market::DealAction action{
        .event = enum_of<DealEvent>(object.text("action")), .offer = decode_offer(object)};
    if (const auto related = object.optional_text("related_party"))
        action.related_party = enum_of<market::RelatedParty>(*related);
    return action;
}

void write_offer(json::Writer& out, const market::Deal& deal, const market::Offer& offer) {
    out.begin_object().field("id", offer.id.text()).field("number", offer.number);
    out.field("by", side_name(deal.buyer, offer.by));
    write_terms(out, "terms", offer.terms);
    out.field("message", offer.message).field("terms_hash", offer.terms_hash);
    out.field("valid_until", shown(offer.valid_until))
        .field("made_at", shown(offer.made_at))
        .end_object();
}

void write_deal(
    json::Writer& out, market::Books& books, const market::Caller& caller, const market::Deal& deal
) {
    out.begin_object();
    write_head(out, books, caller, deal);
    write_pinned_revision(out, "achievement", books, caller, deal, deal.achievement);
    write_pinned_revision(out, "need", books, caller, deal, deal.need);
    write_offer_of(out, "current_offer", books, deal, deal.current_offer);
    write_offer_of(out, "accepted_offer", books, deal, deal.accepted_offer);
    out.end_object();
}

void write_deal_entry(
    json::Writer& out, market::Books& books, const market::Caller& caller, const market::Deal& deal
) {
    out.begin_object();
    write_head(out, books, caller, deal);
    write_pinned(out, "achievement", deal.achievement);
    write_pinned(out, "need", deal.need);
    out.end_object();
}

} // namespace jishi::protocol
