#include "matching/segment.hpp"

#include <algorithm>
#include <cassert>

namespace jishi::matching {

namespace {

struct Entry {
    TermKey key;
    SlotIndex slot;
    TermCount count;
};

constexpr std::uint32_t gone = UINT32_MAX;

} // namespace

Segment::Segment(std::vector<DocumentPtr> documents, const Model* model)
    : documents_(std::move(documents)), dimensions_(model != nullptr ? model->dimensions() : 0) {
    assert(!documents_.empty() && documents_.size() <= segment_listings_max);
    std::vector<Entry> entries;
    for (std::size_t slot = 0; slot < documents_.size(); ++slot) {
        assert(slot == 0 || documents_[slot - 1]->id < documents_[slot]->id);
        facts_.push_back(facts_of(*documents_[slot]));
        const auto found = terms_of(*documents_[slot]);
        lengths_.push_back(found.length);
        length_classes_.push_back(length_class_of(found.length));
        if (dimensions_ > 0) add_meaning(model->meaning_of(found));
        for (const auto& term : found.terms)
            entries.push_back({term.key, static_cast<SlotIndex>(slot), term.count});
    }
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
        return a.key != b.key ? a.key < b.key : a.slot < b.slot;
    });
    slots_.reserve(entries.size());
    counts_.reserve(entries.size());
    for (const auto& entry : entries)
        add_posting(entry.key, entry.slot, entry.count);
}

void Segment::add_posting(TermKey key, SlotIndex slot, TermCount count) {
    if (keys_.empty() || keys_.back() != key) {
        keys_.push_back(key);
        ends_.push_back(0);
    }
    slots_.push_back(slot);
    counts_.push_back(count);
    ends_.back() = static_cast<std::uint32_t>(slots_.size());
}

void Segment::add_meaning(std::span<const std::int8_t> meaning) {
    meanings_.insert(meanings_.end(), meaning.begin(), meaning.end());
}

std::shared_ptr<const Segment> Segment::relearned(const Model* model) const {
    auto out = std::make_shared<Segment>(*this);
    out->dimensions_ = model != nullptr ? model->dimensions() : 0;
    out->meanings_.clear();
    out->meanings_.reserve(size() * out->dimensions_);
    if (out->dimensions_ > 0)
        for (const auto& document : documents_)
            out->add_meaning(model->meaning_of(terms_of(*document)));
    return out;
}

std::size_t Segment::slot_of(const market::ListingId& id) const {
    const auto at = std::lower_bound(
        documents_.begin(),
        documents_.end(),
        id,
        [](const DocumentPtr& document, const market::ListingId& wanted) {
            return document->id < wanted;
        }
    );
    return at != documents_.end() && (*at)->id == id
               ? static_cast<std::size_t>(at - documents_.begin())
               : size();
}

Postings Segment::postings(std::size_t term) const {
    const std::size_t begin = term == 0 ? 0 : ends_[term - 1], count = ends_[term] - begin;
    return {std::span(slots_).subspan(begin, count), std::span(counts_).subspan(begin, count)};
}

std::size_t Segment::seek(TermKey key, std::size_t from) const {
    const auto first = keys_.begin() + static_cast<std::ptrdiff_t>(from);
    return static_cast<std::size_t>(std::lower_bound(first, keys_.end(), key) - keys_.begin());
}

std::vector<TermDelta> Segment::sums() const {
    const auto& impact = impacts();
    std::vector<TermDelta> out;
    out.reserve(keys_.size());
    for (std::size_t term = 0; term < keys_.size(); ++term) {
        TermSums sums;
        const auto [slots, counts] = postings(term);
        for (std::size_t i = 0; i < slots.size(); ++i) {
            const std::int64_t value = impact[length_classes_[slots[i]]][counts[i].total()];
            sums += {1, value, value * value};
        }
        out.push_back({keys_[term], sums});
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
            if (parts_[p].segment->term_count() > 0)
                heap.push_back({parts_[p].segment->key(0), p, 0});
        std::make_heap(heap.begin(), heap.end(), later);
        while (!heap.empty()) {
            std::pop_heap(heap.begin(), heap.end(), later);
            auto& at = heap.back();
            const auto& from = *parts_[at.part].segment;
            append(at.key, from.postings(at.term), new_slots_[at.part]);
            if (++at.term < from.term_count()) {
                at.key = from.key(at.term);
                std::push_heap(heap.begin(), heap.end(), later);
            } else {
                heap.pop_back();
            }
        }
        out_->slots_.shrink_to_fit();
        out_->counts_.shrink_to_fit();
        return out_;
    }

private:
    struct Cursor {
        TermKey key;
        std::size_t part, term;
    };
    static bool later(const Cursor& a, const Cursor& b) {
        return a.key != b.key ? a.key > b.key : a.part > b.part;
    }

    void place_documents() {
        struct Place {
            const Segment* from;
            std::size_t part, slot;
        };
        std::vector<Place> places;
        std::size_t postings = 0;
        for (std::size_t p = 0; p < parts_.size(); ++p) {
            const auto& segment = *parts_[p].segment;
            postings += segment.slots_.size();
            for (std::size_t slot = 0; slot < segment.size(); ++slot)
                if ((*parts_[p].length_classes)[slot] != 0) places.push_back({&segment, p, slot});
        }
        assert(!places.empty() && places.size() <= segment_listings_max);
        std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
            return a.from->document(a.slot).id < b.from->document(b.slot).id;
        });
        out_->slots_.reserve(postings);
        out_->counts_.reserve(postings);
        for (const auto& [from, part, slot] : places) {
            new_slots_[part][slot] = static_cast<std::uint32_t>(out_->documents_.size());
            out_->documents_.push_back(from->documents_[slot]);
            out_->facts_.push_back(from->facts_[slot]);
            out_->lengths_.push_back(from->lengths_[slot]);
            out_->dimensions_ = from->dimensions_;
            out_->add_meaning(from->meaning(slot));
            out_->length_classes_.push_back(from->length_classes_[slot]);
        }
    }

    void append(TermKey key, Postings from, const std::vector<std::uint32_t>& new_slots) {
        for (std::size_t i = 0; i < from.slots.size(); ++i) {
            const auto slot = new_slots[from.slots[i]];
            if (slot != gone) out_->add_posting(key, static_cast<SlotIndex>(slot), from.counts[i]);
        }
    }

    std::span<const Segment::Part> parts_;
    std::shared_ptr<Segment> out_;
    std::vector<std::vector<std::uint32_t>> new_slots_; // of each part
};

std::shared_ptr<const Segment> Segment::merge(std::span<const Part> parts) {
    return SegmentMerge(parts).run();
}

} // namespace jishi::matching
