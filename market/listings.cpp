#include "market/listings.hpp"

#include "market/access.hpp"
#include "market/deals.hpp"
#include "market/listing_rules.hpp"
#include "market/record.hpp"
#include "market/rules.hpp"

#include <algorithm>

namespace jishi::market {

namespace {

std::span<const ListingRow> rows_of(ListingKind kind) {
    return kind == ListingKind::achievement ? std::span<const ListingRow>(listing_rows::achievement)
                                            : std::span<const ListingRow>(listing_rows::need);
}

Result<ListingRow> row_for(
    const Listing& listing,
    ListingEvent event,
    Actors actors,
    Guards guards,
    std::string_view reason
) {
    return find_row(rows_of(listing.id.kind), listing.state, event, actors, guards, reason);
}

Refusal fields_refused(std::vector<FieldRefusal> wrong) {
    return {.code = RefusalCode::invalid_fields, .fields = std::move(wrong)};
}

ListingContent content_of(Books& books, const Listing& listing, std::uint32_t revision) {
    auto found = books.listings.find_revision(listing.id, revision);
    return found ? std::move(found->content) : ListingContent{};
}

// A live need ends with its deadline, a live listing with the rule's period.
Instant live_until(Books& books, const ListingContent& content) {
    const auto period_end = books.now + rules::value(books, rules::listing_live_days) * day_us;
    if (!content.need.deadline) return period_end;
    return std::min(period_end, shanghai_end_of_day(*content.need.deadline));
}

void store_revision(
    Books& books, const Listing& listing, const ListingContent& content, MemberId writer
) {
    books.listings.add_revision(
        {.listing = listing.id,
         .number = listing.revision,
         .content = content,
         .content_hash = books.sha256_hex(content_text(listing.id.kind, content)),
         .written_by = writer,
         .written_at = books.now}
    );
}

void record_listing(
    Books& books,
    const Listing& listing,
    ListingEvent event,
    ListingState from,
    const Caller* caller,
    std::string_view reason,
    Effects effects
) {
    record(
        books,
        {.object = listing.id.text(),
         .object_version = listing.version,
         .name = std::string(name_of(listing.id.kind)) + "." + std::string(name_of(event)),
         .from = name_of(from),
         .to = name_of(listing.state),
         .caller = caller,
         .reason = reason,
         .audience = {listing.owner},
         .facts =
             {{"revision", std::to_string(listing.revision)},
              {"live_revision", std::to_string(listing.live_revision)}},
         .operators_told = effects.has(Effect::ask_review),
         .everyone_told = effects.has(Effect::go_live) ||
                          (effects.has(Effect::leave_market) && listing.live_revision > 0)}
    );
}

// The newest revision where the operator has just said yes to it, else the one the market knew.
std::uint32_t revision_shown_by(const Listing& listing, const ListingRow& row) {
    const bool newest = row.event == ListingEvent::submit || row.event == ListingEvent::publish ||
                        row.event == ListingEvent::approve_revision || listing.live_revision == 0;
    return newest ? listing.revision : listing.live_revision;
}

// Everything that a fired row does. Nothing refuses from here on.
void apply(
    Books& books,
    Listing& listing,
    const ListingRow& row,
    const Caller* caller,
    std::string_view reason
) {
    listing.state = row.to;
    listing.updated_at = books.now;
    if (row.needs_reason || row.to == ListingState::closed) listing.state_reason = reason;
    if (row.effects.has(Effect::ask_review)) listing.review_pending = true;
    if (row.effects.has(Effect::clear_review)) listing.review_pending = false;
    if (row.effects.has(Effect::go_live)) {
        listing.live_revision = revision_shown_by(listing, row);
        // A revision that was waiting when the listing left the market waits again.
        listing.review_pending = listing.revision > listing.live_revision;
        if (!listing.published_at) listing.published_at = books.now;
        listing.expires_at = live_until(books, content_of(books, listing, listing.live_revision));
    }
    books.listings.put(listing);
    record_listing(books, listing, row.event, row.from, caller, reason, row.effects);
    if (row.effects.has(Effect::close_rival_deals)) close_open_deals_on(books, listing.id, {});
}

// A closed achievement comes back only when the contract that closed it has been undone
// (domain 6.3).
bool closing_contract_stands(Books& books, const Listing& listing) {
    const auto id = ContractId::parse(listing.state_reason);
    const auto contract = id ? books.contracts.find(*id) : std::nullopt;
    return contract && contract->state != ContractState::terminated;
}

// What the table cannot know: whether there is something to answer, or to undo.
bool has_occasion(Books& books, const Listing& listing, ListingEvent event) {
    switch (event) {
    case ListingEvent::approve_revision:
    case ListingEvent::decline_revision:
        return listing.review_pending;
    case ListingEvent::reopen:
        return !closing_contract_stands(books, listing);
    default:
        return true;
    }
}

// What must hold beyond state and actor before a listing is put before the operator or the market.
Verdict
ready_to_show(Books& books, const Listing& listing, const ListingRow& row, std::uint32_t revision) {
    const bool shown = row.effects.has(Effect::go_live) || row.event == ListingEvent::submit;
    if (!shown) return Done{};
    const auto owner = books.parties.find_organisation(listing.owner);
    if (!owner || owner->state != VerificationState::verified)
        return RefusalCode::organisation_unverified;
    auto wrong = check_complete(
        listing.id.kind, content_of(books, listing, revision), shanghai_date(books.now)
    );
    if (!wrong.empty()) return fields_refused(std::move(wrong));
    return Done{};
}

} // namespace

Actors actors_on(const Caller& caller, const Listing& listing) {
    return actors_of(caller, relations_of(listing));
}

Guards guards_of(Books& books, const Listing& listing) {
    // Only the rows out of suspension ask.
    if (listing.state != ListingState::suspended) return {};
    return books.deals.open_deals_on(listing.id).empty() ? Guards{Guard::no_open_deals}
                                                         : Guards{Guard::open_deals};
}

std::vector<std::string_view>
available_actions(Books& books, const Caller& caller, const Listing& listing) {
    auto names = available_actions(
        rows_of(listing.id.kind),
        listing.state,
        actors_on(caller, listing),
        guards_of(books, listing)
    );
    std::erase_if(names, [&](std::string_view name) {
        return !has_occasion(books, listing, *parse_name<ListingEvent>(name));
    });
    return names;
}

Result<Listing> create_listing(Books& books, const Caller& caller, const ListingDraft& draft) {
    if (const auto permitted = permit(caller, Action::create_listing); !permitted)
        return permitted.refusal();
    if (auto wrong = check_content(draft.kind, draft.content); !wrong.empty())
        return fields_refused(std::move(wrong));
    if (!draft.source_id.empty() &&
        books.listings.find_by_source(draft.kind, caller.organisation, draft.source_id))
        return RefusalCode::duplicate_source;

    Listing listing{
        // The ids of one import stand side by side; an anonymous need's must not stand among them.
        .id =
            {draft.kind,
             draft.content.confidentiality == Confidentiality::anonymous ? books.new_random_id()
                                                                         : books.new_id()},
        .owner = caller.organisation,
        .state = ListingState::draft,
        .revision = 1,
        .state_reason = {},
        .source_id = draft.source_id,
        .published_at = {},
        .expires_at = {},
        .created_at = books.now,
        .updated_at = books.now};
    auto content = draft.content;
    normalise(content);
    books.listings.put(listing);
    store_revision(books, listing, content, caller.member);
    record_listing(books, listing, ListingEvent::create, ListingState::none, &caller, {}, {});
    return listing;
}

Result<Listing> revise_listing(
    Books& books,
    const Caller& caller,
    ListingId id,
    const ListingContent& content,
    std::optional<std::uint32_t> expected_version
) {
    auto listing = books.listings.take(id);
    if (!listing || !may_see(&caller, *listing)) return RefusalCode::not_found;
    const auto row = row_for(*listing, ListingEvent::revise, actors_on(caller, *listing), {}, {});
    if (!row) return row.refusal();
    if (is_stale(expected_version, listing->version)) return RefusalCode::version_stale;
    if (auto wrong = check_content(id.kind, content); !wrong.empty())
        return fields_refused(std::move(wrong));
    auto clean = content;
    normalise(clean);
    const auto before = content_of(books, *listing, listing->revision);
    if (before == clean) return *listing;
    // What was once shown with its owner, or numbered beside its other listings, cannot be hidden.
    if (clean.confidentiality == Confidentiality::anonymous &&
        before.confidentiality == Confidentiality::open)
        return refuse_field("/confidentiality", FieldReason::inconsistent, "the first revision");
    if (is_live(listing->state))
        if (auto wrong = check_complete(id.kind, clean, shanghai_date(books.now)); !wrong.empty())
            return fields_refused(std::move(wrong));

    listing->revision += 1;
    store_revision(books, *listing, clean, caller.member);
    apply(books, *listing, *row, &caller, {});
    return *listing;
}

Result<Listing> act_on_listing(
    Books& books,
    const Caller& caller,
    ListingId id,
    ListingEvent event,
    std::string_view reason,
    std::optional<std::uint32_t> expected_version
) {
    auto listing = books.listings.take(id);
    if (!listing || !may_see(&caller, *listing)) return RefusalCode::not_found;
    const bool has_own_use_case = event == ListingEvent::create || event == ListingEvent::revise;
    if (has_own_use_case || !has_occasion(books, *listing, event))
        return Refusal{
            .code = RefusalCode::event_not_allowed, .about = std::string(name_of(listing->state))};
    const auto row =
        row_for(*listing, event, actors_on(caller, *listing), guards_of(books, *listing), reason);
    if (!row) return row.refusal();
    if (is_stale(expected_version, listing->version)) return RefusalCode::version_stale;
    if (const auto ready = ready_to_show(books, *listing, *row, revision_shown_by(*listing, *row));
        !ready)
        return ready.refusal();

    apply(books, *listing, *row, &caller, reason);
    return *listing;
}

bool fire_by_system(Books& books, Listing& listing, ListingEvent event, std::string_view reason) {
    const auto row = row_for(listing, event, {Actor::system}, {}, reason);
    if (!row) return false;
    apply(books, listing, *row, nullptr, reason);
    return true;
}

void disengage_if_idle(Books& books, Listing& listing) {
    if (listing.state == ListingState::engaged && books.deals.open_deals_on(listing.id).empty())
        fire_by_system(books, listing, ListingEvent::disengage);
}

Result<Imported> import_listing(
    Books& books,
    const Organisation& owner,
    MemberId writer,
    const ListingDraft& draft,
    bool publish
) {
    if (publish) {
        // All refusals come before the first write: a row goes to the market or leaves no trace.
        if (owner.state != VerificationState::verified) return RefusalCode::organisation_unverified;
        if (auto wrong = check_complete(draft.kind, draft.content, shanghai_date(books.now));
            !wrong.empty())
            return fields_refused(std::move(wrong));
    }
    // The house acts as the owner and, where it publishes, as the operator.
    const Caller house{
        .session = {},
        .member = writer,
        .organisation = owner.id,
        .kind = owner.kind,
        .verification = owner.state,
        .roles = {Role::listing_editor},
        .scopes = all_scopes};
    const Caller desk{
        .session = {},
        .member = writer,
        .organisation = {},
        .kind = OrganisationKind::government,
        .verification = VerificationState::verified,
        .roles = {Role::market_operator},
        .scopes = all_scopes};
    const auto existing =
        draft.source_id.empty()
            ? std::optional<Listing>{}
            : books.listings.find_by_source(draft.kind, owner.id, draft.source_id);
    auto content = draft.content;
    // No export carries the confidential text, so a file without it must not erase it.
    if (existing && content.confidential.empty())
        content.confidential = content_of(books, *existing, existing->revision).confidential;
    auto listing = existing ? revise_listing(books, house, existing->id, content, {})
                            : create_listing(books, house, draft);
    if (!listing) return listing.refusal();
    const bool changed = !existing || listing->revision != existing->revision;
    if (publish) {
        if (listing->state == ListingState::draft || listing->state == ListingState::returned) {
            listing = act_on_listing(books, house, listing->id, ListingEvent::submit, {}, {});
            if (!listing) return listing.refusal();
        }
        // Rows of one file go live in one instant, and would tell whose an anonymous need is: the
        // desk publishes those one by one.
        const bool hidden = content.confidentiality == Confidentiality::anonymous;
        if ((listing->state == ListingState::submitted && !hidden) ||
            (is_live(listing->state) && listing->review_pending)) {
            const auto event = listing->state == ListingState::submitted
                                   ? ListingEvent::publish
                                   : ListingEvent::approve_revision;
            listing = act_on_listing(books, desk, listing->id, event, {}, {});
            if (!listing) return listing.refusal();
        }
    }
    return !existing ? Imported::created : changed ? Imported::revised : Imported::unchanged;
}

} // namespace jishi::market
