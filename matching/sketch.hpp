// Few bytes that stand for a listing's text, and a table of them that finds the listings worth
// comparing. Whether two sketches meet depends on these two alone, never on what else is in the
// table.
#pragma once

#include "matching/likeness.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace jishi::matching {

// MinHash: texts that share the share J of their shingles have each row equal with probability J.
// Equal titles meet by the title. Other titles need J >= .85 to be the same: of six bands of four
// rows one is equal with probability .99, while of texts that share a tenth, as the set phrases of
// patents do, one pair in 1 700 meets.
struct Sketch {
    static constexpr std::size_t bands = 6, rows_of_band = 4;

    std::uint32_t title = 0;                                // 0: none
    std::uint32_t title_keys = 0;                           // a bit for each, by its hash
    std::array<std::uint16_t, bands * rows_of_band> rows{}; // all ones: no text

    bool has_text() const;
    std::uint64_t band(std::size_t number) const;
};
Sketch sketch_of(const Likeness& likeness);

// Whether it is worth comparing the texts: equal titles, or an equal band and one title that may
// hold all of the other, and rows enough for texts that might be the same. So a text that thousands
// have under titles of their own (how to get in touch with the school) makes no candidates. Misses
// one in seventy at the lowest resemblance that counts, .4, and one in a thousand at .5.
bool may_be_same(const Sketch& a, const Sketch& b);

// Not thread-safe.
class SketchTable {
public:
    using Slot = std::uint32_t; // small; used again after a removal

    // REQUIRES: the id is not in the table.
    Slot add(const market::ListingId& id, const Sketch& sketch);
    void remove(Slot slot);
    std::optional<Slot> slot_of(const market::ListingId& id) const;
    const market::ListingId& id_of(Slot slot) const { return entries_[slot].id; }
    const Sketch& sketch_at(Slot slot) const { return entries_[slot].sketch; }
    void reserve(std::size_t listings); // room in the chains. REQUIRES: the table is empty
    // Before what is asked of a listing, or add(): where its chains begin, and then their first
    // links.
    void prefetch_heads(const market::ListingId& id, const Sketch& sketch) const;
    void prefetch_links(const market::ListingId& id, const Sketch& sketch) const;

    // The listings of a kind that may be the same as this one; ascending.
    std::vector<Slot> candidates(market::ListingKind kind, const Sketch& sketch) const;
    std::vector<Slot> candidates(Slot slot) const; // without itself

    std::size_t size() const { return entries_.size() - free_.size(); }
    std::size_t bytes() const; // allocated, roughly

private:
    // Every entry is a link in several chains: that of its id, of its title, of each band. A node
    // is an entry's place in one of them: slot * links + link + 1, and 0 ends a chain.
    enum Link : std::size_t { by_id, by_title, by_band, links = by_band + Sketch::bands };
    using Node = std::uint32_t;
    struct Entry {
        Sketch sketch;
        market::ListingId id;
        std::array<Node, links> next{};
    };
    // Grow without a copy, and not in crumbs.
    class Entries {
    public:
        std::size_t size() const { return size_; }
        Entry& operator[](Slot slot) { return blocks_[slot / block_size][slot % block_size]; }
        const Entry& operator[](Slot slot) const {
            return blocks_[slot / block_size][slot % block_size];
        }
        void add_one() {
            if (size_++ % block_size == 0) blocks_.push_back(std::make_unique<Entry[]>(block_size));
        }

    private:
        static constexpr std::size_t block_size = 512;
        std::vector<std::unique_ptr<Entry[]>> blocks_;
        std::size_t size_ = 0;
    };

    template<class Visit>
    void for_each_key(const market::ListingId& id, const Sketch& sketch, Visit visit) const;
    std::size_t head_of(std::uint64_t hash) const { return hash & (heads_.size() - 1); }
    static Slot slot_at(Node node) { return static_cast<Slot>((node - 1) / links); }
    static std::size_t link_at(Node node) { return (node - 1) % links; }
    void prefetch_entry(Node node) const;
    void link(Slot slot);
    void grow();

    static constexpr std::size_t chain_mean_max = 2;
    Entries entries_;
    std::vector<Node> heads_ = std::vector<Node>(64);
    std::vector<Slot> free_;
    std::size_t nodes_ = 0;
};

} // namespace jishi::matching
