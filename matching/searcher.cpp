#include "matching/searcher.hpp"

#include "matching/highlight.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace jishi::matching {

namespace {

constexpr double negotiable_last = -1e18;

constexpr auto itself = [](TermKey key) { return key; };

// Which slots of a segment hold all the terms.
std::vector<std::uint8_t> holders(const Segment& segment, const std::vector<TermKey>& terms) {
    std::vector<std::uint16_t> held(segment.size(), 0);
    for_each_held(segment, terms, itself, [&](std::size_t, Postings postings) {
        for (const auto slot : postings.slots)
            ++held[slot];
    });
    std::vector<std::uint8_t> out(segment.size());
    for (std::size_t slot = 0; slot < out.size(); ++slot)
        out[slot] = held[slot] == terms.size();
    return out;
}

std::vector<std::uint8_t>
holders_of_any(const Segment& segment, const std::vector<TermKey>& terms) {
    std::vector<std::uint8_t> out(segment.size(), 0);
    for_each_held(segment, terms, itself, [&](std::size_t, Postings postings) {
        for (const auto slot : postings.slots)
            out[slot] = 1;
    });
    return out;
}

// Counts in plain arrays; the map of provinces is made at the end.
class FacetCounter {
public:
    void count(const Facts& facts) {
        for (std::size_t i = 0; i < facets_.fields.size(); ++i)
            facets_.fields[i] += facts.fields.bits >> i & 1;
        for (std::size_t i = 0; i < facets_.modes.size(); ++i)
            facets_.modes[i] += facts.modes.bits >> i & 1;
        ++facets_.trl[facts.trl < facets_.trl.size() ? facts.trl : 0];
        const auto digit = [&](std::size_t i) {
            return static_cast<unsigned>(facts.division[i] - '0');
        };
        if (digit(0) < 10 && digit(1) < 10) ++provinces_[10 * digit(0) + digit(1)];
    }
    Facets result() {
        for (std::size_t i = 0; i < provinces_.size(); ++i)
            if (provinces_[i] > 0)
                facets_
                    .provinces[{static_cast<char>('0' + i / 10), static_cast<char>('0' + i % 10)}] =
                    provinces_[i];
        return std::move(facets_);
    }

private:
    Facets facets_;
    std::array<std::uint32_t, 100> provinces_{};
};

} // namespace

Searcher::Searcher(
    const Collection& listings,
    const Twins& twins,
    const Lexicon& lexicon,
    const SearchQuery& query,
    ParsedQuery words
)
    : listings_(listings), twins_(twins), query_(query), words_(std::move(words)),
      statement_(statement_of(words_.scoring, lexicon)),
      sort_(query.sort == SortBy::relevance && !words_.has_words() ? SortBy::newest : query.sort) {}

double Searcher::key_of(const Facts& facts, double relevance) const {
    switch (sort_) {
    case SortBy::relevance:
        return settled(relevance);
    case SortBy::newest:
        return static_cast<double>(facts.published_at_us);
    case SortBy::price_ascending:
        return facts.negotiable ? negotiable_last : -static_cast<double>(facts.price_min_fen);
    case SortBy::price_descending:
        return facts.negotiable ? negotiable_last : static_cast<double>(facts.price_max_fen);
    case SortBy::trl:
        return facts.trl;
    }
    return 0;
}

const Document& Searcher::document(const Found& found) const {
    return listings_.views()[found.view].segment->document(found.slot);
}

bool Searcher::before(const Found& a, const Found& b) const {
    return a.key != b.key ? a.key > b.key : document(a).id < document(b).id;
}

void Searcher::find_in(std::size_t v, bool all, std::vector<Found>& out) {
    const auto& view = listings_.views()[v];
    const auto& segment = *view.segment;
    std::vector<std::uint8_t> in(segment.size(), 1), read(segment.size(), 0);
    if (all) {
        for (const auto& clause : words_.wanted) {
            const auto holding = holders(segment, clause.terms);
            for (std::size_t slot = 0; slot < in.size(); ++slot)
                in[slot] &= holding[slot], read[slot] |= !clause.sequence.empty();
        }
    } else {
        in = holders_of_any(segment, words_.strong);
    }
    for (const auto& clause : words_.excluded) {
        const auto holding = holders(segment, clause.terms);
        for (std::size_t slot = 0; slot < in.size(); ++slot) {
            if (clause.sequence.empty())
                in[slot] &= !holding[slot];
            else
                read[slot] |= holding[slot];
        }
    }
    const auto sums = words_.has_words() ? weighted_sums(view, statement_)
                                         : std::vector<std::int32_t>(segment.size(), 0);
    for (std::size_t slot = 0; slot < in.size(); ++slot) {
        if (in[slot] == 0 || (*view.length_classes)[slot] == 0) continue;
        const auto& facts = segment.facts(slot);
        if (!accepts(query_.filters, facts)) continue;
        out.push_back(
            {key_of(facts, sums[slot] * weight_unit),
             static_cast<std::uint32_t>(v),
             static_cast<SlotIndex>(slot),
             read[slot] != 0}
        );
    }
}

std::vector<Searcher::Found> Searcher::find(bool all) {
    std::vector<Found> found;
    for (std::size_t view = 0; view < listings_.views().size(); ++view)
        find_in(view, all, found);
    read_phrases(found, all);
    return found;
}

// Best first, so that what a limit leaves unread is what matters least and does not depend on
// chance.
void Searcher::read_phrases(std::vector<Found>& found, bool all) {
    all_were_read_ = true;
    if (std::none_of(found.begin(), found.end(), [](const Found& f) { return f.to_be_read; }))
        return;
    std::sort(found.begin(), found.end(), [this](const Found& a, const Found& b) {
        return before(a, b);
    });
    const auto clauses = static_cast<std::size_t>(std::count_if(
                             words_.excluded.begin(),
                             words_.excluded.end(),
                             [](const Clause& c) { return !c.sequence.empty(); }
                         )) +
                         (all ? words_.wanted.size() : 0);
    std::size_t checks = 0, bytes = 0;
    std::erase_if(found, [&](const Found& f) {
        if (!f.to_be_read) return false;
        bytes += clauses * (document(f).title.size() + document(f).body.size());
        if (++checks > phrase_checks_max || bytes > phrase_bytes_max) {
            all_were_read_ = false;
            return true;
        }
        const auto read = [&](const Clause& clause) { return reads(clause, document(f)); };
        const auto forbids = [&](const Clause& c) { return !c.sequence.empty() && read(c); };
        return (all && !std::all_of(words_.wanted.begin(), words_.wanted.end(), read)) ||
               std::any_of(words_.excluded.begin(), words_.excluded.end(), forbids);
    });
}

// If the last hit of the page before is still there, its present key counts: what came and went
// meanwhile may have moved all relevances a little, and the order hardly.
void Searcher::drop_until(const PageEnd& after, std::vector<Found>& found) const {
    auto key = after.key;
    if (const auto place = listings_.place_of(after.id))
        for (const auto& f : found)
            if (f.view == place->view && f.slot == place->slot) key = f.key;
    std::erase_if(found, [&](const Found& f) {
        return f.key != key ? f.key > key : document(f).id <= after.id;
    });
}

SearchHit Searcher::hit_of(const Found& found) const {
    SearchHit hit;
    hit.document = listings_.views()[found.view].segment->shared_document(found.slot);
    if (sort_ == SortBy::relevance) hit.score = found.key;
    const TermTests tests{
        [this](TermKey key) {
            return std::binary_search(words_.strong.begin(), words_.strong.end(), key);
        },
        [this](TermKey key) {
            return std::binary_search(
                words_.scoring.terms.begin(),
                words_.scoring.terms.end(),
                CountedTerm{key, {}},
                [](const CountedTerm& a, const CountedTerm& b) { return a.key < b.key; }
            );
        },
    };
    hit.title = whole_fragment(hit.document->title, tests);
    hit.body = best_fragments(hit.document->body, tests);
    hit.also_posted = twins_.others_of(hit.document->id);
    return hit;
}

Searcher::Places Searcher::places_of(const std::vector<Found>& found) const {
    Places out;
    if (twins_.size() == 0) return out; // then nobody asks
    for (const auto& view : listings_.views())
        out.emplace_back(view.segment->size());
    for (const auto& f : found)
        out[f.view][f.slot] = true;
    return out;
}

// Whether the same result is found in a listing that was published before. The same answer on every
// page, so that what one page shows no other does.
bool Searcher::repeats_another(const Found& found, const Places& answers) const {
    const auto& own = document(found).id;
    const auto group = twins_.group_of(own);
    if (!group) return false;
    for (const auto& id : *group) {
        if (id == own) return false;
        const auto place = listings_.place_of(id);
        if (place && answers[place->view][place->slot]) return true;
    }
    return false;
}

// Sorts no more than it takes to fill the page and to see whether another one follows.
void Searcher::select(std::vector<Found> found, const Places& answers, SearchPage& out) const {
    const Found* last = nullptr;
    auto sorted = found.begin();
    for (auto at = sorted; at != found.end(); ++at) {
        if (at == sorted) {
            const auto left = static_cast<std::size_t>(found.end() - at);
            sorted += static_cast<std::ptrdiff_t>(std::min(left, query_.limit + 1));
            std::partial_sort(at, sorted, found.end(), [this](const Found& a, const Found& b) {
                return before(a, b);
            });
        }
        if (repeats_another(*at, answers)) continue;
        if (out.hits.size() == query_.limit) {
            out.next_cursor = cursor_of({query_.sort, last->key, document(*last).id});
            return;
        }
        out.hits.push_back(hit_of(*at));
        last = &*at;
    }
}

SearchPage Searcher::page(const std::optional<PageEnd>& after) {
    SearchPage out;
    const bool all = words_.asks_for_all();
    auto found = find(all);
    if (words_.has_words()) out.words = all ? WordsFound::all : WordsFound::any;
    if (found.empty() && words_.has_words() && all) {
        found = find(false);
        if (!found.empty()) out.words = WordsFound::any;
    }
    out.total = found.size();
    out.total_is_exact = all_were_read_;
    FacetCounter facets;
    for (const auto& f : found)
        facets.count(listings_.views()[f.view].segment->facts(f.slot));
    out.facets = facets.result();

    const auto answers = places_of(found);
    if (after) drop_until(*after, found);
    select(std::move(found), answers, out);
    return out;
}

} // namespace jishi::matching
