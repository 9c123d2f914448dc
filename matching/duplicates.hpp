// Listings grouped by result. The groups depend on the listings alone, not on how they came: taken
// by publication, then by id, each listing joins the first one standing for a group that it is the
// same result as, or stands for a group of its own. So whatever is hidden behind a listing was
// compared with that listing, and no chain of small edits can hide something else.
#pragma once

#include "matching/arrays.hpp"
#include "matching/sketch.hpp"
#include "matching/twins.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <vector>

namespace jishi::matching {

// Some 140 bytes a listing; the texts stay with whoever gives them. Not thread-safe.
class DuplicateIndex {
public:
    // A listing's text as it is now, perhaps ahead of what was added; null when it is about to be
    // removed. Asked from several threads.
    using Find = std::function<std::shared_ptr<const Document>(const market::ListingId&)>;
    explicit DuplicateIndex(Find find) : find_(std::move(find)) {}

    // In place of what was known under the id. A listing whose owner does not show is left out.
    void add(const Document& document);
    void remove(const market::ListingId& id);
    // Whichever of the two each text calls for, as it is given now. Many at once: texts are read on
    // all cores.
    void refresh(std::span<const market::ListingId> ids);

    // All that are the same result as this document, which need not be among them, without itself;
    // as they were published.
    std::vector<market::ListingId> twins_of(const Document& document) const;

    // The groups as they are now.
    std::shared_ptr<const Twins> groups();

    // What it knows, in arrays: for a snapshot file.
    struct Kept {
        Array<market::ListingKind> kinds;
        Array<market::IdBytes> ids;
        Array<Sketch> sketches;
        Array<std::int64_t> published_at_us;
        Array<std::uint32_t> leaders; // places in these arrays
    };
    Kept kept() const; // in no order that matters
    // By kind and id. Takes a while, and is what restore() asks for.
    static Kept ordered(const Kept& kept);
    // False: nothing that ordered() makes. REQUIRES: nothing was added yet.
    bool restore(const Kept& kept);

    std::size_t size() const { return table_.size(); }
    std::size_t bytes() const; // allocated, roughly, without the groups

private:
    using Slot = SketchTable::Slot;
    static constexpr Slot nobody = ~Slot{0};
    struct Before {
        const DuplicateIndex& index;
        bool operator()(Slot a, Slot b) const { return index.before(a, b); }
    };
    using Queue = std::set<Slot, Before>;

    struct Read {
        std::int64_t published_at_us;
        Sketch sketch;
    };
    static std::optional<Read> read(const Document& document); // nothing: it is to be left out
    void add(const market::ListingId& id, const Read& read);

    bool before(Slot a, Slot b) const;
    bool stands(Slot slot) const { return leader_[slot] == slot; }
    bool is_known_as(Slot slot, const Document& document) const;
    Slot leader_for(Slot slot, std::vector<Slot> candidates) const;
    void leave(Slot slot);
    void join(Slot slot, Slot leader);
    void dismiss(Slot leader, Queue& waiting);
    void settle(Queue waiting);

    Find find_;
    SketchTable table_;
    std::deque<std::int64_t> published_at_us_; // by slot, as the next
    std::deque<Slot> leader_;                  // who stands for it; itself, or nobody yet
    std::map<Slot, std::vector<Slot>> hidden_; // behind each that stands for others

    std::set<Slot> groups_changed_; // since groups() was asked; leaders
    std::set<market::ListingId> moved_;
    std::shared_ptr<const Twins> groups_ = std::make_shared<const Twins>();
};

} // namespace jishi::matching
