#include "matching/collection.hpp"

#include <algorithm>

namespace jishi::matching {

// Log-structured: segments of like size are merged four at a time, so a listing is copied once for
// each factor of four the market has grown since, and one new listing costs a segment of one.
class CollectionWriter {
public:
    explicit CollectionWriter(const Collection& base) : next_(std::make_shared<Collection>(base)) {}

    std::shared_ptr<const Collection> apply(const Collection::Plan& plan) {
        std::vector<const Document*> added;
        for (const auto& [id, document] : plan) {
            remove(id);
            if (document != nullptr) added.push_back(document);
        }
        publish_removals();
        for (std::size_t i = 0; i < added.size(); i += segment_built_max)
            add(std::span(added).subspan(i, std::min(segment_built_max, added.size() - i)));
        next_->statistics_ = next_->statistics_.plus(std::move(deltas_));
        return next_;
    }

private:
    static constexpr std::size_t segment_built_max =
        16'384; // a batch is sorted in pieces of this size, then merged
    static constexpr std::size_t merge_count = 4;

    void remove(const market::ListingId& id) {
        const auto place = next_->place_of(id);
        if (!place) return;
        const auto& view = next_->views_[place->view];
        if (next_->counts_terms()) {
            const auto& impact = impacts()[(*view.length_classes)[place->slot]];
            for (const auto& term :
                 terms_of(view.segment->listings().document(place->slot)).terms) {
                const std::int64_t value = impact[term.count.total()];
                deltas_.push_back({term.key, -TermSums{1, value, value * value}});
            }
        }
        --next_->size_;
        next_->length_ -= view.segment->length(place->slot);
        removed_[place->view].push_back(place->slot);
    }

    void publish_removals() {
        for (const auto& [v, slots] : removed_) {
            auto& view = next_->views_[v];
            auto classes = std::make_shared<std::vector<LengthClass>>(*view.length_classes);
            for (const auto slot : slots)
                (*classes)[slot] = 0;
            view.length_classes = std::move(classes);
            view.live -= slots.size();
        }
        std::erase_if(next_->views_, [](const Collection::View& view) { return view.live == 0; });
        for (auto& view : next_->views_)
            if (2 * view.live < view.segment->size()) view = merged(std::span(&view, 1));
    }

    void add(std::span<const Document* const> documents) {
        const auto segment = std::make_shared<const Segment>(documents, next_->model_.get());
        if (next_->counts_terms()) count_terms(*segment);
        next_->size_ += segment->size();
        for (std::size_t slot = 0; slot < segment->size(); ++slot)
            next_->length_ += segment->length(slot);
        next_->views_.push_back(view_of(segment));
        while (merge_one_level()) {
        }
    }

    void count_terms(const Segment& segment) {
        const auto sums = segment.sums(segment.length_classes());
        deltas_.insert(deltas_.end(), sums.begin(), sums.end());
        if (deltas_.size() > deltas_kept_max) {
            next_->statistics_ = next_->statistics_.plus(std::move(deltas_));
            deltas_.clear();
        }
    }

public:
    static Collection::View view_of(const std::shared_ptr<const Segment>& segment) {
        // The classes live as long as the segment: no copy until a listing goes.
        return {segment, {segment, &segment->length_classes()}, segment->size()};
    }

private:
    static Collection::View merged(std::span<const Collection::View> views) {
        std::vector<Segment::Part> parts;
        for (const auto& view : views)
            parts.push_back({view.segment, view.length_classes});
        return view_of(Segment::merge(parts));
    }

    static int level_of(const Collection::View& view) {
        int level = 0;
        for (auto size = view.live; size >= merge_count; size /= merge_count)
            ++level;
        return level;
    }

    // Merges the segments of the first level that has enough of them. False when there is none.
    bool merge_one_level() {
        auto& views = next_->views_;
        std::stable_sort(views.begin(), views.end(), [](const auto& a, const auto& b) {
            return a.live < b.live;
        });
        for (std::size_t first = 0; first < views.size();) {
            std::size_t end = first, total = 0;
            while (end < views.size() && level_of(views[end]) == level_of(views[first]) &&
                   total + views[end].live <= segment_listings_max)
                total += views[end++].live;
            const bool full = end < views.size() && level_of(views[end]) == level_of(views[first]);
            if (end - first >= merge_count || (full && end - first >= 2)) {
                auto whole = merged(std::span(views).subspan(first, end - first));
                views.erase(
                    views.begin() + static_cast<std::ptrdiff_t>(first),
                    views.begin() + static_cast<std::ptrdiff_t>(end)
                );
                views.push_back(std::move(whole));
                return true;
            }
            first = std::max(end, first + 1);
        }
        return false;
    }

    static constexpr std::size_t deltas_kept_max = 4'000'000;

    std::shared_ptr<Collection> next_;
    std::map<std::size_t, std::vector<std::size_t>> removed_; // view -> slots
    std::vector<TermDelta> deltas_;
};

Collection::Plan Collection::plan(std::span<const Change* const> changes) const {
    Plan out;
    for (const auto* change : changes) {
        if (const auto* id = std::get_if<market::ListingId>(change)) {
            if (place_of(*id))
                out[*id] = nullptr;
            else
                out.erase(*id);
            continue;
        }
        const auto& document = std::get<Document>(*change);
        const auto planned = out.find(document.id);
        const auto known = planned == out.end() ? find(document.id) : nullptr;
        const auto* present = planned == out.end() ? known.get() : planned->second;
        if (present == nullptr || present->revision <= document.revision)
            out[document.id] = &document;
    }
    return out;
}

std::shared_ptr<const Collection> Collection::with(const Plan& plan) const {
    return CollectionWriter(*this).apply(plan);
}

std::shared_ptr<const Collection> Collection::relearned(std::shared_ptr<const Model> model) const {
    auto next = std::make_shared<Collection>(*this);
    next->model_ = std::move(model);
    for (auto& view : next->views_) {
        const bool stand_in_it = view.length_classes.get() == &view.segment->length_classes();
        view.segment = view.segment->relearned(next->model_.get());
        if (stand_in_it) view.length_classes = {view.segment, &view.segment->length_classes()};
    }
    next->statistics_ = {};
    if (next->counts_terms())
        for (const auto& view : next->views_)
            next->statistics_ = next->statistics_.plus(view.segment->sums(*view.length_classes));
    return next;
}

double Collection::mean_length() const {
    return size_ == 0 ? 0 : static_cast<double>(length_) / static_cast<double>(size_);
}

std::optional<Collection::Place> Collection::place_of(const market::ListingId& id) const {
    for (std::size_t view = 0; view < views_.size(); ++view) {
        const auto slot = views_[view].segment->listings().slot_of(id);
        if (slot < views_[view].segment->size() && (*views_[view].length_classes)[slot] != 0)
            return Place{view, slot};
    }
    return {};
}

std::shared_ptr<const Document> Collection::find(const market::ListingId& id) const {
    const auto place = place_of(id);
    if (!place) return nullptr;
    return std::make_shared<const Document>(
        views_[place->view].segment->listings().document(place->slot)
    );
}

} // namespace jishi::matching
