// Listings as the market shows them, read from the database.
#pragma once

#include "matching/document.hpp"
#include "storage/store.hpp"

#include <functional>
#include <future>
#include <optional>
#include <vector>

namespace jishi::app {

// As it is or was last live, while anyone may see it (market/access.hpp).
std::optional<matching::Document> public_document(market::Books& books, market::ListingId id);

// Nothing when it is not live.
std::optional<matching::Document> live_document(market::Books& books, market::ListingId id);

// Some hundred of the live listings of a kind, behind the id `after`, which moves on to the last of
// them; none after the last.
std::vector<matching::Document>
live_page(storage::Store& store, market::ListingKind kind, market::IdBytes& after);

// Every live listing, the achievements first, in batches of at least so many: while one is worked
// on the next is read. Not thread-safe.
class LiveBatches {
public:
    // REQUIRES: the store outlives it.
    explicit LiveBatches(storage::Store& store, std::size_t batch_listings = 16'000)
        : store_(store), batch_listings_(batch_listings) {}

    // None after the last. When reading fails it throws, and the next call tries the same again.
    std::vector<matching::Document> next();

private:
    struct Place {
        market::ListingKind kind = market::ListingKind::achievement;
        market::IdBytes after{};
    };
    struct Batch {
        std::vector<matching::Document> documents;
        Place end;
    };
    Batch read(Place from) const;

    storage::Store& store_;
    std::size_t batch_listings_;
    Place place_;
    std::future<Batch> ahead_;
};

// Every live listing of a kind, some hundred at a time, each page in a unit of its own.
void walk_live(
    storage::Store& store,
    market::ListingKind kind,
    const std::function<void(std::vector<matching::Document>)>& visit
);

} // namespace jishi::app
