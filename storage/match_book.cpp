#include "storage/match_book.hpp"

#include "storage/page.hpp"
#include "storage/row.hpp"

namespace jishi::storage {

namespace {

struct MatchMap {
    using Object = market::Match;
    static constexpr std::string_view table = "match_";
    static void columns(auto& io, auto& m) {
        if constexpr (std::remove_reference_t<decltype(io)>::reads) {
            m.need.id.kind = market::ListingKind::need;
            m.achievement.id.kind = market::ListingKind::achievement;
        }
        io("id", m.id);
        io("need_id", m.need.id.bytes);
        io("need_revision", m.need.revision);
        io("achievement_id", m.achievement.id.bytes);
        io("achievement_revision", m.achievement.revision);
        io("need_owner_id", m.need_owner);
        io("achievement_owner_id", m.achievement_owner);
        io("score", m.score);
        io("explanation_json", m.explanation_json);
        io("engine_version", m.engine_version);
        io("need_answer", m.need_answer);
        io("achievement_answer", m.achievement_answer);
        io("need_reason", m.need_reason);
        io("achievement_reason", m.achievement_reason);
        io("found_at", m.found_at);
        io("updated_at", m.updated_at);
        io("version", m.version);
    }
};

struct SavedSearchMap {
    using Object = market::SavedSearch;
    static constexpr std::string_view table = "saved_search";
    static void columns(auto& io, auto& s) {
        io("id", s.id);
        io("member_id", s.member);
        io("organisation_id", s.organisation);
        io("name", s.name);
        io("kind", s.kind);
        io("query", s.query);
        io("created_at", s.created_at);
        io("version", s.version);
    }
};

} // namespace

std::optional<market::Match> MatchBook::find(market::MatchId id) {
    return find_one<MatchMap>(connection_, "WHERE id = ?", id);
}

std::optional<market::Match> MatchBook::take(market::MatchId id) {
    return find_one<MatchMap>(connection_, "WHERE id = ? FOR UPDATE", id);
}

bool MatchBook::add_if_new(market::Match& match) {
    return inserted("uq_match_pair", [&] { put(match); });
}

void MatchBook::put(market::Match& match) {
    storage::put<MatchMap>(connection_, match);
}

std::vector<market::Match> MatchBook::list_of_owner(
    market::OrganisationId owner,
    std::optional<market::ListingId> listing,
    bool pending_only,
    const market::PageRequest& page
) {
    Condition needs("need_owner_id = ?", owner), achievements("achievement_owner_id = ?", owner);
    if (pending_only) {
        needs.require("need_answer = 'pending'");
        achievements.require("achievement_answer = 'pending'");
    }
    if (!listing) return newest<MatchMap>(connection_, {needs, achievements}, page);
    if (listing->kind == market::ListingKind::need)
        return newest<MatchMap>(connection_, {needs.require("need_id = ?", listing->bytes)}, page);
    return newest<MatchMap>(
        connection_, {achievements.require("achievement_id = ?", listing->bytes)}, page
    );
}

void MatchBook::add_saved_search(market::SavedSearch& search) {
    storage::put<SavedSearchMap>(connection_, search);
}

std::optional<market::SavedSearch> MatchBook::find_saved_search(market::SavedSearchId id) {
    return find_one<SavedSearchMap>(connection_, "WHERE id = ?", id);
}

bool MatchBook::remove_saved_search(market::SavedSearchId id, market::MemberId member) {
    const auto removed =
        connection_.statement("DELETE FROM saved_search WHERE id = ? AND member_id = ?")
            .run(id, member);
    if (removed == 0) return false;
    connection_.statement("DELETE FROM search_hit WHERE search_id = ?").run(id);
    return true;
}

std::vector<market::SavedSearch> MatchBook::saved_searches_of(market::MemberId member) {
    return find_all<SavedSearchMap>(connection_, "WHERE member_id = ? ORDER BY id", member);
}

std::vector<market::SavedSearch> MatchBook::all_saved_searches() {
    return find_all<SavedSearchMap>(connection_, "ORDER BY id");
}

bool MatchBook::add_search_hit(
    market::SavedSearchId search, market::ListingId listing, market::Instant at
) {
    return inserted("PRIMARY", [&] {
        connection_
            .statement("INSERT INTO search_hit (search_id, listing_id, told_at) VALUES (?, ?, ?)")
            .run(search, listing.bytes, at);
    });
}

} // namespace jishi::storage
