// What the market knows of each term: exact integer sums over the live listings of one kind. Adding
// a listing and taking it away again leaves no trace, so the sums cannot depend on how listings
// arrived.
#pragma once

#include "matching/terms.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace jishi::matching {

struct TermSums {
    std::int64_t listings = 0; // that hold the term
    std::int64_t impact = 0, impact_squares = 0;

    TermSums& operator+=(const TermSums& more) {
        listings += more.listings;
        impact += more.impact;
        impact_squares += more.impact_squares;
        return *this;
    }
    TermSums operator-() const { return {-listings, -impact, -impact_squares}; }
    bool operator==(const TermSums&) const = default;
};

struct TermDelta {
    TermKey key;
    TermSums sums;
};

// A map from terms to sums whose copies share what is equal: a change copies the pages it touches.
// Immutable.
class TermStatistics {
public:
    TermStatistics();

    // Zero for a term nobody holds. Thread-safe.
    TermSums of(TermKey key) const;
    // One more table, with the deltas added. A key may occur more than once.
    TermStatistics plus(std::vector<TermDelta> deltas) const;

    std::size_t size() const { return size_; }

private:
    using Page = std::vector<TermDelta>; // ascending keys, no zero sums
    std::size_t page_of(TermKey key) const;
    void grow(unsigned page_bits);

    unsigned page_bits_ = 0;
    std::size_t size_ = 0;
    std::vector<std::shared_ptr<const Page>> pages_;
};

} // namespace jishi::matching
