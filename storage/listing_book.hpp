// Listings and their revisions in their tables.
#pragma once

#include "market/books.hpp"
#include "storage/connection.hpp"

namespace jishi::storage {

class ListingBook final : public market::ListingBook {
public:
    explicit ListingBook(Connection& connection) : connection_(connection) {}

    std::optional<market::Listing> find(market::ListingId id) override;
    std::optional<market::Listing> take(market::ListingId id) override;
    std::optional<market::Listing> find_by_source(
        market::ListingKind kind, market::OrganisationId owner, std::string_view source_id
    ) override;
    void put(market::Listing& listing) override;
    void add_revision(const market::ListingRevision& revision) override;
    std::optional<market::ListingRevision>
    find_revision(market::ListingId id, std::uint32_t number) override;
    std::vector<market::Listing> list_of_owner(
        market::OrganisationId owner,
        std::optional<market::ListingKind> kind,
        std::optional<market::ListingState> state,
        const market::PageRequest& page
    ) override;
    std::vector<market::Listing> list_for_review(
        std::optional<market::ListingKind> kind, const market::PageRequest& page
    ) override;
    // `limit` is 1..1000 here and in the two after it.
    std::vector<Live> live_after(
        market::ListingKind kind, const market::IdBytes& after, std::uint32_t limit
    ) override;
    std::vector<Shown> shown_after(
        market::ListingKind kind, const market::IdBytes& after, std::uint32_t limit
    ) override;
    std::vector<market::ListingId> due_before(market::Instant now, std::uint32_t limit) override;

private:
    Connection& connection_;
};

} // namespace jishi::storage
