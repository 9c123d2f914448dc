#include "matching/segment.hpp"

#include "matching/bucket_sort.hpp"
#include "matching/parallel.hpp"
#include "matching/prefetch.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <iterator>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace jishi::matching {

namespace {

// A posting of a term in one number: what of the term's order its range does not say, the slot, the
// count. They ascend as terms and slots do.
using Entry = std::uint64_t;

constexpr std::uint32_t gone = UINT32_MAX;
constexpr std::size_t read_at_once = 256; // listings that are worth a thread
constexpr std::size_t usual_terms = 300;  // of a listing; only how work is shared depends on it

// The keys by the first bits of their order, so that parts can be sorted or merged apart.
class KeyRanges {
public:
    // About so many postings a range.
    KeyRanges(std::size_t postings, std::size_t wanted) {
        while (bits_ < bits_max && postings >> bits_ > wanted)
            ++bits_;
    }
    std::size_t count() const { return std::size_t{1} << bits_; }
    std::size_t of(TermOrder order) const {
        return bits_ == 0 ? 0 : static_cast<std::size_t>(order >> (64 - bits_));
    }
    // The first term of a range, or behind the last range the end.
    std::size_t begin(std::size_t range, const TermTable& terms) const {
        if (range == count()) return terms.size();
        return bits_ == 0 ? 0 : terms.first_from(TermOrder{range} << (64 - bits_));
    }

    // REQUIRES: the slot is below 4 096 times the ranges.
    Entry entry(TermOrder order, const Posting& posting) const {
        assert(posting.slot >> (low_bits() - count_bits) == 0);
        return order << bits_ | Entry{posting.slot} << count_bits | posting.count.packed;
    }
    TermOrder order(std::size_t range, Entry entry) const {
        const auto first = bits_ == 0 ? 0 : TermOrder{range} << (64 - bits_);
        return first | entry >> low_bits() << low_bits() >> bits_;
    }
    Posting posting(Entry entry) const {
        const auto low = entry & ((Entry{1} << low_bits()) - 1);
        return {
            static_cast<SlotIndex>(low >> count_bits),
            TermCount{static_cast<std::uint8_t>(low & (TermCount::packed_count - 1))}};
    }

private:
    static constexpr unsigned bits_max = 12, count_bits = 4;
    static_assert(TermCount::packed_count == 1 << count_bits);
    unsigned low_bits() const { return 64 - order_bits + bits_; } // of the slot and the count

    unsigned bits_ = 0;
};
constexpr std::size_t sorted_at_once = 4'096; // postings

// The postings of some listings that follow each other, a range of keys behind the other.
class Spread {
public:
    Spread() = default; // of none
    // REQUIRES: it is the terms of the listings of this kind from slot `first` on.
    Spread(
        std::span<const DocumentTerms> listings,
        std::size_t first,
        market::ListingKind kind,
        const KeyRanges& ranges
    )
        : ends_(ranges.count(), 0) {
        const auto for_each_term = [&](auto visit) {
            for (std::size_t i = 0; i < listings.size(); ++i)
                for (const auto& [key, count] : listings[i].terms)
                    visit(static_cast<SlotIndex>(first + i), order_of(key), count);
        };
        for_each_term([&](SlotIndex, std::uint64_t order, TermCount) { ++ends_[ranges.of(order)]; }
        );
        const auto postings = std::accumulate(ends_.begin(), ends_.end(), std::size_t{0});
        entries_ = std::make_unique_for_overwrite<Entry[]>(postings);
        std::exclusive_scan(ends_.begin(), ends_.end(), ends_.begin(), 0U);
        const bool by_place = kind == market::ListingKind::need;
        for_each_term([&](SlotIndex slot, std::uint64_t order, TermCount count) {
            entries_[ends_[ranges.of(order)]++] =
                ranges.entry(order, {slot, by_place ? count : count.anywhere()});
        });
    }
    std::span<const Entry> of(std::size_t range) const {
        const auto begin = range == 0 ? 0 : ends_[range - 1];
        return {&entries_[begin], ends_[range] - begin};
    }

private:
    std::unique_ptr<Entry[]> entries_;
    std::vector<std::uint32_t> ends_; // of each range
};

} // namespace

// Reads the listings, a piece a thread, and makes the lists, a range of keys a thread.
class SegmentBuild {
public:
    // REQUIRES: `out` is empty, the rest as of Segment().
    SegmentBuild(Segment& out, std::span<const Document* const> documents, const Model* model)
        : documents_(documents), kind_(documents[0]->id.kind), model_(model), out_(out),
          ranges_(documents.size() * usual_terms, sorted_at_once) {}

    void run() {
        std::vector<Segment::Read> reads(documents_.size());
        std::vector<Spread> pieces((reads.size() + read_at_once - 1) / read_at_once);
        in_parallel(pieces.size(), [&](std::size_t piece) {
            pieces[piece] = spread(piece * read_at_once, reads);
        });
        std::vector<Segment::Lists> lists(ranges_.count());
        const auto make = [&](std::size_t part) {
            if (part == 0)
                add_listings(reads);
            else
                lists[part - 1] = lists_of(part - 1, pieces);
        };
        if (lists.size() > 1)
            in_parallel(1 + lists.size(), make);
        else // not worth a thread
            make(0), make(1);
        out_.take(std::move(lists));
        out_.finish();
    }

private:
    // The terms of a piece take more memory than its postings, so they go with it.
    Spread spread(std::size_t first, std::span<Segment::Read> reads) const {
        std::vector<DocumentTerms> terms;
        for (auto slot = first; slot < std::min(first + read_at_once, reads.size()); ++slot) {
            terms.push_back(terms_of(*documents_[slot]));
            reads[slot] = Segment::read(terms.back(), kind_, model_);
        }
        return Spread(terms, first, kind_, ranges_);
    }

    void add_listings(std::span<const Segment::Read> reads) const {
        out_.listings_.reserve(documents_);
        for (std::size_t slot = 0; slot < documents_.size(); ++slot) {
            assert(slot == 0 || documents_[slot - 1]->id < documents_[slot]->id);
            out_.listings_.add(*documents_[slot]);
            const auto length = reads[slot].length;
            out_.lengths_.push_back(static_cast<std::uint16_t>(std::min(length, 65'535U)));
            out_.length_classes_.push_back(length_class_of(length));
            if (model_ != nullptr) out_.learn(reads[slot]);
        }
    }

    // Every key's postings come to one range, by ascending slots; in a range few keys are mixed.
    Segment::Lists lists_of(std::size_t range, std::span<const Spread> pieces) const {
        thread_local std::vector<Entry> entries;
        thread_local std::vector<Posting> list;
        entries.clear();
        for (const auto& piece : pieces) {
            const auto of_piece = piece.of(range);
            entries.insert(entries.end(), of_piece.begin(), of_piece.end());
        }
        constexpr unsigned bucket_bits = 10;
        sort_in_buckets<std::size_t{1} << bucket_bits>(
            std::span(entries),
            [](Entry entry) { return entry >> (64 - bucket_bits); },
            std::less<>()
        );
        Segment::Lists out;
        for (auto at = entries.begin(); at != entries.end();) {
            list.clear();
            const auto order = ranges_.order(range, *at);
            for (; at != entries.end() && ranges_.order(range, *at) == order; ++at)
                list.push_back(ranges_.posting(*at));
            out.add(order, list);
        }
        return out;
    }

    std::span<const Document* const> documents_;
    const market::ListingKind kind_;
    const Model* model_;
    Segment& out_;
    const KeyRanges ranges_;
};

Segment::Segment(std::span<const Document* const> documents, const Model* model)
    : dimensions_(model != nullptr ? model->dimensions() : 0) {
    assert(!documents.empty() && documents.size() <= segment_listings_max);
    SegmentBuild(*this, documents, model).run();
}

// A single posting stands in the place of its list's start.
void Segment::Lists::add(TermOrder order, std::span<const Posting> postings) {
    orders.push_back(order);
    if (postings.size() == 1) {
        starts.push_back(
            is_single | postings[0].slot |
            static_cast<std::uint32_t>(postings[0].count.packed) << 16
        );
        return;
    }
    starts.push_back(static_cast<std::uint32_t>(bytes.size()));
    encode(postings, bytes);
}

// Each part goes when it was taken: all of them twice would be the most memory a market needs.
void Segment::take(std::vector<Lists> parts) {
    std::size_t terms = 0, size = 0;
    for (const auto& part : parts)
        terms += part.orders.size(), size += part.bytes.size();
    if (size >= is_single) throw std::length_error("lists of two gigabytes in one segment");
    TermTable::Builder table(terms);
    bytes_.build([&](auto& bytes) { bytes.reserve(size + read_ahead_bytes); });
    for (auto& taken : parts) {
        const auto part = std::exchange(taken, {});
        const auto before = static_cast<std::uint32_t>(bytes_.size());
        for (std::size_t i = 0; i < part.orders.size(); ++i) {
            const auto start = part.starts[i];
            table.add(part.orders[i], start + ((start & is_single) != 0 ? 0 : before));
        }
        bytes_.append(part.bytes);
    }
    bytes_.build([](auto& bytes) { bytes.resize(bytes.size() + read_ahead_bytes, 0); });
    terms_ = table.done();
}

void Segment::finish() {
    listings_.finish();
    bytes_.finish();
    meanings_.finish();
    norms_.finish();
}

PostingList Segment::list_at(std::uint32_t start) const {
    if ((start & is_single) == 0) return PostingList(&bytes_[start]);
    return PostingList(
        {static_cast<SlotIndex>(start),
         TermCount{static_cast<std::uint8_t>((start & ~is_single) >> 16)}}
    );
}

std::vector<TermKey> Segment::keys() const {
    std::vector<TermKey> out;
    out.reserve(term_count());
    for (TermTable::Walk walk(terms_, 0); walk.term() < term_count(); walk.next())
        out.push_back(key_of(walk.order()));
    return out;
}

std::optional<PostingList> Segment::find(TermKey key) const {
    const auto start = terms_.find(key);
    return start ? std::optional(list_at(*start)) : std::nullopt;
}

std::vector<std::optional<PostingList>> Segment::find_all(std::span<const TermKey> keys) const {
    const auto starts = terms_.find_all(keys);
    for (const auto start : starts)
        if (start && (*start & is_single) == 0) prefetch_line(bytes_.data() + *start);
    std::vector<std::optional<PostingList>> out(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i)
        if (starts[i]) out[i] = list_at(*starts[i]);
    return out;
}

Segment::Read
Segment::read(const DocumentTerms& terms, market::ListingKind kind, const Model* model) {
    Read out{.length = terms.length, .meaning = {}, .norm = {}};
    if (model != nullptr && kind == market::ListingKind::need) {
        out.meaning = model->need_meaning_of(terms);
        out.norm = model->norm_of(terms, out.meaning);
    } else if (model != nullptr) {
        out.meaning = model->meaning_of(terms);
    }
    return out;
}

void Segment::learn(const Read& read) {
    if (listings_.kind() == market::ListingKind::need) norms_.push_back(read.norm);
    meanings_.append(read.meaning);
}

std::shared_ptr<const Segment> Segment::relearned(const Model* model) const {
    auto out = std::make_shared<Segment>(*this);
    out->dimensions_ = model != nullptr ? model->dimensions() : 0;
    out->meanings_ = {};
    out->norms_ = {};
    out->learned_memory_ = nullptr;
    out->meanings_.build([&](auto& rows) { rows.reserve(size() * meaning_bytes(out->dimensions_)); }
    );
    // By one thread: the market is served meanwhile.
    if (model != nullptr)
        for (std::size_t slot = 0; slot < size(); ++slot)
            out->learn(read(terms_of(listings_.document(slot)), listings_.kind(), model));
    out->meanings_.finish();
    out->norms_.finish();
    return out;
}

std::size_t Segment::bytes() const {
    return size() * (sizeof(length_classes_[0]) + sizeof(lengths_[0])) + meanings_.size() +
           norms_.bytes() + terms_.bytes() + bytes_.size();
}

std::vector<TermDelta> Segment::sums(const std::vector<LengthClass>& length_classes) const {
    const auto& impact = impacts();
    std::vector<TermDelta> out;
    out.reserve(term_count());
    const auto keys = this->keys();
    for (std::size_t term = 0; term < term_count(); ++term) {
        TermSums sums;
        postings(term).for_each([&](SlotIndex slot, TermCount count) {
            const std::int64_t value = impact[length_classes[slot]][count.total()];
            if (value > 0) sums += {1, value, value * value};
        });
        if (sums != TermSums{}) out.push_back({keys[term], sums});
    }
    return out;
}

// Merges term by term: a heap over the parts gives the keys in order, and each posting gets its
// listing's new slot.
class SegmentMerge {
public:
    explicit SegmentMerge(std::span<const Segment::Part> parts) : parts_(parts), out_(new Segment) {
        for (const auto& part : parts)
            new_slots_.emplace_back(part.segment->size(), gone);
    }

    std::shared_ptr<const Segment> run(std::size_t merged_at_once) {
        place_documents();
        std::size_t postings = 0;
        for (const auto& part : parts_)
            for (std::size_t term = 0; term < part.segment->term_count(); ++term)
                postings += part.segment->postings(term).size();
        const KeyRanges ranges(postings, merged_at_once);
        std::vector<Segment::Lists> lists(ranges.count());
        in_parallel(lists.size(), [&](std::size_t range) { merge(ranges, range, lists[range]); });
        out_->take(std::move(lists));
        out_->finish();
        return out_;
    }

private:
    struct Cursor {
        TermTable::Walk walk;
        std::size_t part, end;
        TermOrder order() const { return walk.order(); }
    };
    static bool later(const Cursor& a, const Cursor& b) {
        return a.order() != b.order() ? a.order() > b.order() : a.part > b.part;
    }

    void merge(const KeyRanges& ranges, std::size_t range, Segment::Lists& out) const {
        std::vector<Cursor> heap;
        for (std::size_t p = 0; p < parts_.size(); ++p) {
            const auto& terms = parts_[p].segment->terms_;
            const auto begin = ranges.begin(range, terms), end = ranges.begin(range + 1, terms);
            if (begin != end) heap.push_back({{terms, begin}, p, end});
        }
        std::make_heap(heap.begin(), heap.end(), later);
        std::vector<Posting> list;
        while (!heap.empty()) {
            const auto order = heap.front().order();
            list.clear();
            while (!heap.empty() && heap.front().order() == order) {
                std::pop_heap(heap.begin(), heap.end(), later);
                auto& at = heap.back();
                gather(
                    parts_[at.part].segment->postings(at.walk.term()), new_slots_[at.part], list
                );
                at.walk.next();
                if (at.walk.term() < at.end)
                    std::push_heap(heap.begin(), heap.end(), later);
                else
                    heap.pop_back();
            }
            if (list.empty()) continue;
            if (!std::ranges::is_sorted(list, {}, &Posting::slot))
                std::ranges::sort(list, {}, &Posting::slot);
            out.add(order, list);
        }
    }

    void place_documents() {
        struct Place {
            const Segment* from;
            std::size_t part, slot;
        };
        std::vector<Place> places;
        std::size_t text_bytes = 0;
        for (const auto& part : parts_)
            text_bytes += part.segment->listings().text_bytes();
        out_->listings_.reserve_text(text_bytes);
        for (std::size_t p = 0; p < parts_.size(); ++p) {
            const auto& segment = *parts_[p].segment;
            for (std::size_t slot = 0; slot < segment.size(); ++slot)
                if ((*parts_[p].length_classes)[slot] != 0) places.push_back({&segment, p, slot});
        }
        assert(!places.empty() && places.size() <= segment_listings_max);
        std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
            return a.from->listings().id(a.slot) < b.from->listings().id(b.slot);
        });
        for (const auto& [from, part, slot] : places) {
            new_slots_[part][slot] = static_cast<std::uint32_t>(out_->size());
            out_->listings_.add(from->listings_, slot);
            out_->lengths_.push_back(from->lengths_[slot]);
            out_->dimensions_ = from->dimensions_;
            if (from->norms_.size() > 0) out_->norms_.push_back(from->norms_.of(slot));
            out_->meanings_.append(from->meaning(slot));
            out_->length_classes_.push_back(from->length_classes_[slot]);
        }
    }

    static void gather(
        const PostingList& from,
        const std::vector<std::uint32_t>& new_slots,
        std::vector<Posting>& list
    ) {
        from.for_each([&](SlotIndex slot, TermCount count) {
            if (new_slots[slot] != gone)
                list.push_back({static_cast<SlotIndex>(new_slots[slot]), count});
        });
    }

    std::span<const Segment::Part> parts_;
    std::shared_ptr<Segment> out_;
    std::vector<std::vector<std::uint32_t>> new_slots_; // of each part
};

std::shared_ptr<const Segment>
Segment::merge(std::span<const Part> parts, std::size_t merged_at_once) {
    return SegmentMerge(parts).run(merged_at_once);
}

} // namespace jishi::matching
