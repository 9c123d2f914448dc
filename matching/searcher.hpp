// One search over one collection, from words to a page.
#pragma once

#include "matching/collection.hpp"
#include "matching/cursor.hpp"
#include "matching/query.hpp"
#include "matching/search.hpp"
#include "matching/twins.hpp"
#include "matching/weighting.hpp"

#include <vector>

namespace jishi::matching {

class Searcher {
public:
    Searcher(
        const Collection& listings,
        const Twins& twins,
        const Lexicon& lexicon,
        const SearchQuery& query,
        ParsedQuery words
    );

    // REQUIRES: the query's limit and words are within bounds; `after` belongs to its sort and
    // kind.
    SearchPage page(const std::optional<PageEnd>& after);

private:
    struct Found {
        double key;
        std::uint32_t view;
        SlotIndex slot;
        bool to_be_read; // holds terms whose order only its text can tell
    };

    using Places = std::vector<std::vector<bool>>; // [view][slot]

    std::vector<Found> find(bool all);
    std::vector<SlotIndex> holding(const Segment& segment, bool all) const;
    std::vector<std::uint8_t>
    unsure(const Segment& segment, std::span<const SlotIndex> slots, bool all) const;
    void find_in(std::size_t view, bool all, std::vector<Found>& out);
    double key_of(const Facts& facts, double relevance) const;
    bool before(const Found& a, const Found& b) const;
    void read_phrases(std::vector<Found>& found, bool all);
    void drop_until(const PageEnd& after, std::vector<Found>& found) const;
    void select(std::vector<Found> found, const Places& answers, SearchPage& out) const;
    bool repeats_another(const Found& found, const Places& answers) const;
    SearchHit hit_of(const Found& found) const;
    market::ListingId id_of(const Found& found) const;
    Document document(const Found& found) const;

    Places places_of(const std::vector<Found>& found) const;

    const Collection& listings_;
    const Twins& twins_;
    const SearchQuery& query_;
    ParsedQuery words_;
    Statement statement_;
    SortBy sort_;
    bool all_were_read_ = true;
};

} // namespace jishi::matching
