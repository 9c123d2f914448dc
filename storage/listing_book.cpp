#include "storage/listing_book.hpp"

#include "storage/page.hpp"
#include "storage/row.hpp"

namespace jishi::storage {

template<>
struct Parts<market::TargetMetric> {
    static void each(auto& io, auto& metric) {
        io(metric.name);
        io(metric.op);
        io(metric.value);
        io(metric.unit);
    }
};

namespace {

struct ListingMap {
    using Object = market::Listing;
    static constexpr std::string_view table = "listing";
    static void columns(auto& io, auto& l) {
        io("id", l.id.bytes);
        io("kind", l.id.kind);
        io("owner_id", l.owner);
        io("state", l.state);
        io("revision", l.revision);
        io("live_revision", l.live_revision);
        io("review_pending", l.review_pending);
        io("state_reason", l.state_reason);
        io.blank_as_null("source_id", l.source_id);
        io("published_at", l.published_at);
        io("expires_at", l.expires_at);
        io("created_at", l.created_at);
        io("updated_at", l.updated_at);
        const bool live = is_live(l.state);
        io.slot("live_kind", live ? std::optional(l.id.kind) : std::nullopt);
        io.slot("live_until", live ? l.expires_at : std::nullopt);
        io("version", l.version);
    }
};

// What of a content an index is made of (matching::document_of).
void indexed_columns(auto& io, auto& content) {
    io("title", content.title);
    io("summary", content.summary);
    io("keywords", content.keywords);
    io("fields", content.fields);
    io("industry", content.industry);
    io("division", content.division);
    io("trl", content.trl);
    io("modes", content.modes);
    io("price_min_fen", content.price.min_fen);
    io("price_max_fen", content.price.max_fen);
    io("confidentiality", content.confidentiality);
}
void indexed_columns_of_achievement(auto& io, auto& achievement) {
    io("problem_solved", achievement.problem_solved);
    io("incumbent_solution", achievement.incumbent_solution);
    io("advantage", achievement.advantage);
}
void columns_of_need(auto& io, auto& need) {
    io("material", need.material);
    io("method", need.method);
    io("efficacy", need.efficacy);
    io("product", need.product);
    io("application", need.application);
    io("current_state", need.current_state);
    io("target_metrics", need.target_metrics);
    io("deadline", need.deadline);
}

// Without the patents of an achievement, which have their own table.
struct RevisionMap {
    using Object = market::ListingRevision;
    static constexpr std::string_view table = "listing_revision";
    static void columns(auto& io, auto& r) {
        io("listing_id", r.listing.bytes);
        io("number", r.number);
        io("kind", r.listing.kind);
        auto& c = r.content;
        indexed_columns(io, c);
        io("confidential", c.confidential);
        io("trl_basis", c.trl_basis);
        indexed_columns_of_achievement(io, c.achievement);
        io("price_mode", c.achievement.price_mode);
        io("price_kind", c.achievement.price_kind);
        io("service_achievement", c.achievement.service_achievement);
        columns_of_need(io, c.need);
        io("content_hash", r.content_hash);
        io("written_by", r.written_by);
        io("written_at", r.written_at);
    }
};

// The two halves of what is shown: of the listing, and of the revision of one kind.
struct ShownHeadMap {
    using Object = market::ListingBook::Shown;
    static void columns(auto& io, auto& s) {
        io("id", s.id.bytes);
        io("owner_id", s.owner);
        io("live_revision", s.revision);
        io("published_at", s.published_at);
        io("created_at", s.created_at);
    }
};
template<market::ListingKind kind>
struct ShownContentMap {
    using Object = market::ListingBook::Shown;
    static void columns(auto& io, auto& s) {
        indexed_columns(io, s.content);
        if constexpr (kind == market::ListingKind::achievement)
            indexed_columns_of_achievement(io, s.content.achievement);
        else
            columns_of_need(io, s.content.need);
    }
};

// Of `columns`, of the listing l and its live revision r: a page of a kind behind an id. Without
// the hint the plan begins with the first live listing of the kind, whatever the id is.
std::string live_sql(const std::string& columns) {
    return "SELECT " + columns +
           " FROM listing l FORCE INDEX (ix_listing_live) JOIN listing_revision r"
           " ON r.listing_id = l.id AND r.number = l.live_revision"
           " WHERE l.live_kind = ? AND l.id > ? ORDER BY l.id LIMIT ?";
}

template<market::ListingKind kind>
std::vector<market::ListingBook::Shown>
shown(Connection& connection, const market::IdBytes& after, std::uint32_t limit) {
    using Content = ShownContentMap<kind>;
    static const auto sql =
        live_sql(select_list<ShownHeadMap>("l.") + ", " + select_list<Content>("r."));
    auto rows = connection.statement(sql).query(market::name_of(kind), after, limit);
    std::vector<market::ListingBook::Shown> page(rows.count());
    for (auto& shown : page) {
        rows.next();
        ColumnReader reader(rows);
        shown.id.kind = kind;
        ShownHeadMap::columns(reader, shown);
        Content::columns(reader, shown);
    }
    return page;
}

} // namespace

std::optional<market::Listing> ListingBook::find(market::ListingId id) {
    return find_one<ListingMap>(
        connection_, "WHERE id = ? AND kind = ?", id.bytes, market::name_of(id.kind)
    );
}

std::optional<market::Listing> ListingBook::take(market::ListingId id) {
    return find_one<ListingMap>(
        connection_, "WHERE id = ? AND kind = ? FOR UPDATE", id.bytes, market::name_of(id.kind)
    );
}

std::optional<market::Listing> ListingBook::find_by_source(
    market::ListingKind kind, market::OrganisationId owner, std::string_view source_id
) {
    return find_one<ListingMap>(
        connection_,
        "WHERE owner_id = ? AND kind = ? AND source_id = ?",
        owner,
        market::name_of(kind),
        source_id
    );
}

void ListingBook::put(market::Listing& listing) {
    storage::put<ListingMap>(connection_, listing);
}

void ListingBook::add_revision(const market::ListingRevision& revision) {
    insert<RevisionMap>(connection_, revision);
    std::uint32_t position = 0;
    for (const auto& number : revision.content.achievement.patent_numbers)
        connection_
            .statement("INSERT INTO listing_patent (listing_id, revision, position, patent_number)"
                       " VALUES (?, ?, ?, ?)")
            .run(revision.listing.bytes, revision.number, position++, number);
}

std::optional<market::ListingRevision>
ListingBook::find_revision(market::ListingId id, std::uint32_t number) {
    auto revision = find_one<RevisionMap>(
        connection_,
        "WHERE listing_id = ? AND number = ? AND kind = ?",
        id.bytes,
        number,
        market::name_of(id.kind)
    );
    if (!revision || id.kind == market::ListingKind::need) return revision;
    auto rows = connection_
                    .statement("SELECT patent_number FROM listing_patent"
                               " WHERE listing_id = ? AND revision = ? ORDER BY position")
                    .query(id.bytes, number);
    while (rows.next())
        revision->content.achievement.patent_numbers.push_back(rows.get<std::string>(0));
    return revision;
}

std::vector<market::Listing> ListingBook::list_of_owner(
    market::OrganisationId owner,
    std::optional<market::ListingKind> kind,
    std::optional<market::ListingState> state,
    const market::PageRequest& page
) {
    Condition condition("owner_id = ?", owner);
    if (kind) condition.require("kind = ?", market::name_of(*kind));
    if (state) condition.require("state = ?", market::name_of(*state));
    return newest<ListingMap>(connection_, {condition}, page);
}

std::vector<market::Listing> ListingBook::list_for_review(
    std::optional<market::ListingKind> kind, const market::PageRequest& page
) {
    Condition condition("review_pending = ?", true);
    if (kind) condition.require("kind = ?", market::name_of(*kind));
    return newest<ListingMap>(connection_, {condition}, page);
}

std::vector<ListingBook::Live> ListingBook::live_after(
    market::ListingKind kind, const market::IdBytes& after, std::uint32_t limit
) {
    static const auto sql =
        live_sql(select_list<ListingMap>("l.") + ", " + select_list<RevisionMap>("r."));
    std::vector<Live> page;
    auto rows = connection_.statement(sql).query(
        market::name_of(kind), after, checked_limit(limit, batch_rows_max)
    );
    while (rows.next()) {
        ColumnReader reader(rows);
        auto listing = object_of<ListingMap>(reader);
        page.push_back({std::move(listing), object_of<RevisionMap>(reader)});
    }
    if (page.empty() || kind == market::ListingKind::need) return page;
    // Revisions never change, so this second look agrees with the first whatever was committed
    // between them.
    auto patents = connection_
                       .statement("SELECT listing_id, revision, patent_number FROM listing_patent"
                                  " WHERE listing_id > ? AND listing_id <= ?"
                                  " ORDER BY listing_id, revision, position")
                       .query(after, page.back().listing.id.bytes);
    for (auto live = page.begin(); patents.next();) {
        const auto listing_id = patents.get<market::IdBytes>(0);
        while (live != page.end() && live->listing.id.bytes < listing_id)
            ++live;
        if (live == page.end()) break;
        if (live->listing.id.bytes == listing_id &&
            live->revision.number == patents.get<std::uint32_t>(1))
            live->revision.content.achievement.patent_numbers.push_back(patents.get<std::string>(2)
            );
    }
    return page;
}

std::vector<ListingBook::Shown> ListingBook::shown_after(
    market::ListingKind kind, const market::IdBytes& after, std::uint32_t limit
) {
    const auto checked = checked_limit(limit, batch_rows_max);
    return kind == market::ListingKind::need
               ? shown<market::ListingKind::need>(connection_, after, checked)
               : shown<market::ListingKind::achievement>(connection_, after, checked);
}

std::vector<market::ListingId> ListingBook::due_before(market::Instant now, std::uint32_t limit) {
    auto rows =
        connection_
            .statement("SELECT kind, id FROM listing WHERE live_until <= ? AND state = 'published' "
                       "ORDER BY live_until, id LIMIT ?")
            .query(now, checked_limit(limit, batch_rows_max));
    std::vector<market::ListingId> due;
    while (rows.next())
        due.push_back(
            {enum_of<market::ListingKind>(rows.get<std::string>(0)), rows.get<market::IdBytes>(1)}
        );
    return due;
}

} // namespace jishi::storage
