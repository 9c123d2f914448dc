#include "market/timers.hpp"

#include "market/contracts.hpp"
#include "market/deals.hpp"
#include "market/listings.hpp"

namespace jishi::market {

std::size_t expire_due(Books& books, std::uint32_t limit) {
    std::uint32_t fired = 0;
    for (const auto id : books.deals.due_before(books.now, limit)) {
        const auto seen = books.deals.find(id);
        auto listings = take_listings(books, *seen);
        auto deal = books.deals.take(id);
        // It may have been answered between the look and the lock.
        if (!deal->due_at || *deal->due_at > books.now) continue;
        if (!fire_by_system(books, *deal, DealEvent::expire)) continue;
        cancel_contract_of(books, id);
        release(books, listings);
        ++fired;
    }
    if (fired >= limit) return fired;
    for (const auto id : books.listings.due_before(books.now, limit - fired)) {
        auto listing = books.listings.take(id);
        if (!listing->expires_at || *listing->expires_at > books.now) continue;
        // An engaged listing outlives its period until its deals have ended.
        if (fire_by_system(books, *listing, ListingEvent::expire)) ++fired;
    }
    return fired;
}

} // namespace jishi::market
