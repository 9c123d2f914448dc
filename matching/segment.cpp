#include "matching/segment.hpp"

#include "matching/parallel.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace jishi::matching {

namespace {

struct Entry {
    TermKey key;
    std::uint64_t order; // of the key in a KeyTable
    Posting posting;
};

constexpr std::uint32_t gone = UINT32_MAX;
constexpr std::size_t read_at_once = 64; // listings that are worth a thread
constexpr int meaning_shift = 8;         // two numbers of four bits a byte, less eight

} // namespace

Segment::Segment(std::span<const Document* const> documents, const Model* model)
    : dimensions_(model != nullptr ? model->dimensions() : 0) {
    assert(!documents.empty() && documents.size() <= segment_listings_max);
    std::vector<Read> reads(documents.size());
    in_parallel((documents.size() + read_at_once - 1) / read_at_once, [&](std::size_t part) {
        const auto end = std::min(documents.size(), (part + 1) * read_at_once);
        for (auto slot = part * read_at_once; slot < end; ++slot)
            reads[slot] = read(terms_of(*documents[slot]), documents[slot]->id.kind, model);
    });
    std::vector<Entry> entries;
    for (std::size_t slot = 0; slot < documents.size(); ++slot) {
        assert(slot == 0 || documents[slot - 1]->id < documents[slot]->id);
        listings_.add(*documents[slot]);
        const auto& found = reads[slot].terms;
        lengths_.push_back(static_cast<std::uint16_t>(std::min(found.length, 65'535U)));
        length_classes_.push_back(length_class_of(found.length));
        if (model != nullptr) learn(reads[slot]);
        const bool by_place = listings_.kind() == market::ListingKind::need;
        for (const auto& term : found.terms)
            entries.push_back(
                {term.key,
                 mixed(term.key),
                 {static_cast<SlotIndex>(slot), by_place ? term.count : term.count.anywhere()}}
            );
    }
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
        return a.order != b.order ? a.order < b.order : a.posting.slot < b.posting.slot;
    });
    std::vector<Posting> list;
    for (std::size_t i = 0; i < entries.size();) {
        list.clear();
        const auto key = entries[i].key;
        for (; i < entries.size() && entries[i].key == key; ++i)
            list.push_back(entries[i].posting);
        add_list(key, list);
    }
    finish();
}

// A single posting stands in the place of its list's start.
void Segment::add_list(TermKey key, std::span<const Posting> postings) {
    added_keys_.push_back(key);
    sizes_less_one_.push_back(static_cast<SlotIndex>(postings.size() - 1));
    if (postings.size() == 1) {
        starts_.push_back(
            postings[0].slot | static_cast<std::uint32_t>(postings[0].count.packed) << 16
        );
        return;
    }
    starts_.push_back(static_cast<std::uint32_t>(bytes_.size()));
    bytes_.build([&](auto& bytes) { encode(postings, bytes); });
}

void Segment::finish() {
    keys_ = KeyTable(std::exchange(added_keys_, {}));
    listings_.finish();
    bytes_.finish();
    meanings_.finish();
    norms_.finish();
    starts_.finish();
    sizes_less_one_.finish();
}

PostingList Segment::postings(std::size_t term) const {
    if (sizes_less_one_[term] == 0)
        return PostingList(
            {static_cast<SlotIndex>(starts_[term]),
             TermCount{static_cast<std::uint8_t>(starts_[term] >> 16)}}
        );
    return PostingList(&bytes_[starts_[term]], sizes_less_one_[term] + 1U);
}

std::optional<PostingList> Segment::find(TermKey key) const {
    const auto term = keys_.find(key);
    return term ? std::optional(postings(*term)) : std::nullopt;
}

std::vector<std::optional<PostingList>> Segment::find_all(std::span<const TermKey> keys) const {
    const auto terms = keys_.find_all(keys);
    for (const auto term : terms)
        if (term != KeyTable::none) {
            __builtin_prefetch(&starts_[term]);
            __builtin_prefetch(&sizes_less_one_[term]);
        }
    for (const auto term : terms)
        if (term != KeyTable::none && sizes_less_one_[term] > 0)
            __builtin_prefetch(bytes_.data() + starts_[term]);
    std::vector<std::optional<PostingList>> out(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i)
        if (terms[i] != KeyTable::none) out[i] = postings(terms[i]);
    return out;
}

Segment::Read Segment::read(DocumentTerms terms, market::ListingKind kind, const Model* model) {
    Read out;
    if (model != nullptr && kind == market::ListingKind::need) {
        out.meaning = model->need_meaning_of(terms);
        out.norm = model->norm_of(terms, out.meaning);
    } else if (model != nullptr) {
        out.meaning = model->meaning_of(terms);
    }
    out.terms = std::move(terms);
    return out;
}

void Segment::learn(const Read& read) {
    if (listings_.kind() == market::ListingKind::need) norms_.push_back(read.norm);
    const auto& meaning = read.meaning;
    meanings_.build([&](auto& rows) {
        for (std::size_t i = 0; i < meaning.size(); i += 2)
            rows.push_back(static_cast<std::uint8_t>(
                (meaning[i] + meaning_shift) | (meaning[i + 1] + meaning_shift) << 4
            ));
    });
}

Meaning Segment::meaning(std::size_t slot) const {
    Meaning out(dimensions_);
    const auto* row = meanings_.data() + slot * dimensions_ / 2;
    for (std::size_t i = 0; i < dimensions_; i += 2) {
        out[i] = static_cast<std::int8_t>((row[i / 2] & 0x0F) - meaning_shift);
        out[i + 1] = static_cast<std::int8_t>((row[i / 2] >> 4) - meaning_shift);
    }
    return out;
}

std::shared_ptr<const Segment> Segment::relearned(const Model* model) const {
    auto out = std::make_shared<Segment>(*this);
    out->dimensions_ = model != nullptr ? model->dimensions() : 0;
    out->meanings_ = {};
    out->norms_ = {};
    out->meanings_.build([&](auto& rows) { rows.reserve(size() * out->dimensions_ / 2); });
    // By one thread: the market is served meanwhile.
    if (model != nullptr)
        for (std::size_t slot = 0; slot < size(); ++slot)
            out->learn(read(terms_of(listings_.document(slot)), listings_.kind(), model));
    out->meanings_.finish();
    out->norms_.finish();
    return out;
}

std::size_t Segment::bytes() const {
    return 3 * length_classes_.size() + listings_.fact_bytes() + meanings_.size() + norms_.bytes() +
           keys_.bytes() + starts_.size() * sizeof(starts_[0]) +
           sizes_less_one_.size() * sizeof(SlotIndex) + bytes_.size();
}

std::vector<TermDelta> Segment::sums(const std::vector<LengthClass>& length_classes) const {
    const auto& impact = impacts();
    std::vector<TermDelta> out;
    out.reserve(term_count());
    for (std::size_t term = 0; term < term_count(); ++term) {
        TermSums sums;
        postings(term).for_each([&](SlotIndex slot, TermCount count) {
            const std::int64_t value = impact[length_classes[slot]][count.total()];
            if (value > 0) sums += {1, value, value * value};
        });
        if (sums != TermSums{}) out.push_back({key(term), sums});
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

    std::shared_ptr<const Segment> run() {
        place_documents();
        std::vector<Cursor> heap;
        for (std::size_t p = 0; p < parts_.size(); ++p)
            if (parts_[p].segment->term_count() > 0) heap.push_back(cursor_at(p, 0));
        std::make_heap(heap.begin(), heap.end(), later);
        std::vector<Posting> list;
        while (!heap.empty()) {
            const auto key = heap.front().key;
            list.clear();
            while (!heap.empty() && heap.front().key == key) {
                std::pop_heap(heap.begin(), heap.end(), later);
                const auto at = heap.back();
                heap.pop_back();
                const auto& from = *parts_[at.part].segment;
                gather(from.postings(at.term), new_slots_[at.part], list);
                if (at.term + 1 < from.term_count()) {
                    heap.push_back(cursor_at(at.part, at.term + 1));
                    std::push_heap(heap.begin(), heap.end(), later);
                }
            }
            if (list.empty()) continue;
            std::sort(list.begin(), list.end(), [](const Posting& a, const Posting& b) {
                return a.slot < b.slot;
            });
            out_->add_list(key, list);
        }
        out_->finish();
        return out_;
    }

private:
    struct Cursor {
        std::uint64_t order; // of the key in a KeyTable
        TermKey key;
        std::size_t part, term;
    };
    Cursor cursor_at(std::size_t part, std::size_t term) const {
        const auto key = parts_[part].segment->key(term);
        return {mixed(key), key, part, term};
    }
    static bool later(const Cursor& a, const Cursor& b) {
        return a.order != b.order ? a.order > b.order : a.part > b.part;
    }

    void place_documents() {
        struct Place {
            const Segment* from;
            std::size_t part, slot;
        };
        std::vector<Place> places;
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
            const auto row = from->dimensions_ / 2;
            out_->meanings_.append({from->meanings_.data() + slot * row, row});
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

std::shared_ptr<const Segment> Segment::merge(std::span<const Part> parts) {
    return SegmentMerge(parts).run();
}

} // namespace jishi::matching
