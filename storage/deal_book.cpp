#include "storage/deal_book.hpp"

#include "storage/page.hpp"
#include "storage/row.hpp"
#include "storage/terms_columns.hpp"

namespace jishi::storage {

namespace {

// Ids side by side: the value of an open_pair.
std::string joined(std::initializer_list<market::IdBytes> ids) {
    std::string bytes;
    for (const auto& id : ids)
        bytes.append(id.begin(), id.end());
    return bytes;
}

std::string pair_of(
    market::OrganisationId buyer,
    market::OrganisationId seller,
    const std::optional<market::ListingId>& achievement,
    const std::optional<market::ListingId>& need
) {
    return joined(
        {buyer.bytes,
         seller.bytes,
         achievement ? achievement->bytes : market::IdBytes{},
         need ? need->bytes : market::IdBytes{}}
    );
}

std::optional<market::ListingId> id_of(const std::optional<market::PinnedListing>& pinned) {
    if (!pinned) return {};
    return pinned->id;
}

std::optional<std::string> open_pair(const market::Deal& deal) {
    if (!is_open(deal.state)) return {};
    return pair_of(deal.buyer, deal.seller, id_of(deal.achievement), id_of(deal.need));
}

std::string pair_of(market::ListingId listing, market::MemberId broker) {
    return joined({listing.bytes, broker.bytes});
}

std::optional<std::string> open_pair(const market::Mandate& mandate) {
    using enum market::MandateState;
    if (mandate.state != offered && mandate.state != accepted) return {};
    return pair_of(mandate.listing, mandate.broker);
}

// Two columns, both NULL when there is no such listing.
void pinned_columns(
    auto& io,
    std::string_view id_name,
    std::string_view revision_name,
    market::ListingKind kind,
    auto& pinned
) {
    std::optional<market::IdBytes> id;
    std::optional<std::uint32_t> revision;
    if (pinned) {
        id = pinned->id.bytes;
        revision = pinned->revision;
    }
    io(id_name, id);
    io(revision_name, revision);
    if constexpr (std::remove_reference_t<decltype(io)>::reads) {
        if (id.has_value() != revision.has_value()) throw_corrupt(revision_name);
        if (id) pinned = market::PinnedListing{{kind, *id}, *revision};
    }
}

struct DealMap {
    using Object = market::Deal;
    static constexpr std::string_view table = "deal";
    static void columns(auto& io, auto& d) {
        using enum market::ListingKind;
        io("id", d.id);
        pinned_columns(io, "achievement_id", "achievement_revision", achievement, d.achievement);
        pinned_columns(io, "need_id", "need_revision", need, d.need);
        io("buyer_id", d.buyer);
        io("seller_id", d.seller);
        io("buyer_hidden", d.buyer_hidden);
        io("state", d.state);
        io("state_reason", d.state_reason);
        io("offer_count", d.offer_count);
        io("current_offer_id", d.current_offer);
        io("accepted_offer_id", d.accepted_offer);
        io("offer_by_id", d.offer_by);
        io("terms_hash", d.terms_hash);
        io("related_party", d.related_party);
        io("due_at", d.due_at);
        io("created_at", d.created_at);
        io("updated_at", d.updated_at);
        io.slot("open_pair", open_pair(d));
        io.slot("open_until", is_open(d.state) ? d.due_at : std::nullopt);
        io("version", d.version);
    }
};

struct OfferMap {
    using Object = market::Offer;
    static constexpr std::string_view table = "offer";
    static void columns(auto& io, auto& o) {
        io("id", o.id);
        io("deal_id", o.deal);
        io("number", o.number);
        io("by_id", o.by);
        io("written_by", o.written_by);
        terms_columns(io, o.terms);
        io("message", o.message);
        io("terms_hash", o.terms_hash);
        io("valid_until", o.valid_until);
        io("made_at", o.made_at);
    }
};

struct MandateMap {
    using Object = market::Mandate;
    static constexpr std::string_view table = "mandate";
    static void columns(auto& io, auto& m) {
        io("id", m.id);
        io("listing_id", m.listing.bytes);
        io("listing_kind", m.listing.kind);
        io("principal_id", m.principal);
        io("broker_organisation_id", m.broker_organisation);
        io("broker_id", m.broker);
        io("commission_bp", m.commission_bp);
        io("note", m.note);
        io("state", m.state);
        io("state_reason", m.state_reason);
        io("created_at", m.created_at);
        io("updated_at", m.updated_at);
        io.slot("open_pair", open_pair(m));
        io("version", m.version);
    }
};

std::vector<market::DealId> deal_ids(Rows rows) {
    std::vector<market::DealId> ids;
    while (rows.next())
        ids.push_back(rows.get<market::DealId>(0));
    return ids;
}

} // namespace

std::optional<market::Deal> DealBook::find(market::DealId id) {
    return find_one<DealMap>(connection_, "WHERE id = ?", id);
}

std::optional<market::Deal> DealBook::take(market::DealId id) {
    return find_one<DealMap>(connection_, "WHERE id = ? FOR UPDATE", id);
}

void DealBook::put(market::Deal& deal) {
    storage::put<DealMap>(connection_, deal);
}

std::vector<market::Deal> DealBook::list_of_party(
    market::OrganisationId party,
    std::optional<market::DealState> state,
    const market::PageRequest& page
) {
    Condition buys("buyer_id = ?", party), sells("seller_id = ?", party);
    if (state)
        for (auto* side : {&buys, &sells})
            side->require("state = ?", market::name_of(*state));
    return newest<DealMap>(connection_, {buys, sells}, page);
}

std::vector<market::DealId> DealBook::open_deals_on(market::ListingId listing) {
    const std::string_view sql =
        listing.kind == market::ListingKind::achievement
            ? "SELECT id FROM deal WHERE achievement_id = ? AND open_pair IS NOT NULL ORDER BY id"
            : "SELECT id FROM deal WHERE need_id = ? AND open_pair IS NOT NULL ORDER BY id";
    return deal_ids(connection_.statement(sql).query(listing.bytes));
}

std::optional<market::DealId> DealBook::find_open_between(
    market::OrganisationId buyer,
    market::OrganisationId seller,
    const std::optional<market::ListingId>& achievement,
    const std::optional<market::ListingId>& need
) {
    const auto ids = deal_ids(connection_.statement("SELECT id FROM deal WHERE open_pair = ?")
                                  .query(pair_of(buyer, seller, achievement, need)));
    if (ids.empty()) return {};
    return ids.front();
}

std::vector<market::DealId> DealBook::due_before(market::Instant now, std::uint32_t limit) {
    return deal_ids(
        connection_
            .statement("SELECT id FROM deal WHERE open_until <= ? ORDER BY open_until, id LIMIT ?")
            .query(now, checked_limit(limit, batch_rows_max))
    );
}

void DealBook::add_offer(const market::Offer& offer) {
    insert<OfferMap>(connection_, offer);
}

std::optional<market::Offer> DealBook::find_offer(market::OfferId id) {
    return find_one<OfferMap>(connection_, "WHERE id = ?", id);
}

std::vector<market::Offer> DealBook::offers_of(market::DealId id) {
    return find_all<OfferMap>(connection_, "WHERE deal_id = ? ORDER BY number", id);
}

std::optional<market::Mandate> DealBook::find_mandate(market::MandateId id) {
    return find_one<MandateMap>(connection_, "WHERE id = ?", id);
}

std::optional<market::Mandate> DealBook::take_mandate(market::MandateId id) {
    return find_one<MandateMap>(connection_, "WHERE id = ? FOR UPDATE", id);
}

void DealBook::put_mandate(market::Mandate& mandate) {
    storage::put<MandateMap>(connection_, mandate);
}

std::vector<market::Mandate>
DealBook::mandates_of(market::OrganisationId organisation, const market::PageRequest& page) {
    return newest<MandateMap>(
        connection_,
        {Condition("principal_id = ?", organisation),
         Condition("broker_organisation_id = ?", organisation)},
        page
    );
}

std::optional<market::Mandate>
DealBook::accepted_mandate(market::ListingId listing, market::MemberId broker) {
    auto mandate = open_mandate(listing, broker);
    if (mandate && mandate->state != market::MandateState::accepted) mandate.reset();
    return mandate;
}

std::optional<market::Mandate>
DealBook::open_mandate(market::ListingId listing, market::MemberId broker) {
    return find_one<MandateMap>(connection_, "WHERE open_pair = ?", pair_of(listing, broker));
}

} // namespace jishi::storage
