// An immutable part of the index: up to 65 536 listings in the order of their ids, so that a
// posting names one in two bytes or less.
#pragma once

#include "matching/arrays.hpp"
#include "matching/facts.hpp"
#include "matching/listing_store.hpp"
#include "matching/model.hpp"
#include "matching/postings.hpp"
#include "matching/statistics.hpp"
#include "matching/term_table.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace jishi::matching {

class Segment {
public:
    // REQUIRES: 1..segment_listings_max documents, ascending ids. `model` may be null. Throws
    // std::length_error where their lists would take 2 GB.
    Segment(std::span<const Document* const> documents, const Model* model);

    std::size_t size() const { return listings_.size(); }
    const ListingStore& listings() const { return listings_; }

    const std::vector<LengthClass>& length_classes() const { return length_classes_; }
    std::uint32_t length(std::size_t slot) const { return lengths_[slot]; } // in tokens, to 65 535
    MeaningView meaning(std::size_t slot) const {
        const auto bytes = meaning_bytes(dimensions_);
        return {meanings_.data() + slot * bytes, bytes};
    }
    // One behind the other.
    MeaningView meanings() const { return {meanings_.begin(), meanings_.end()}; }
    // Memory is far: meaning() will be asked for soon.
    void prefetch_meaning(std::size_t slot) const { prefetch_lines(meaning(slot)); }
    // REQUIRES: needs, and a model.
    const NormColumns& norms() const { return norms_; }

    // The list of a term, if any listing holds it.
    std::optional<PostingList> find(TermKey key) const;
    // The same of many terms: faster than one by one.
    std::vector<std::optional<PostingList>> find_all(std::span<const TermKey> keys) const;
    std::size_t term_count() const { return terms_.size(); }
    std::vector<TermKey> keys() const; // of all terms
    PostingList postings(std::size_t term) const { return list_at(terms_.value(term)); }

    // Over the listings that are not gone.
    std::vector<TermDelta> sums(const std::vector<LengthClass>& length_classes) const;

    // A part to be merged: class 0 in `length_classes` marks the listings that are gone.
    struct Part {
        std::shared_ptr<const Segment> segment;
        std::shared_ptr<const std::vector<LengthClass>> length_classes;
    };
    // One segment of what is left of the parts. REQUIRES: it fits; at least one listing is left;
    // all know the same model. About so many postings are worth a thread.
    static std::shared_ptr<const Segment>
    merge(std::span<const Part> parts, std::size_t merged_at_once = 1 << 20);

    // The same listings with their meanings in another model, or none.
    std::shared_ptr<const Segment> relearned(const Model* model) const;

    // Without the listings themselves.
    std::size_t bytes() const;

private:
    friend class SegmentBuild;
    friend class SegmentMerge;
    friend class SnapshotParts;
    Segment() = default;
    // Lists in the order of their terms, made apart so that cores can share the work.
    struct Lists {
        std::vector<TermOrder> orders;
        std::vector<std::uint32_t> starts;
        std::vector<std::uint8_t> bytes;
        void add(TermOrder order, std::span<const Posting> postings);
    };
    static constexpr std::uint32_t is_single = 1U << 31; // of a start: slot and count stand there
    void take(std::vector<Lists> parts);                 // one behind the other
    void finish();
    // What is found in a listing's texts, which takes long and needs nothing else.
    struct Read {
        std::uint32_t length = 0; // in tokens
        Meaning meaning;
        NeedNorm norm; // of a need
    };
    static Read read(const DocumentTerms& terms, market::ListingKind kind, const Model* model);
    void learn(const Read& read); // of the next listing

    ListingStore listings_;
    std::vector<LengthClass> length_classes_;
    std::vector<std::uint16_t> lengths_;
    std::size_t dimensions_ = 0;
    Array<std::uint8_t> meanings_; // one a listing
    NormColumns norms_;            // empty for achievements

    PostingList list_at(std::uint32_t start) const;
    TermTable terms_; // where each list starts in bytes_, or a single posting itself
    Array<std::uint8_t> bytes_;
    std::shared_ptr<const void> memory_, learned_memory_; // where lent arrays stand
};

} // namespace jishi::matching
