// Which live listings are one result: an immutable map whose copies share what is equal. A change
// copies the pages it touches.
#pragma once

#include "market/listing.hpp"

#include <map>
#include <memory>
#include <vector>

namespace jishi::matching {

inline constexpr std::size_t also_posted_ids_max = 10;

// The other listings of a result, for show.
struct AlsoPosted {
    std::vector<market::ListingId> ids; // the first of them, in the order they were published
    std::size_t count = 0;              // all of them
    bool operator==(const AlsoPosted&) const = default;
};

class Twins {
public:
    // Two listings or more: the one that stands for all, then the others as they were published.
    using Group = std::shared_ptr<const std::vector<market::ListingId>>;
    using Changes = std::map<market::ListingId, Group>; // null: alone, or gone

    Twins();

    // Null for a listing that is alone. Thread-safe.
    Group group_of(const market::ListingId& id) const;
    AlsoPosted others_of(const market::ListingId& id) const;
    std::size_t size() const { return size_; } // listings that are not alone

    std::shared_ptr<const Twins> with(const Changes& changes) const;

private:
    using Entry = std::pair<market::ListingId, Group>;
    using Page = std::vector<Entry>; // ascending ids, no nulls
    std::size_t page_of(const market::ListingId& id) const;
    void grow();

    static constexpr std::size_t page_listings_mean_max = 64;
    std::size_t size_ = 0;
    std::vector<std::shared_ptr<const Page>> pages_; // a power of two of them
};

} // namespace jishi::matching
