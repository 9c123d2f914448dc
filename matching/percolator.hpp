// Saved searches turned round: which of them does this listing answer?
#pragma once

#include "matching/search.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

namespace jishi::matching {

struct ParsedQuery;

// Not thread-safe: it has one owner, who also serialises its use.
class Percolator {
public:
    Percolator();
    ~Percolator();
    Percolator(Percolator&&) noexcept;
    Percolator& operator=(Percolator&&) noexcept;

    // Replaces what was registered under the id. Sort, limit and cursor of the query do not matter.
    // A query of more than four words accepts a listing that holds at least half of them.
    void register_search(market::SavedSearchId id, const SearchQuery& query);
    void unregister(market::SavedSearchId id);
    std::size_t size() const { return searches_.size(); }

    // In the order of their ids.
    std::vector<market::SavedSearchId> which_match(const Document& document) const;

private:
    struct Saved {
        market::ListingKind kind;
        Filters filters;
        std::shared_ptr<const ParsedQuery> words;
    };
    // The term a listing must hold for the search to be worth a look; 0 when there is no such term.
    static std::uint64_t anchor_of(const Saved& saved);

    std::map<market::SavedSearchId, Saved> searches_;
    std::unordered_map<std::uint64_t, std::vector<market::SavedSearchId>> by_anchor_;
};

} // namespace jishi::matching
