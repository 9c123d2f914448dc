#pragma once

#include "tests/support/model_table.hpp"

namespace jishi::tests {

class ModelListingBook : public market::ListingBook {
public:
    explicit ModelListingBook(WriteCount& count) : listings(count), writes_(count) {}

    ModelTable<market::Listing> listings;
    std::map<std::pair<market::ListingId, std::uint32_t>, market::ListingRevision> revisions;

    std::optional<market::Listing> find(market::ListingId id) override { return listings.find(id); }
    std::optional<market::Listing> take(market::ListingId id) override { return listings.find(id); }
    std::optional<market::Listing> find_by_source(
        market::ListingKind kind, market::OrganisationId owner, std::string_view source_id
    ) override {
        return listings.first([&](const auto& row) {
            return row.id.kind == kind && row.owner == owner && row.source_id == source_id;
        });
    }
    void put(market::Listing& listing) override {
        const auto twin = listing.source_id.empty()
                              ? std::nullopt
                              : find_by_source(listing.id.kind, listing.owner, listing.source_id);
        if (twin && twin->id != listing.id) throw LostRace("source id twice");
        listings.put(listing);
    }
    void add_revision(const market::ListingRevision& revision) override {
        if (!revisions.try_emplace({revision.listing, revision.number}, revision).second)
            throw LostRace("revision twice");
        ++writes_;
    }
    std::optional<market::ListingRevision>
    find_revision(market::ListingId id, std::uint32_t number) override {
        const auto found = revisions.find({id, number});
        return found == revisions.end() ? std::nullopt : std::optional(found->second);
    }
    std::vector<market::Listing> list_of_owner(
        market::OrganisationId owner,
        std::optional<market::ListingKind> kind,
        std::optional<market::ListingState> state,
        const market::PageRequest& page
    ) override {
        return listings.page(page, [&](const auto& row) {
            return row.owner == owner && (!kind || row.id.kind == *kind) &&
                   (!state || row.state == *state);
        });
    }
    std::vector<market::Listing> list_for_review(
        std::optional<market::ListingKind> kind, const market::PageRequest& page
    ) override {
        return listings.page(page, [&](const auto& row) {
            return row.review_pending && (!kind || row.id.kind == *kind);
        });
    }
    std::vector<Live> live_after(
        market::ListingKind kind, const market::IdBytes& after, std::uint32_t limit
    ) override {
        std::vector<Live> live;
        for (const auto& row : listings.all([&](const auto& candidate) {
                 return candidate.id.kind == kind && candidate.id.bytes > after &&
                        is_live(candidate.state);
             }))
            if (live.size() < limit)
                live.push_back({row, *find_revision(row.id, row.live_revision)});
        return live;
    }
    std::vector<Shown> shown_after(
        market::ListingKind kind, const market::IdBytes& after, std::uint32_t limit
    ) override {
        std::vector<Shown> shown;
        for (const auto& [row, revision] : live_after(kind, after, limit)) {
            shown.push_back(
                {row.id,
                 row.owner,
                 row.live_revision,
                 row.published_at,
                 row.created_at,
                 revision.content}
            );
            shown.back().content.confidential.clear();
        }
        return shown;
    }
    std::vector<market::ListingId> due_before(market::Instant now, std::uint32_t limit) override {
        auto due = ids_of(listings.all([&](const auto& row) {
            return row.state == market::ListingState::published && row.expires_at &&
                   *row.expires_at <= now;
        }));
        if (due.size() > limit) due.resize(limit);
        return due;
    }

private:
    WriteCount& writes_;
};

class ModelMatchBook : public market::MatchBook {
public:
    explicit ModelMatchBook(WriteCount& count) : matches(count), searches(count), writes_(count) {}

    ModelTable<market::Match> matches;
    ModelTable<market::SavedSearch> searches;
    std::vector<std::pair<market::SavedSearchId, market::ListingId>> hits;

    std::optional<market::Match> find(market::MatchId id) override { return matches.find(id); }
    std::optional<market::Match> take(market::MatchId id) override { return matches.find(id); }
    bool add_if_new(market::Match& match) override {
        const bool told = matches
                              .first([&](const auto& row) {
                                  return row.need.id == match.need.id &&
                                         row.achievement.id == match.achievement.id;
                              })
                              .has_value();
        if (!told) matches.put(match);
        return !told;
    }
    void put(market::Match& match) override { matches.put(match); }
    std::vector<market::Match> list_of_owner(
        market::OrganisationId owner,
        std::optional<market::ListingId> listing,
        bool pending_only,
        const market::PageRequest& page
    ) override {
        return matches.page(page, [&](const auto& row) {
            const bool of_need = row.need_owner == owner;
            if (!of_need && row.achievement_owner != owner) return false;
            if (listing && row.need.id != *listing && row.achievement.id != *listing) return false;
            const auto answer = of_need ? row.need_answer : row.achievement_answer;
            return !pending_only || answer == market::Answer::pending;
        });
    }

    void add_saved_search(market::SavedSearch& search) override { searches.put(search); }
    std::optional<market::SavedSearch> find_saved_search(market::SavedSearchId id) override {
        return searches.find(id);
    }
    bool remove_saved_search(market::SavedSearchId id, market::MemberId member) override {
        const auto found = searches.find(id);
        if (!found || found->member != member) return false;
        searches.erase(id);
        return true;
    }
    std::vector<market::SavedSearch> saved_searches_of(market::MemberId member) override {
        return searches.all([&](const auto& row) { return row.member == member; });
    }
    std::vector<market::SavedSearch> all_saved_searches() override { return searches.all(); }
    bool add_search_hit(market::SavedSearchId search, market::ListingId listing, market::Instant)
        override {
        const std::pair hit(search, listing);
        if (std::find(hits.begin(), hits.end(), hit) != hits.end()) return false;
        hits.push_back(hit);
        ++writes_;
        return true;
    }

private:
    WriteCount& writes_;
};

} // namespace jishi::tests
