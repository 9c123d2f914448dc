// Listings as the market shows them, read from the database.
#pragma once

#include "matching/document.hpp"
#include "storage/store.hpp"

#include <functional>
#include <future>
#include <optional>
#include <vector>

namespace jishi::app {

// As it was last live; nothing when it never was.
std::optional<matching::Document> last_document(market::Books& books, market::ListingId id);

// Nothing when it is not live.
std::optional<matching::Document> live_document(market::Books& books, market::ListingId id);

// Some hundred of the live listings of a kind, behind the id `after`, which moves on to the last of
// them; none after the last.
std::vector<matching::Document>
live_page(storage::Store& store, market::ListingKind kind, market::IdBytes& after);

// Every live listing, the achievements first, in large batches: while one is worked on the next is
// read. Not thread-safe.
class LiveBatches {
public:
    // REQUIRES: the store outlives it.
    explicit LiveBatches(storage::Store& store) : store_(store) {}

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
