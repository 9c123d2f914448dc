#include "matching/sketch.hpp"

// Compiled once for each width of vectors; which of them runs is chosen where it runs.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "matching/sketch.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace jishi::matching::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// Of each factor the least product with one of the values, modulo 2^64. REQUIRES: `count` is a
// multiple of 8.
void least_products(
    const std::uint64_t* factors,
    std::size_t count,
    std::span<const std::uint64_t> values,
    std::uint64_t* out
) {
    const hn::CappedTag<std::uint64_t, 8> numbers;
    for (std::size_t i = 0; i < count; i += hn::Lanes(numbers)) {
        const auto some = hn::LoadU(numbers, factors + i);
        auto least = hn::Set(numbers, ~std::uint64_t{0});
        for (const auto value : values)
            least = hn::Min(least, hn::Mul(some, hn::Set(numbers, value)));
        hn::StoreU(least, numbers, out + i);
    }
}

} // namespace jishi::matching::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "matching/key_table.hpp"
#include "matching/prefetch.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>
#include <utility>

namespace jishi::matching {

HWY_EXPORT(least_products);

namespace {

constexpr std::size_t rows_equal_min = 5;
constexpr std::uint16_t no_text = 0xFFFF;

constexpr auto multipliers = [] {
    std::array<std::uint64_t, std::tuple_size_v<decltype(Sketch::rows)>> out{};
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = mixed(i + 1) | 1; // fixed: a sketch is the same in every process
    return out;
}();

std::uint64_t hash_of(const market::ListingId& id) {
    std::uint64_t words[2];
    std::memcpy(words, id.bytes.data(), sizeof words);
    return mixed(words[0] + mixed(words[1] + static_cast<std::uint64_t>(id.kind)));
}

} // namespace

bool Sketch::has_text() const {
    return std::any_of(rows.begin(), rows.end(), [](auto row) { return row != no_text; });
}

std::uint64_t Sketch::band(std::size_t number) const {
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < rows_of_band; ++i)
        out = out << 16 | rows[number * rows_of_band + i];
    return out;
}

Sketch sketch_of(const Likeness& likeness) {
    Sketch out;
    std::uint64_t title = 0;
    for (const auto key : likeness.title) {
        title = mixed(title + key);
        out.title_keys |= 1U << (mixed(key) >> 59);
    }
    if (!likeness.title.empty()) out.title = static_cast<std::uint32_t>(title >> 32) | 1;
    std::array<std::uint64_t, multipliers.size()> least;
    static_assert(multipliers.size() % 8 == 0);
    HWY_DYNAMIC_DISPATCH(least_products)
    (multipliers.data(), least.size(), likeness.shingles, least.data());
    for (std::size_t i = 0; i < least.size(); ++i) // the upper bits of a least value tell little
        out.rows[i] = static_cast<std::uint16_t>(least[i] >> 16);
    return out;
}

bool may_be_same(const Sketch& a, const Sketch& b) {
    const auto shared = a.title_keys & b.title_keys;
    if (shared != a.title_keys && shared != b.title_keys) return false;
    std::size_t equal = 0;
    for (std::size_t i = 0; i < a.rows.size(); ++i)
        equal += a.rows[i] == b.rows[i];
    if (equal < rows_equal_min) return false;
    if (a.title != 0 && a.title == b.title) return true;
    for (std::size_t band = 0; band < Sketch::bands; ++band)
        if (a.has_text() && a.band(band) == b.band(band)) return true;
    return false;
}

// Calls visit(link, hash) for every chain that the listing belongs to.
template<class Visit>
void SketchTable::for_each_key(const market::ListingId& id, const Sketch& sketch, Visit visit)
    const {
    visit(by_id, hash_of(id));
    if (sketch.title != 0) visit(by_title, mixed(sketch.title));
    if (!sketch.has_text()) return;
    for (std::size_t band = 0; band < Sketch::bands; ++band)
        visit(by_band + band, mixed(sketch.band(band) + band));
}

SketchTable::Slot SketchTable::add(const market::ListingId& id, const Sketch& sketch) {
    auto slot = static_cast<Slot>(entries_.size());
    if (free_.empty()) {
        entries_.add_one();
    } else {
        slot = free_.back();
        free_.pop_back();
    }
    entries_[slot] = {sketch, id, {}};
    link(slot);
    if (nodes_ > chain_mean_max * heads_.size()) grow();
    return slot;
}

void SketchTable::reserve(std::size_t listings) {
    assert(entries_.size() == 0);
    heads_.assign(std::max(heads_.size(), std::bit_ceil(listings * links / chain_mean_max + 1)), 0);
}

void SketchTable::prefetch_entry(Node node) const {
    if (node != 0) prefetch_lines(&entries_[slot_at(node)], sizeof(Entry));
}

void SketchTable::prefetch_heads(const market::ListingId& id, const Sketch& sketch) const {
    for_each_key(id, sketch, [&](std::size_t, std::uint64_t hash) {
        prefetch_line(&heads_[head_of(hash)]);
    });
}

void SketchTable::prefetch_links(const market::ListingId& id, const Sketch& sketch) const {
    for_each_key(id, sketch, [&](std::size_t, std::uint64_t hash) {
        prefetch_entry(heads_[head_of(hash)]);
    });
}

void SketchTable::link(Slot slot) {
    auto& entry = entries_[slot];
    for_each_key(entry.id, entry.sketch, [&](std::size_t link, std::uint64_t hash) {
        auto& head = heads_[head_of(hash)];
        entry.next[link] = head;
        head = static_cast<Node>(slot * links + link + 1);
        ++nodes_;
    });
}

void SketchTable::grow() {
    heads_.assign(2 * heads_.size(), 0);
    nodes_ = 0;
    auto gone = free_;
    std::sort(gone.begin(), gone.end());
    for (Slot slot = 0; slot < entries_.size(); ++slot)
        if (!std::binary_search(gone.begin(), gone.end(), slot)) link(slot);
}

void SketchTable::remove(Slot slot) {
    const auto& entry = entries_[slot];
    for_each_key(entry.id, entry.sketch, [&](std::size_t link, std::uint64_t hash) {
        const auto own = static_cast<Node>(slot * links + link + 1);
        auto* at = &heads_[head_of(hash)];
        while (*at != own)
            at = &entries_[slot_at(*at)].next[link_at(*at)];
        *at = entry.next[link];
        --nodes_;
    });
    free_.push_back(slot);
}

std::optional<SketchTable::Slot> SketchTable::slot_of(const market::ListingId& id) const {
    for (auto node = heads_[head_of(hash_of(id))]; node != 0;) {
        const auto& entry = entries_[slot_at(node)];
        if (link_at(node) == by_id && entry.id == id) return slot_at(node);
        node = entry.next[link_at(node)];
    }
    return {};
}

// All chains a link at a time, so that the next link of one is asked for while others are looked
// at.
std::vector<SketchTable::Slot>
SketchTable::candidates(market::ListingKind kind, const Sketch& sketch) const {
    struct Chain {
        std::size_t link;
        Node node;
    };
    std::array<Chain, links> chains;
    std::size_t count = 0;
    const auto go_on = [&](std::size_t link, Node node) {
        prefetch_entry(node);
        if (node != 0) chains[count++] = {link, node};
    };
    for_each_key({}, sketch, [&](std::size_t link, std::uint64_t hash) {
        if (link != by_id) go_on(link, heads_[head_of(hash)]);
    });
    std::vector<Slot> found;
    while (count > 0)
        for (const auto& [link, node] : std::span(chains).first(std::exchange(count, 0))) {
            const auto& entry = entries_[slot_at(node)];
            if (link_at(node) == link && entry.id.kind == kind && may_be_same(entry.sketch, sketch))
                found.push_back(slot_at(node));
            go_on(link, entry.next[link_at(node)]);
        }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

std::vector<SketchTable::Slot> SketchTable::candidates(Slot slot) const {
    auto found = candidates(entries_[slot].id.kind, entries_[slot].sketch);
    std::erase(found, slot);
    return found;
}

std::size_t SketchTable::bytes() const {
    return entries_.size() * sizeof(Entry) + heads_.capacity() * sizeof(Node) +
           free_.capacity() * sizeof(Slot);
}

} // namespace jishi::matching
#endif
