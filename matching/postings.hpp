// Which listings of a segment hold a term, and how often, in few bytes.
#pragma once

#include "matching/slot_set.hpp"
#include "matching/terms.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace jishi::matching {

struct Posting {
    SlotIndex slot;
    TermCount count;
};

// Appends the list. REQUIRES: at least one posting, ascending slots.
void encode(std::span<const Posting> postings, std::vector<std::uint8_t>& bytes);

// How many bytes the list takes that was encoded at the front of `bytes`, of listings below
// `slots`; nothing if there is none. Trusts nothing but that behind the bytes more can be read.
std::optional<std::size_t> encoded_size(std::span<const std::uint8_t> bytes, std::size_t slots);

// Those of the sought slots that hold a term.
struct Holders {
    std::vector<std::uint32_t> numbers;      // among the sought
    std::vector<TermCount> counts;           // and for each of these how often it holds the term
    std::vector<std::uint32_t> left, places; // to work with
};

// Some listings of a segment: a row of one bit each, or named.
struct Layer {
    const std::uint8_t* row = nullptr; // of SlotSet::dense_bytes, or null
    bool stays = true;                 // what is told of another layer leaves the row as it is
    std::span<const SlotIndex> slots{};
};

class PostingList;

// The listings of one level of a list after the other.
class Layers {
public:
    explicit Layers(const PostingList& list);
    Layers(const Layers&) = delete; // a layer stands in it
    Layers& operator=(const Layers&) = delete;
    const Layer& get();

private:
    friend class PostingList;
    // What is set of those of the layer; not before somebody asks for it.
    void keep(const RankedBits& bits);

    std::array<SlotIndex, SlotSet::room> slots_;
    std::array<std::uint8_t, SlotSet::dense_bytes> row_;
    Layer layer_;
    std::optional<RankedBits> kept_;
};

// A view of an encoded list: the listings that hold the term; then a bit for each of them, set
// where its count is not that of most of them; then a bit for each of those, set where its count is
// not that of most of these; and so on.
class PostingList {
public:
    // REQUIRES: `at` is where a list was encoded, and behind it more can be read.
    explicit PostingList(const std::uint8_t* at);
    explicit PostingList(Posting single) : listings_(single.slot), usual_(single.count) {}

    std::uint32_t size() const { return listings_.size(); }
    const SlotSet& listings() const { return listings_; }

    // Which of the sought slots are in the list. `out` is written anew.
    void find(const SoughtSlots& sought, Holders& out) const;

    // visit(layers, count): in layers.get() all listings, and the count of most of them; then those
    // of them whose count is another, and the count of most of these; and so on.
    template<class Visit>
    void for_each_layer(Visit visit) const {
        Layers layers(*this);
        visit(layers, usual_);
        for_each_level([&](const RankedBits& bits, TermCount count) {
            layers.keep(bits);
            visit(layers, count);
            return true;
        });
    }

    // visit(slot, count), ascending slots.
    template<class Visit>
    void for_each(Visit visit) const {
        if (levels_ == nullptr)
            return listings_.for_each([&](SlotIndex slot) { visit(slot, usual_); });
        CountReader counts(*this);
        listings_.for_each([&](SlotIndex slot) { visit(slot, counts.next()); });
    }

    // Memory is far: the list will be read soon; the same for whoever asks about these.
    void prefetch() const { listings_.prefetch(); }
    void prefetch(std::span<const SlotIndex> wanted) const { listings_.prefetch(wanted); }

private:
    friend class Layers;
    friend std::optional<std::size_t>
    encoded_size(std::span<const std::uint8_t> bytes, std::size_t slots);
    friend void encode(std::span<const Posting> postings, std::vector<std::uint8_t>& bytes);

    static TermCount low(std::uint8_t byte) {
        return {static_cast<std::uint8_t>(byte & count_mask)};
    }
    // visit(bits, count): of those of the last level which have not its count, and the count of
    // most of these; until it returns false.
    template<class Visit>
    void for_each_level(Visit visit) const {
        if (levels_ == nullptr) return;
        auto size = listings_.size();
        const auto* at = listings_.end();
        for (const auto* level = levels_;; ++level) {
            const RankedBits bits(at, size);
            if (!visit(bits, low(*level)) || (*level & has_more) == 0) return;
            size = bits.total(), at = bits.end();
        }
    }
    // The counts in the order of the places.
    class CountReader {
    public:
        explicit CountReader(const PostingList& list);
        TermCount next() {
            std::size_t level = 0;
            while (level < levels_ && bits_[level].has(at_[level]++))
                ++level;
            return counts_[level];
        }

    private:
        std::size_t levels_ = 0;
        std::array<RankedBits, TermCount::packed_count> bits_;
        std::array<std::uint32_t, TermCount::packed_count> at_{};
        std::array<TermCount, TermCount::packed_count + 1> counts_;
    };
    static constexpr std::uint8_t count_mask = 0x0F, has_more = 0x80; // of a label's mark, a level

    SlotSet listings_;
    TermCount usual_;
    const std::uint8_t* levels_ = nullptr; // the count of most in each, or null
};

} // namespace jishi::matching
