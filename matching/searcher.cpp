#include "matching/searcher.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstring>
#include <numeric>

namespace jishi::matching {

namespace {

constexpr double negotiable_last = -1e18;
constexpr std::size_t shortlist_worth_min = 2'000; // fewer answers are all summed up exactly

bool is_sequence(const Clause& clause) {
    return !clause.sequence.empty();
}

// One bit a listing of a segment.
class SlotBits {
public:
    SlotBits() = default;
    explicit SlotBits(const std::uint8_t* row) { std::memcpy(words_.data(), row, sizeof words_); }

    void keep(const std::uint8_t* row) {
        const SlotBits other(row);
        for (std::size_t i = 0; i < words_.size(); ++i)
            words_[i] &= other.words_[i];
    }
    void add(const SlotSet& set) {
        if (const auto* const row = set.bits()) {
            const SlotBits other(row);
            for (std::size_t i = 0; i < words_.size(); ++i)
                words_[i] |= other.words_[i];
        } else {
            set.for_each([&](SlotIndex slot) {
                words_[slot >> 6] |= std::uint64_t{1} << (slot & 63);
            });
        }
    }
    // REQUIRES: no more than `most`.
    std::vector<SlotIndex> slots(std::size_t most) const {
        std::vector<SlotIndex> out(most);
        auto at = out.begin();
        for (std::size_t i = 0; i < words_.size(); ++i)
            for (auto bits = words_[i]; bits != 0; bits &= bits - 1)
                *at++ =
                    static_cast<SlotIndex>(i << 6 | static_cast<unsigned>(std::countr_zero(bits)));
        out.erase(at, out.end());
        return out;
    }

private:
    std::array<std::uint64_t, segment_listings_max / 64> words_{};
};

// The slots of a segment that hold all the terms, in order.
std::vector<SlotIndex> holders(const Segment& segment, const std::vector<TermKey>& terms) {
    std::vector<SlotSet> sets;
    for (const auto& list : segment.find_all(terms)) {
        if (!list) return {};
        sets.push_back(list->listings());
    }
    std::ranges::sort(sets, {}, &SlotSet::size);
    std::vector<SlotIndex> out;
    if (sets.empty()) return out;
    auto next = sets.begin() + 1;
    if (const auto* const row = sets[0].bits()) {
        SlotBits held(row);
        for (; next != sets.end() && next->bits() != nullptr; ++next)
            held.keep(next->bits());
        out = held.slots(sets[0].size());
    } else {
        out = sets[0].all();
    }
    std::vector<std::uint32_t> places(out.size());
    for (; next != sets.end() && !out.empty(); ++next) {
        std::size_t kept = 0;
        const auto* const end = next->find(out, places.data());
        for (const auto* place = places.data(); place != end; ++place)
            out[kept++] = out[*place];
        out.resize(kept);
    }
    return out;
}

std::vector<SlotIndex> holders_of_any(const Segment& segment, const std::vector<TermKey>& terms) {
    SlotBits held;
    std::size_t most = 0;
    for (const auto& list : segment.find_all(terms)) {
        if (!list) continue;
        held.add(list->listings());
        most += list->size();
    }
    return held.slots(std::min(most, segment.size()));
}

MarkedTerms marked_for(const ParsedQuery& words) {
    std::vector<TermKey> weak;
    for (const auto& term : words.scoring.terms)
        weak.push_back(term.key);
    return {TermKeys(words.strong), TermKeys(std::move(weak))};
}

// Counts in plain arrays; the map of provinces is made at the end.
class FacetCounter {
public:
    void count(const Traits& traits) {
        for (unsigned bits = traits.fields; bits != 0; bits &= bits - 1)
            ++facets_.fields[static_cast<unsigned>(__builtin_ctz(bits))];
        for (unsigned bits = traits.modes; bits != 0; bits &= bits - 1)
            ++facets_.modes[static_cast<unsigned>(__builtin_ctz(bits))];
        ++facets_.trl[traits.trl < facets_.trl.size() ? traits.trl : 0];
        ++provinces_[traits.province];
    }
    Facets result() {
        for (std::size_t i = 0; i < Traits::province_none; ++i)
            if (provinces_[i] > 0)
                facets_
                    .provinces[{static_cast<char>('0' + i / 10), static_cast<char>('0' + i % 10)}] =
                    provinces_[i];
        return std::move(facets_);
    }

private:
    Facets facets_;
    std::array<std::uint32_t, Traits::province_none + 1> provinces_{};
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
      marked_(marked_for(words_)), statement_(lexical_statement_of(words_.scoring, lexicon)),
      traits_filter_(query_.filters),
      sort_(query.sort == SortBy::relevance && !words_.has_words() ? SortBy::newest : query.sort) {}

double Searcher::key_of(const Contender& one) const {
    if (sort_ == SortBy::relevance) return one.score();
    const auto& facts = listings_.views()[one.view].segment->listings().facts(one.slot);
    switch (sort_) {
    case SortBy::relevance: // above
        break;
    case SortBy::newest:
        return static_cast<double>(facts.published_at_us);
    case SortBy::price_ascending:
        return facts.is_negotiable() ? negotiable_last : -static_cast<double>(facts.price_min_fen);
    case SortBy::price_descending:
        return facts.is_negotiable() ? negotiable_last : static_cast<double>(facts.price_max_fen);
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
    const bool wanted = all && std::ranges::any_of(words_.wanted, is_sequence);
    std::vector<std::uint8_t> out(slots.size(), wanted);
    for (const auto& clause : words_.excluded) {
        if (clause.sequence.empty()) continue;
        const auto excluded = holders(segment, clause.terms);
        for (std::size_t i = 0; i < slots.size(); ++i)
            out[i] |= std::ranges::binary_search(excluded, slots[i]);
    }
    return out;
}

std::vector<SlotIndex> Searcher::answers_in(const Collection::View& view, bool all) const {
    auto slots = holding(*view.segment, all);
    const auto& listings = view.segment->listings();
    const auto& classes = *view.length_classes;
    std::size_t kept = 0;
    for (const auto slot : slots) {
        slots[kept] = slot;
        kept += traits_filter_.accepts(listings.traits()[slot]) ? 1 : 0;
    }
    slots.resize(kept);
    if (view.live < listings.size())
        std::erase_if(slots, [&](SlotIndex slot) { return classes[slot] == 0; });
    if (!traits_filter_.is_all())
        std::erase_if(slots, [&](SlotIndex slot) {
            return !accepts(query_.filters, listings.facts(slot));
        });
    return slots;
}

Searcher::Answers Searcher::find(bool all) {
    Answers answers;
    for (const auto& view : listings_.views())
        answers.push_back(answers_in(view, all));
    all_were_read_ = true;
    if ((all && std::ranges::any_of(words_.wanted, is_sequence)) ||
        std::ranges::any_of(words_.excluded, is_sequence))
        read_phrases(answers, all);
    return answers;
}

std::size_t Searcher::count_of(const Answers& answers) {
    std::size_t sum = 0;
    for (const auto& slots : answers)
        sum += slots.size();
    return sum;
}

std::vector<Contender> Searcher::contenders(const Answers& answers) {
    std::vector<Contender> out;
    for (std::uint32_t v = 0; v < answers.size(); ++v)
        for (const auto slot : answers[v])
            out.push_back({v, slot});
    return out;
}

std::vector<Searcher::Found> Searcher::keyed(const std::vector<Contender>& contenders) const {
    std::vector<Found> out;
    out.reserve(contenders.size());
    for (const auto& one : contenders)
        out.push_back({key_of(one), one.view, one.slot});
    return out;
}

std::vector<Searcher::Found> Searcher::keyed(const Answers& answers) const {
    auto all = contenders(answers);
    if (by_relevance()) CollectionLists(listings_, statement_).add(statement_.all_terms(), all);
    return keyed(all);
}

// Those of the answers that may be among so many of the most relevant.
std::vector<Contender> Searcher::most_relevant(const Answers& answers, std::size_t enough) const {
    CollectionLists lists(listings_, statement_);
    const auto terms = statement_.all_terms();
    std::vector<Contender> out;
    if (count_of(answers) <= shortlist_worth_min) {
        out = contenders(answers);
    } else {
        Bounds bounds(statement_, terms);
        Shortlist shortlist(enough, 1);
        for (std::uint32_t v = 0; v < answers.size(); ++v)
            if (!answers[v].empty())
                bounds.offer(listings_.views()[v], v, lists.of(v), answers[v], shortlist);
        const auto found = shortlist.take();
        for (const auto& one : *found)
            out.push_back({one.view, one.slot});
    }
    lists.add_for_best(enough, terms, out);
    return out;
}

// Best first, so that what a limit leaves unread is what matters least and does not depend on
// chance.
void Searcher::read_phrases(Answers& answers, bool all) {
    auto found = keyed(answers);
    std::sort(found.begin(), found.end(), [this](const Found& a, const Found& b) {
        return before(a, b);
    });
    std::vector<std::vector<std::uint8_t>> to_be_read;
    for (std::size_t v = 0; v < answers.size(); ++v)
        to_be_read.push_back(unsure(*listings_.views()[v].segment, answers[v], all));
    const auto clauses =
        static_cast<std::size_t>(std::ranges::count_if(words_.excluded, is_sequence)) +
        (all ? words_.wanted.size() : 0);
    std::size_t checks = 0, bytes = 0;
    for (const auto& f : found) {
        auto& slots = answers[f.view];
        const auto i =
            static_cast<std::size_t>(std::ranges::lower_bound(slots, f.slot) - slots.begin());
        auto& read = to_be_read[f.view][i];
        if (read == 0) continue;
        const auto listing = document(f);
        bytes += clauses * (listing.title.size() + listing.body.size());
        if (++checks > phrase_checks_max || bytes > phrase_bytes_max) {
            all_were_read_ = false;
            continue; // and is not an answer
        }
        const auto holds = [&](const Clause& clause) { return reads(clause, listing); };
        const auto forbids = [&](const Clause& c) { return is_sequence(c) && holds(c); };
        if ((!all || std::ranges::all_of(words_.wanted, holds)) &&
            std::ranges::none_of(words_.excluded, forbids))
            read = 0;
    }
    for (std::size_t v = 0; v < answers.size(); ++v) {
        std::size_t kept = 0;
        for (std::size_t i = 0; i < answers[v].size(); ++i)
            if (to_be_read[v][i] == 0) answers[v][kept++] = answers[v][i];
        answers[v].resize(kept);
    }
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
    if (query_.plain) {
        hit.title.text = hit.document->title;
    } else {
        hit.title = whole_fragment(hit.document->title, marked_);
        hit.body = best_fragments(hit.document->body, marked_);
    }
    hit.also_posted = twins_.others_of(hit.document->id);
    return hit;
}

// Whether the same result is found in a listing that was published before. The same answer on every
// page, so that what one page shows no other does.
bool Searcher::repeats_another(const Found& found, const Answers& answers) const {
    if (twins_.size() == 0) return false;
    const auto own = id_of(found);
    const auto group = twins_.group_of(own);
    if (!group) return false;
    for (const auto& id : *group) {
        if (id == own) return false;
        const auto place = listings_.place_of(id);
        if (place && std::ranges::binary_search(answers[place->view], place->slot)) return true;
    }
    return false;
}

// Sorts no more than it takes to fill the page and to see whether another one follows. False if
// `found`, which may leave out the least relevant, does not tell.
bool Searcher::select(
    std::vector<Found> found, const Answers& answers, bool is_all, SearchPage& out
) const {
    std::vector<Found> hits;
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
        if (hits.size() == query_.limit) {
            out.next_cursor = cursor_of({query_.sort, hits.back().key, id_of(hits.back())});
            is_all = true; // that is needed
            break;
        }
        hits.push_back(*at);
    }
    if (!is_all) return false;
    for (const auto& hit : hits)
        out.hits.push_back(hit_of(hit));
    return true;
}

SearchPage Searcher::page(const std::optional<PageEnd>& after) {
    SearchPage out;
    const bool all = words_.asks_for_all();
    auto answers = find(all);
    out.total = count_of(answers);
    if (words_.has_words()) out.words = all ? WordsFound::all : WordsFound::any;
    if (out.total == 0 && words_.has_words() && all) {
        answers = find(false);
        out.total = count_of(answers);
        if (out.total > 0) out.words = WordsFound::any;
    }
    out.total_is_exact = all_were_read_;
    FacetCounter facets;
    for (std::size_t v = 0; v < answers.size(); ++v)
        for (const auto slot : answers[v])
            facets.count(listings_.views()[v].segment->listings().traits()[slot]);
    out.facets = facets.result();

    if (by_relevance() && !after) {
        auto best = keyed(most_relevant(answers, 2 * (query_.limit + 1)));
        const bool is_all = best.size() == out.total;
        if (select(std::move(best), answers, is_all, out)) return out;
    }
    auto found = keyed(answers);
    if (after) drop_until(*after, found);
    select(std::move(found), answers, true, out);
    return out;
}

} // namespace jishi::matching
