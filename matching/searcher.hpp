// One search over one collection, from words to a page.
#pragma once

#include "matching/collection.hpp"
#include "matching/cursor.hpp"
#include "matching/highlight.hpp"
#include "matching/query.hpp"
#include "matching/scoring.hpp"
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
    };
    using Answers = std::vector<std::vector<SlotIndex>>; // of each view, ascending

    Answers find(bool all);
    std::vector<SlotIndex> answers_in(const Collection::View& view, bool all) const;
    std::vector<SlotIndex> holding(const Segment& segment, bool all) const;
    std::vector<std::uint8_t>
    unsure(const Segment& segment, std::span<const SlotIndex> slots, bool all) const;
    void read_phrases(Answers& answers, bool all);
    std::vector<Contender> most_relevant(const Answers& answers, std::size_t enough) const;
    static std::size_t count_of(const Answers& answers);
    static std::vector<Contender> contenders(const Answers& answers);
    std::vector<Found> keyed(const Answers& answers) const;
    std::vector<Found> keyed(const std::vector<Contender>& contenders) const;
    bool by_relevance() const { return sort_ == SortBy::relevance && words_.has_words(); }
    double key_of(const Contender& one) const;
    bool before(const Found& a, const Found& b) const;
    void drop_until(const PageEnd& after, std::vector<Found>& found) const;
    bool
    select(std::vector<Found> found, const Answers& answers, bool is_all, SearchPage& out) const;
    bool repeats_another(const Found& found, const Answers& answers) const;
    SearchHit hit_of(const Found& found) const;
    market::ListingId id_of(const Found& found) const;
    Document document(const Found& found) const;

    const Collection& listings_;
    const Twins& twins_;
    const SearchQuery& query_;
    ParsedQuery words_;
    MarkedTerms marked_;
    Statement statement_;
    TraitsFilter traits_filter_;
    SortBy sort_;
    bool all_were_read_ = true;
};

} // namespace jishi::matching
