#include "market/deals.hpp"

#include "market/access.hpp"
#include "market/contracts.hpp"
#include "market/listings.hpp"
#include "market/record.hpp"
#include "market/rules.hpp"

namespace jishi::market {

namespace {

// Whom a broker's accepted mandate on one of the deal's listings lets it speak for.
std::optional<OrganisationId> principal_of(
    Books& books,
    const Caller& caller,
    const std::optional<ListingId>& achievement,
    const std::optional<ListingId>& need
) {
    if (!caller.roles.has(Role::broker)) return {};
    for (const auto& listing : {achievement, need})
        if (listing)
            if (const auto mandate = books.deals.accepted_mandate(*listing, caller.member))
                return mandate->principal;
    return {};
}

std::optional<ListingId> listing_of(const std::optional<PinnedListing>& pinned) {
    return pinned ? std::optional(pinned->id) : std::nullopt;
}

// The side of the deal that a broker from outside speaks for.
std::optional<OrganisationId> side_of_broker(Books& books, const Caller& caller, const Deal& deal) {
    if (caller.organisation == deal.buyer || caller.organisation == deal.seller) return {};
    const auto principal =
        principal_of(books, caller, listing_of(deal.achievement), listing_of(deal.need));
    return principal == deal.buyer || principal == deal.seller ? principal : std::nullopt;
}

// The actors of a caller on a deal; `acting_for` becomes the side that an offer of the caller
// speaks for.
Actors actors_on(
    Books& books,
    const Caller& caller,
    const Deal& deal,
    DealEvent event,
    OrganisationId& acting_for
) {
    auto actors = actors_of(caller, relations_of(deal));
    acting_for = caller.organisation;
    const auto principal = side_of_broker(books, caller, deal);
    if (!principal) return actors;
    // A broker does what its principal could do: answer an offer of the other side, quote as the
    // seller.
    const bool is_receiver = deal.offer_by && *deal.offer_by != *principal;
    const bool is_quoting_seller =
        deal.state == DealState::quote_requested && *principal == deal.seller;
    const bool may = event == DealEvent::counter                ? is_receiver
                     : deal.state == DealState::quote_requested ? is_quoting_seller
                     : event == DealEvent::request_quote        ? *principal == deal.buyer
                                                                : true;
    acting_for = *principal;
    if (may && caller.scopes.has(Scope::write)) actors.add(Actor::broker);
    return actors;
}

std::vector<FieldRefusal> check_offer(Books& books, const std::optional<OfferDraft>& offer) {
    if (!offer) return {{"/offer", FieldReason::missing}};
    auto wrong = check_terms(offer->terms, "/offer/terms");
    const auto latest = books.now + rules::value(books, rules::offer_valid_days_max) * day_us;
    if (offer->valid_until <= books.now)
        wrong.push_back({"/offer/valid_until", FieldReason::in_the_past, format_instant(books.now)}
        );
    else if (offer->valid_until > latest)
        wrong.push_back({"/offer/valid_until", FieldReason::too_far, format_instant(latest)});
    return wrong;
}

void store_offer(
    Books& books, const Caller& caller, OrganisationId by, Deal& deal, const OfferDraft& draft
) {
    const Offer offer{
        .id = books.new_id_of<OfferId>(),
        .deal = deal.id,
        .number = deal.offer_count + 1,
        .by = by,
        .written_by = caller.member,
        .terms = draft.terms,
        .message = draft.message,
        .terms_hash = books.sha256_hex(terms_text(draft.terms)),
        .valid_until = draft.valid_until,
        .made_at = books.now};
    books.deals.add_offer(offer);
    deal.offer_count = offer.number;
    deal.current_offer = offer.id;
    deal.offer_by = by;
    deal.due_at = offer.valid_until;
}

void record_deal(
    Books& books,
    const Deal& deal,
    DealEvent event,
    DealState from,
    const Caller* caller,
    std::string_view reason
) {
    std::vector<std::pair<std::string, std::string>> facts;
    if (deal.achievement) facts.emplace_back("achievement", deal.achievement->id.text());
    if (deal.need) facts.emplace_back("need", deal.need->id.text());
    if (deal.current_offer) facts.emplace_back("offer", deal.current_offer->text());
    if (!deal.terms_hash.empty()) facts.emplace_back("terms_hash", deal.terms_hash);
    record(
        books,
        {.object = deal.id.text(),
         .object_version = deal.version,
         .name = "deal." + std::string(name_of(event)),
         .from = name_of(from),
         .to = name_of(deal.state),
         .caller = caller,
         .reason = reason,
         .audience = {deal.buyer, deal.seller},
         .facts = std::move(facts)}
    );
}

void move_on(
    Books& books, Deal& deal, const DealRow& row, const Caller* caller, std::string_view reason
) {
    deal.state = row.to;
    deal.updated_at = books.now;
    if (!reason.empty()) deal.state_reason = reason;
    if (!is_open(deal.state)) deal.due_at.reset();
    books.deals.put(deal);
    record_deal(books, deal, row.event, row.from, caller, reason);
}

Instant waiting_until(Books& books) {
    return books.now + rules::value(books, rules::deal_waiting_days) * day_us;
}

Verdict both_verified(Books& books, const Deal& deal) {
    for (const auto side : {deal.buyer, deal.seller}) {
        const auto organisation = books.parties.find_organisation(side);
        if (!organisation || organisation->state != VerificationState::verified)
            return RefusalCode::organisation_unverified;
    }
    return Done{};
}

Verdict may_accept(Books& books, const Deal& deal) {
    if (const auto verified = both_verified(books, deal); !verified) return verified.refusal();
    const auto offer = books.deals.find_offer(*deal.current_offer);
    if (!offer || offer->valid_until <= books.now) return RefusalCode::offer_expired;
    if (deal.related_party == RelatedParty::unset) return RefusalCode::related_party_undeclared;
    if (deal.buyer_hidden) return RefusalCode::identity_hidden;
    return Done{};
}

// Takes a listing that a deal is to be opened on.
Result<Listing>
take_seen(Books& books, const Caller& caller, ListingId id, ListingKind kind, std::string pointer) {
    if (id.kind != kind)
        return refuse_field(
            std::move(pointer), FieldReason::bad_format, std::string(name_of(kind))
        );
    auto listing = books.listings.take(id);
    if (!listing || !may_see(&caller, *listing))
        return refuse_field(std::move(pointer), FieldReason::not_found);
    return std::move(*listing);
}

Verdict must_be_open(const Listing& listing) {
    if (listing.state == ListingState::closed)
        return Refusal{.code = RefusalCode::listing_closed_by_contract, .about = listing.id.text()};
    if (!is_live(listing.state))
        return Refusal{
            .code = RefusalCode::listing_not_open, .about = std::string(name_of(listing.state))};
    return Done{};
}

Result<DealListings> take_for_opening(Books& books, const Caller& caller, const DealDraft& draft) {
    DealListings listings;
    if (!draft.achievement && !draft.need)
        return refuse_field("/achievement_id", FieldReason::missing);
    if (draft.achievement) {
        auto taken = take_seen(
            books, caller, *draft.achievement, ListingKind::achievement, "/achievement_id"
        );
        if (!taken) return taken.refusal();
        listings.achievement = *std::move(taken);
    }
    if (draft.need) {
        auto taken = take_seen(books, caller, *draft.need, ListingKind::need, "/need_id");
        if (!taken) return taken.refusal();
        listings.need = *std::move(taken);
    }
    for (const auto* listing : {&listings.achievement, &listings.need})
        if (*listing)
            if (const auto open = must_be_open(**listing); !open) return open.refusal();
    return listings;
}

struct Sides {
    OrganisationId buyer{}, seller{}, acting{};
};

Result<Sides>
sides_of(Books& books, const Caller& caller, const DealDraft& draft, const DealListings& listings) {
    const auto principal = principal_of(books, caller, draft.achievement, draft.need);
    Sides sides;
    sides.acting = principal.value_or(caller.organisation);
    sides.seller = listings.achievement ? listings.achievement->owner : sides.acting;
    sides.buyer = listings.need ? listings.need->owner : sides.acting;
    const bool speaks_for_a_side = (principal || caller.roles.has(Role::deal_maker)) &&
                                   (sides.acting == sides.buyer || sides.acting == sides.seller);
    if (!speaks_for_a_side)
        return caller.roles.has(Role::broker) ? RefusalCode::mandate_missing
                                              : RefusalCode::not_permitted;
    // A broker never stands on both sides: not for its own house, nor to learn whose an anonymous
    // need is.
    const bool brokers_for_itself =
        principal && (caller.organisation == sides.buyer || caller.organisation == sides.seller ||
                      sides.buyer == sides.seller);
    if (brokers_for_itself) return RefusalCode::not_permitted;
    // Last: a bystander must not learn that an anonymous need has the owner of an achievement.
    if (sides.buyer == sides.seller) return RefusalCode::own_listing;
    return sides;
}

bool is_anonymous(Books& books, const std::optional<Listing>& need) {
    if (!need) return false;
    const auto revision = books.listings.find_revision(need->id, need->live_revision);
    return revision && revision->content.confidentiality == Confidentiality::anonymous;
}

void engage(Books& books, std::optional<Listing>& listing) {
    if (listing && listing->state == ListingState::published)
        fire_by_system(books, *listing, ListingEvent::engage);
}

std::optional<PinnedListing> pinned(const std::optional<Listing>& listing) {
    return listing ? std::optional(PinnedListing{listing->id, listing->live_revision})
                   : std::nullopt;
}

} // namespace

Result<Deal> open_deal(Books& books, const Caller& caller, const DealDraft& draft) {
    if (const auto permitted = permit(caller, Action::open_deal); !permitted)
        return permitted.refusal();
    if (!caller.is_verified()) return RefusalCode::organisation_unverified;
    if (draft.event == DealEvent::make_offer)
        if (auto wrong = check_offer(books, draft.offer); !wrong.empty())
            return Refusal{.code = RefusalCode::invalid_fields, .fields = std::move(wrong)};
    auto listings = take_for_opening(books, caller, draft);
    if (!listings) return listings.refusal();
    const auto sides = sides_of(books, caller, draft, *listings);
    if (!sides) return sides.refusal();
    for (const auto side : {sides->buyer, sides->seller}) {
        const auto organisation = books.parties.find_organisation(side);
        if (!organisation || organisation->state != VerificationState::verified)
            return RefusalCode::listing_not_open; // its owner is suspended
    }

    Deal deal{
        .id = books.new_id_of<DealId>(),
        .achievement = pinned(listings->achievement),
        .need = pinned(listings->need),
        .buyer = sides->buyer,
        .seller = sides->seller,
        .buyer_hidden = is_anonymous(books, listings->need),
        .state = DealState::none,
        .due_at = waiting_until(books),
        .created_at = books.now,
        .updated_at = books.now};
    auto actors = actors_of(caller, relations_of(deal));
    if (sides->acting != caller.organisation) actors.add(Actor::broker);
    const auto row = find_row(std::span(deal_rows::deal), deal.state, draft.event, actors, {}, {});
    if (!row) return row.refusal();
    if (books.deals.find_open_between(deal.buyer, deal.seller, draft.achievement, draft.need))
        return RefusalCode::deal_exists;

    engage(books, listings->achievement);
    engage(books, listings->need);
    if (row->effects.has(Effect::store_offer))
        store_offer(books, caller, sides->acting, deal, *draft.offer);
    move_on(books, deal, *row, &caller, draft.message);
    return deal;
}

Result<Deal> act_on_deal(
    Books& books,
    const Caller& caller,
    DealId id,
    const DealAction& action,
    std::optional<std::uint32_t> expected_version
) {
    const auto seen = books.deals.find(id);
    OrganisationId acting_for;
    if (!seen) return RefusalCode::not_found;
    if (!may_see(books, caller, *seen)) return RefusalCode::not_found;
    auto listings = take_listings(books, *seen);
    auto deal = books.deals.take(id);
    const auto actors = actors_on(books, caller, *deal, action.event, acting_for);
    const auto row =
        find_row(std::span(deal_rows::deal), deal->state, action.event, actors, {}, action.reason);
    if (!row) return row.refusal();
    if (is_stale(expected_version, deal->version)) return RefusalCode::version_stale;
    if (row->effects.has(Effect::store_offer))
        if (auto wrong = check_offer(books, action.offer); !wrong.empty())
            return Refusal{.code = RefusalCode::invalid_fields, .fields = std::move(wrong)};
    const bool declares = action.event == DealEvent::declare_related_party;
    if (declares && action.related_party.value_or(RelatedParty::unset) == RelatedParty::unset)
        return refuse_field("/related_party", FieldReason::missing);
    if (row->effects.has(Effect::pin_terms))
        if (const auto accepted = may_accept(books, *deal); !accepted) return accepted.refusal();

    if (row->effects.has(Effect::store_offer))
        store_offer(books, caller, acting_for, *deal, *action.offer);
    else if (row->to != row->from)
        deal->due_at = waiting_until(books); // the other side's turn: its full time
    if (declares) deal->related_party = *action.related_party;
    if (action.event == DealEvent::reveal_identity) deal->buyer_hidden = false;
    if (row->effects.has(Effect::pin_terms)) {
        deal->accepted_offer = deal->current_offer;
        deal->terms_hash = books.deals.find_offer(*deal->current_offer)->terms_hash;
        deal->due_at = waiting_until(books);
    }
    move_on(books, *deal, *row, &caller, action.reason);
    if (!is_open(deal->state)) {
        cancel_contract_of(books, deal->id);
        release(books, listings);
    }
    return *deal;
}

std::vector<std::string_view>
available_actions(Books& books, const Caller& caller, const Deal& deal) {
    OrganisationId acting_for;
    std::vector<std::string_view> names;
    for (const auto& row : deal_rows::deal) {
        if (row.from != deal.state) continue;
        const auto actors = actors_on(books, caller, deal, row.event, acting_for);
        if (!(row.actors & actors).empty()) names.push_back(name_of(row.event));
    }
    return names;
}

bool may_see(Books& books, const Caller& caller, const Deal& deal) {
    return may_see(caller, deal) || side_of_broker(books, caller, deal).has_value();
}

DealListings take_listings(Books& books, const Deal& deal) {
    DealListings listings;
    if (deal.achievement) listings.achievement = books.listings.take(deal.achievement->id);
    if (deal.need) listings.need = books.listings.take(deal.need->id);
    return listings;
}

void release(Books& books, DealListings& listings) {
    if (listings.achievement) disengage_if_idle(books, *listings.achievement);
    if (listings.need) disengage_if_idle(books, *listings.need);
}

bool fire_by_system(Books& books, Deal& deal, DealEvent event, std::string_view reason) {
    const auto row =
        find_row(std::span(deal_rows::deal), deal.state, event, {Actor::system}, {}, reason);
    if (!row) return false;
    move_on(books, deal, *row, nullptr, reason);
    return true;
}

void close_open_deals_on(Books& books, ListingId listing, std::optional<DealId> kept) {
    for (const auto id : books.deals.open_deals_on(listing)) {
        if (id == kept) continue;
        auto deal = books.deals.take(id);
        if (!deal || !fire_by_system(books, *deal, DealEvent::close_by_rival, listing.text()))
            continue;
        cancel_contract_of(books, id);
        const auto other =
            deal->achievement && deal->achievement->id != listing ? deal->achievement : deal->need;
        if (!other || other->id == listing) continue;
        if (auto taken = books.listings.take(other->id)) disengage_if_idle(books, *taken);
    }
}

} // namespace jishi::market
