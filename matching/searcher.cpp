#include "matching/searcher.hpp"

#include "matching/highlight.hpp"
#include "matching/scoring.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <numeric>

namespace jishi::matching {

namespace {

constexpr double negotiable_last = -1e18;

void keep_those_in(const PostingList& list, std::vector<SlotIndex>& slots) {
    std::size_t kept = 0;
    list.probe(slots, [&](std::size_t i) { slots[kept++] = slots[i]; });
    slots.resize(kept);
}

// The slots of a segment that hold all the terms, in order.
std::vector<SlotIndex> holders(const Segment& segment, const std::vector<TermKey>& terms) {
    std::vector<PostingList> lists;
    for (const auto key : terms) {
        const auto list = segment.find(key);
        if (!list) return {};
        lists.push_back(*list);
    }
    std::sort(lists.begin(), lists.end(), [](const PostingList& a, const PostingList& b) {
        return a.size() < b.size();
    });
    std::vector<SlotIndex> out;
    if (lists.empty()) return out;
    lists[0].for_each_slot([&](SlotIndex slot) { out.push_back(slot); });
    for (std::size_t i = 1; i < lists.size() && !out.empty(); ++i)
        keep_those_in(lists[i], out);
    return out;
}

std::vector<SlotIndex> holders_of_any(const Segment& segment, const std::vector<TermKey>& terms) {
    std::vector<std::uint8_t> held(segment.size(), 0);
    for (const auto key : terms)
        if (const auto list = segment.find(key))
            list->for_each_slot([&](SlotIndex slot) { held[slot] = 1; });
    std::vector<SlotIndex> out;
    for (std::size_t slot = 0; slot < held.size(); ++slot)
        if (held[slot] != 0) out.push_back(static_cast<SlotIndex>(slot));
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

market::ListingId Searcher::id_of(const Found& found) const {
    return listings_.views()[found.view].segment->listings().id(found.slot);
}

Document Searcher::document(const Found& found) const {
    return listings_.views()[found.view].segment->listings().document(found.slot);
}

bool Searcher::before(const Found& a, const Found& b) const {
    return a.key != b.key ? a.key > b.key : id_of(a) < id_of(b);
}

// The slots that hold the wanted words and not what is excluded, as far as terms can tell.
std::vector<SlotIndex> Searcher::holding(const Segment& segment, bool all) const {
    std::vector<SlotIndex> slots;
    if (!words_.has_words()) {
        slots.resize(segment.size());
        std::iota(slots.begin(), slots.end(), SlotIndex{0});
    } else if (all) {
        // All clauses' terms at once: the rarest of them bounds the work.
        std::vector<TermKey> terms;
        for (const auto& clause : words_.wanted)
            terms.insert(terms.end(), clause.terms.begin(), clause.terms.end());
        slots = holders(segment, terms);
    } else {
        slots = holders_of_any(segment, words_.strong);
    }
    for (const auto& clause : words_.excluded) {
        if (!clause.sequence.empty()) continue;
        const auto excluded = holders(segment, clause.terms);
        std::vector<SlotIndex> left;
        std::ranges::set_difference(slots, excluded, std::back_inserter(left));
        slots.swap(left);
    }
    return slots;
}

// Which of the slots hold terms whose order only the text can tell.
std::vector<std::uint8_t>
Searcher::unsure(const Segment& segment, std::span<const SlotIndex> slots, bool all) const {
    const auto has_sequence = [](const Clause& clause) { return !clause.sequence.empty(); };
    const bool wanted = all && std::ranges::any_of(words_.wanted, has_sequence);
    std::vector<std::uint8_t> out(slots.size(), wanted);
    for (const auto& clause : words_.excluded) {
        if (clause.sequence.empty()) continue;
        const auto excluded = holders(segment, clause.terms);
        for (std::size_t i = 0; i < slots.size(); ++i)
            out[i] |= std::ranges::binary_search(excluded, slots[i]);
    }
    return out;
}

void Searcher::find_in(std::size_t v, bool all, std::vector<Found>& out) {
    const auto& view = listings_.views()[v];
    const auto& segment = *view.segment;
    auto slots = holding(segment, all);
    std::erase_if(slots, [&](SlotIndex slot) {
        return (*view.length_classes)[slot] == 0 ||
               !accepts(query_.filters, segment.listings().facts(slot));
    });
    if (slots.empty()) return;
    const auto read = unsure(segment, slots, all);
    const bool by_relevance = sort_ == SortBy::relevance && words_.has_words();
    const auto sums = by_relevance ? ViewScorer(view, statement_).sums_of(slots)
                                   : std::vector<std::int64_t>(slots.size(), 0);
    for (std::size_t i = 0; i < slots.size(); ++i)
        out.push_back(
            {key_of(segment.listings().facts(slots[i]), static_cast<double>(sums[i]) * weight_unit),
             static_cast<std::uint32_t>(v),
             slots[i],
             read[i] != 0}
        );
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
        const auto listing = document(f);
        bytes += clauses * (listing.title.size() + listing.body.size());
        if (++checks > phrase_checks_max || bytes > phrase_bytes_max) {
            all_were_read_ = false;
            return true;
        }
        const auto read = [&](const Clause& clause) { return reads(clause, listing); };
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
        return f.key != key ? f.key > key : id_of(f) <= after.id;
    });
}

SearchHit Searcher::hit_of(const Found& found) const {
    SearchHit hit;
    hit.document = std::make_shared<const Document>(document(found));
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
    const auto own = id_of(found);
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
            out.next_cursor = cursor_of({query_.sort, last->key, id_of(*last)});
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
        facets.count(listings_.views()[f.view].segment->listings().facts(f.slot));
    out.facets = facets.result();

    const auto answers = places_of(found);
    if (after) drop_until(*after, found);
    select(std::move(found), answers, out);
    return out;
}

} // namespace jishi::matching
