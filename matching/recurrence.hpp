// What a term is worth, learned from whether it recurs: a term that stands in one half of a text
// and is likelier than chance to stand in the other is what the text is about.
//
//   n1(t)  halves that hold t        nr(t)  those whose other half holds it too
//   r(t) = (nr + c prior) / (n1 + c)         prior: of all terms about as frequent, c = 20
//   w(t) = max(0, ln(r (1 - s) / (s (1 - r))))      s: the share of halves (or listings) holding
//                                                   t, as if ten more had been seen without it, or
//                                                   the chance that two halves both hold t, where
//                                                   that is more: needs say 的, titles do not
//
// Where that is surely more, s is the share among halves of Latin words or among the others, the
// mean over the halves that hold t: two English texts share "the", however few are English.
//
// The weight of Robertson and Sparck Jones (1976), with recurrence in the place of judged
// relevance.
#pragma once

#include "matching/corpus.hpp"
#include "matching/model.hpp"

#include <unordered_map>
#include <vector>

namespace jishi::matching {

class Recurrence {
public:
    // The two parts speak of the same thing.
    void add_pair(const Terms& a, const Terms& b);
    // An achievement holds these.
    void add_listing(const Terms& terms);

    // Fills in terms, unseen and listings, and tells how many halves hold each of the terms.
    // `by_halves`: most listings were long enough to be cut in two; of bare titles the base rate is
    // that among the listings.
    std::vector<std::uint32_t> weigh(bool by_halves, Model::Parts& parts) const;

private:
    struct Counts {
        std::uint32_t halves = 0, latin_halves = 0, recurring = 0, listings = 0;
    };
    const Counts& of(TermKey key) const;
    void add_half(const Terms& terms);
    double chance_of(const Counts& counts, bool by_halves) const;

    std::unordered_map<TermKey, Counts> counts_;
    std::size_t pairs_ = 0, latin_halves_ = 0, listings_ = 0;
};

} // namespace jishi::matching
