#include "market/access.hpp"
#include "market/deals.hpp"
#include "market/record.hpp"
#include "market/rules.hpp"

namespace jishi::market {

namespace {

Actors actors_on(const Caller& caller, const Mandate& mandate) {
    auto actors = actors_of(caller, relations_of(mandate));
    // A mandate is personal: only the broker that offered it may withdraw or end it.
    if (caller.member == mandate.broker && caller.roles.has(Role::broker) &&
        caller.scopes.has(Scope::write))
        actors.add(Actor::broker);
    return actors;
}

void move_on(
    Books& books,
    Mandate& mandate,
    const MandateRow& row,
    const Caller& caller,
    std::string_view reason
) {
    mandate.state = row.to;
    mandate.state_reason = reason;
    mandate.updated_at = books.now;
    books.deals.put_mandate(mandate);
    record(
        books,
        {.object = mandate.id.text(),
         .object_version = mandate.version,
         .name = "mandate." + std::string(name_of(row.event)),
         .from = name_of(row.from),
         .to = name_of(row.to),
         .caller = &caller,
         .reason = reason,
         .audience = {mandate.principal, mandate.broker_organisation},
         .facts =
             {{"listing", mandate.listing.text()},
              {"commission_bp", std::to_string(mandate.commission_bp)}}}
    );
}

} // namespace

Result<Mandate> offer_mandate(Books& books, const Caller& caller, const MandateDraft& draft) {
    if (const auto permitted = permit(caller, Action::offer_mandate); !permitted)
        return permitted.refusal();
    if (!caller.is_verified()) return RefusalCode::organisation_unverified;
    const auto commission_bp_max = rules::value(books, rules::mandate_commission_bp_max);
    if (draft.commission_bp > commission_bp_max)
        return refuse_field(
            "/commission_bp", FieldReason::too_large, std::to_string(commission_bp_max)
        );
    const auto listing = books.listings.take(draft.listing);
    if (!listing || !may_see(&caller, *listing))
        return refuse_field("/listing_id", FieldReason::not_found);
    if (!is_live(listing->state))
        return Refusal{
            .code = RefusalCode::listing_not_open, .about = std::string(name_of(listing->state))};
    if (listing->owner == caller.organisation) return RefusalCode::own_listing;
    if (books.deals.open_mandate(draft.listing, caller.member))
        return Refusal{.code = RefusalCode::limit_reached, .about = "1"};

    Mandate mandate{
        .id = books.new_id_of<MandateId>(),
        .listing = draft.listing,
        .principal = listing->owner,
        .broker_organisation = caller.organisation,
        .broker = caller.member,
        .commission_bp = draft.commission_bp,
        .note = draft.note,
        .created_at = books.now};
    const auto row = find_row(
        std::span(small_rows::mandate),
        mandate.state,
        MandateEvent::offer,
        actors_on(caller, mandate),
        {},
        {}
    );
    if (!row) return row.refusal();
    move_on(books, mandate, *row, caller, {});
    return mandate;
}

Result<Mandate> act_on_mandate(
    Books& books,
    const Caller& caller,
    MandateId id,
    MandateEvent event,
    std::string_view reason,
    std::optional<std::uint32_t> expected_version
) {
    auto mandate = books.deals.take_mandate(id);
    if (!mandate || !may_see(caller, *mandate)) return RefusalCode::not_found;
    const auto row = find_row(
        std::span(small_rows::mandate),
        mandate->state,
        event,
        actors_on(caller, *mandate),
        {},
        reason
    );
    if (!row) return row.refusal();
    if (is_stale(expected_version, mandate->version)) return RefusalCode::version_stale;
    move_on(books, *mandate, *row, caller, reason);
    return *mandate;
}

std::vector<std::string_view> available_actions(const Caller& caller, const Mandate& mandate) {
    return available_actions(
        std::span(small_rows::mandate), mandate.state, actors_on(caller, mandate), {}
    );
}

} // namespace jishi::market
