// The listings of a segment in few allocations: each one's bytes behind those of the one before,
// taken apart again when somebody asks for it.
#pragma once

#include "matching/arrays.hpp"
#include "matching/facts.hpp"
#include "matching/prefetch.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace jishi::matching {

class ListingStore {
public:
    ListingStore() = default;

    // Room for texts of so many bytes, or of these listings, so that growing needs no second copy
    // of them.
    void reserve_text(std::size_t bytes) {
        bytes_.build([&](auto& own) { own.reserve(bytes); });
    }
    void reserve(std::span<const Document* const> documents);
    void add(const Document& document);
    void add(const ListingStore& from, std::size_t slot);
    void finish(); // no more is added

    std::size_t size() const { return facts_.size(); }
    market::ListingId id(std::size_t slot) const { return {kind_, ids_[slot]}; }
    market::ListingKind kind() const { return kind_; }
    // The slot that holds the id, or size(). REQUIRES: listings were added by ascending ids.
    std::size_t slot_of(const market::ListingId& id) const;

    const Facts& facts(std::size_t slot) const { return facts_[slot]; }
    // REQUIRES: finish() was called.
    const std::vector<Traits>& traits() const { return traits_; }
    Document document(std::size_t slot) const;
    Document without_texts(std::size_t slot) const; // without title, body and keywords
    Conditions conditions(std::size_t slot) const;  // a view of this store
    // Memory is far: conditions() will be asked for soon; or the whole document, in two steps,
    // since it is known late where its bytes are.
    void prefetch(std::size_t slot) const { prefetch_lines(&facts_[slot], sizeof(Facts)); }
    void prefetch_start(std::size_t slot) const {
        prefetch(slot);
        prefetch_lines(&ids_[slot], sizeof(market::IdBytes));
        prefetch_lines(&starts_[slot], 2 * sizeof(std::uint32_t));
    }
    void prefetch_bytes(std::size_t slot) const {
        const auto bytes = bytes_of(slot);
        prefetch_lines(bytes.first(std::min<std::size_t>(bytes.size(), 2'048)));
    }

    std::size_t text_bytes() const { return bytes_.size(); }
    std::size_t bytes() const {
        constexpr auto of_each =
            sizeof(Facts) + sizeof(Traits) + sizeof(market::IdBytes) + sizeof(std::uint32_t);
        return text_bytes() + size() * of_each;
    }

    // For a snapshot file: visits every array.
    template<class Self, class Archive>
    static void archive(Self& self, Archive& archive) {
        archive.value(self.kind_);
        archive.array(self.ids_);
        archive.array(self.facts_);
        archive.array(self.starts_);
        archive.array(self.bytes_);
    }
    // Whether what was read is what add() makes.
    bool is_sound() const;

private:
    static void write(const Document& document, std::vector<std::uint8_t>& bytes);
    Document read(std::size_t slot, bool texts) const;
    std::span<const std::uint8_t> bytes_of(std::size_t slot) const;

    market::ListingKind kind_ = market::ListingKind::achievement;
    Array<market::IdBytes> ids_;
    Array<Facts> facts_;
    std::vector<Traits> traits_;  // made of the facts
    Array<std::uint32_t> starts_; // in bytes_
    Array<std::uint8_t> bytes_;
};

} // namespace jishi::matching
