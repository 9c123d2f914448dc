// Matches, saved searches and what each search was told of, in their tables.
#pragma once

#include "market/books.hpp"
#include "storage/connection.hpp"

namespace jishi::storage {

class MatchBook final : public market::MatchBook {
public:
    explicit MatchBook(Connection& connection) : connection_(connection) {}

    std::optional<market::Match> find(market::MatchId id) override;
    std::optional<market::Match> take(market::MatchId id) override;
    bool add_if_new(market::Match& match) override;
    void put(market::Match& match) override;
    std::vector<market::Match> list_of_owner(
        market::OrganisationId owner,
        std::optional<market::ListingId> listing,
        bool pending_only,
        const market::PageRequest& page
    ) override;

    void add_saved_search(market::SavedSearch& search) override;
    std::optional<market::SavedSearch> find_saved_search(market::SavedSearchId id) override;
    bool remove_saved_search(market::SavedSearchId id, market::MemberId member) override;
    std::vector<market::SavedSearch> saved_searches_of(market::MemberId member) override;
    std::vector<market::SavedSearch> all_saved_searches() override;
    bool add_search_hit(market::SavedSearchId search, market::ListingId listing, market::Instant at)
        override;

private:
    Connection& connection_;
};

} // namespace jishi::storage
