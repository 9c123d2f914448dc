// All live listings of one kind: immutable segments, what is gone of them, and the sums over what
// is left. A change makes a new collection that shares nearly everything with the old one.
#pragma once

#include "matching/engine.hpp"
#include "matching/segment.hpp"
#include "matching/statistics.hpp"

#include <map>
#include <memory>
#include <span>
#include <vector>

namespace jishi::matching {

class Collection {
public:
    // A segment and its length classes, where class 0 marks the listings that are gone.
    struct View {
        std::shared_ptr<const Segment> segment;
        std::shared_ptr<const std::vector<LengthClass>> length_classes;
        std::size_t live = 0;
    };

    explicit Collection(std::shared_ptr<const Model> model = nullptr) : model_(std::move(model)) {}

    // What each id is to become: a document, or null for gone. Ids that stay as they are are left
    // out.
    using Plan = std::map<market::ListingId, const Document*>;
    // REQUIRES: all changes concern this kind. Later changes to one id win over earlier ones.
    Plan plan(std::span<const Change* const> changes) const;
    // REQUIRES: the plan is of this collection.
    std::shared_ptr<const Collection> with(const Plan& plan) const;

    // The same listings as another model sees them; null for none.
    std::shared_ptr<const Collection> relearned(std::shared_ptr<const Model> model) const;

    const std::shared_ptr<const Model>& model() const { return model_; }
    std::size_t size() const { return size_; }
    double mean_length() const;
    // Empty where a model knows what terms are worth.
    const TermStatistics& statistics() const { return statistics_; }
    std::span<const View> views() const { return views_; }

    struct Place {
        std::size_t view, slot;
    };
    std::optional<Place> place_of(const market::ListingId& id) const;
    std::shared_ptr<const Document> find(const market::ListingId& id) const;

private:
    friend class CollectionWriter;
    friend class SnapshotParts;
    bool counts_terms() const { return model_ == nullptr; }

    std::shared_ptr<const Model> model_;
    std::vector<View> views_;
    TermStatistics statistics_;
    std::size_t size_ = 0;
    std::uint64_t length_ = 0; // tokens in all
};

} // namespace jishi::matching
