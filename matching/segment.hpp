// An immutable part of the index: up to 65 536 listings in the order of their ids, so that a
// posting names one in two bytes.
#pragma once

#include "matching/facts.hpp"
#include "matching/model.hpp"
#include "matching/statistics.hpp"
#include "matching/terms.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace jishi::matching {

inline constexpr std::size_t segment_listings_max = 65'536;
using SlotIndex = std::uint16_t;

struct Postings {
    std::span<const SlotIndex> slots; // in no order that matters
    std::span<const TermCount> counts;
};

class Segment {
public:
    using DocumentPtr = std::shared_ptr<const Document>;

    // REQUIRES: 1..segment_listings_max documents, ascending ids. `model` may be null.
    Segment(std::vector<DocumentPtr> documents, const Model* model);

    std::size_t size() const { return documents_.size(); }
    const Document& document(std::size_t slot) const { return *documents_[slot]; }
    const DocumentPtr& shared_document(std::size_t slot) const { return documents_[slot]; }
    std::span<const DocumentPtr> documents() const { return documents_; }
    // The slot that holds the id, or size().
    std::size_t slot_of(const market::ListingId& id) const;

    const std::vector<LengthClass>& length_classes() const { return length_classes_; }
    const Facts& facts(std::size_t slot) const { return facts_[slot]; }
    std::uint32_t length(std::size_t slot) const { return lengths_[slot]; }
    std::span<const std::int8_t> meaning(std::size_t slot) const {
        return std::span(meanings_).subspan(slot * dimensions_, dimensions_);
    }

    std::size_t term_count() const { return keys_.size(); }
    TermKey key(std::size_t term) const { return keys_[term]; }
    Postings postings(std::size_t term) const;
    // Index of the first term >= key, looked for from `from` on; term_count() if none.
    std::size_t seek(TermKey key, std::size_t from) const;
    std::vector<TermDelta> sums() const;

    // A part to be merged: class 0 in `length_classes` marks the listings that are gone.
    struct Part {
        std::shared_ptr<const Segment> segment;
        std::shared_ptr<const std::vector<LengthClass>> length_classes;
    };
    // One segment of what is left of the parts. REQUIRES: it fits; at least one listing is left; all
    // know the same model.
    static std::shared_ptr<const Segment> merge(std::span<const Part> parts);

    // The same listings with their meanings in another model, or none.
    std::shared_ptr<const Segment> relearned(const Model* model) const;

private:
    friend class SegmentMerge;
    Segment() = default;
    void add_posting(TermKey key, SlotIndex slot, TermCount count); // keys must not descend
    void add_meaning(std::span<const std::int8_t> meaning);

    std::vector<DocumentPtr> documents_;
    std::vector<LengthClass> length_classes_;
    std::vector<std::uint32_t> lengths_;
    std::vector<Facts> facts_;
    std::size_t dimensions_ = 0;
    std::vector<std::int8_t> meanings_; // a row a listing
    std::vector<TermKey> keys_; // ascending
    std::vector<std::uint32_t>
        ends_; // the postings of keys_[i] end here and start where those of i - 1 end
    std::vector<SlotIndex> slots_;
    std::vector<TermCount> counts_;
};

// Calls visit(index into `terms`, postings) for every term that stands in the segment. REQUIRES:
// ascending keys.
template<class Terms, class KeyOf, class Visit>
void for_each_held(const Segment& segment, const Terms& terms, KeyOf key_of, Visit visit) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < terms.size(); ++i) {
        at = segment.seek(key_of(terms[i]), at);
        if (at == segment.term_count()) break;
        if (segment.key(at) == key_of(terms[i])) visit(i, segment.postings(at));
    }
}

} // namespace jishi::matching
