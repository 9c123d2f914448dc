// From the terms of a segment to where their lists stand, some eight bytes a term and ten where
// they are few: a bucket says the first bits of a term's order, so that only the others are kept.
#pragma once

#include "matching/arrays.hpp"
#include "matching/terms.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace jishi::matching {

// A key (terms.hpp) spread evenly over 48 bits, the highest of 64, so that no two meet; never 0.
using TermOrder = std::uint64_t;
inline constexpr int order_bits = 48;
TermOrder order_of(TermKey key);
TermKey key_of(TermOrder order);

// Terms in their order, with a number each.
class TermTable {
public:
    TermTable() = default;
    class Builder;

    std::size_t size() const { return entries_.size(); }
    std::size_t bytes() const;
    std::uint32_t value(std::size_t term) const { return entries_[term].value; }
    // The first term whose order is not below.
    std::size_t first_from(TermOrder order) const;

    std::optional<std::uint32_t> find(TermKey key) const;
    // The values of many. Memory is slow and far: all is asked for before the first is waited for.
    std::vector<std::optional<std::uint32_t>> find_all(std::span<const TermKey> keys) const;

    // The terms from one on, one after the other: faster than asking for the order of each.
    class Walk {
    public:
        Walk(const TermTable& table, std::size_t term)
            : table_(&table), term_(term), bucket_(table.bucket_at(term)) {}
        std::size_t term() const { return term_; }
        TermOrder order() const {
            return table_->order_in(bucket_, term_);
        } // REQUIRES: there is one
        void next() {
            ++term_;
            bucket_ = table_->bucket_from(bucket_, term_);
        }

    private:
        const TermTable* table_;
        std::size_t term_, bucket_;
    };

    // For a snapshot file: visits every array.
    template<class Self, class Archive>
    static void archive(Self& self, Archive& archive) {
        archive.array(self.entries_);
        archive.array(self.highs_);
        archive.array(self.starts_);
    }
    // Whether what was read is one. Trusts nothing.
    bool is_sound() const;

private:
    struct Entry {
        std::uint32_t low, value; // low: of the bits that the bucket does not say
    };
    // As many buckets as make eight terms each or fewer.
    static unsigned bits_for(std::size_t terms);
    unsigned bits() const { return bits_for(size()); }
    static bool has_highs(unsigned bits) { return order_bits - bits > 32; }
    static std::size_t bucket_of(TermOrder order, unsigned bits) {
        return bits == 0 ? 0 : static_cast<std::size_t>(order >> (64 - bits));
    }
    static std::uint64_t rest_of(TermOrder order, unsigned bits) {
        return order << bits >> (64 - order_bits + bits);
    }
    std::size_t bucket_from(std::size_t bucket, std::size_t term) const {
        while (bucket + 1 < starts_.size() && starts_[bucket + 1] <= term)
            ++bucket;
        return bucket;
    }
    std::size_t bucket_at(std::size_t term) const;
    std::uint64_t rest(std::size_t term) const { // of its order, behind what the bucket says
        const auto high = highs_.empty() ? 0 : std::uint64_t{highs_[term]} << 32;
        return high | entries_[term].low;
    }
    TermOrder order_in(std::size_t bucket, std::size_t term) const;
    std::optional<std::uint32_t> find_order(TermOrder order) const;

    Array<Entry> entries_;
    Array<std::uint16_t> highs_;  // what of the rest is above `low`: only of a small table
    Array<std::uint32_t> starts_; // of each bucket, and the end
};

// REQUIRES: as many terms as it was told of, in ascending order.
class TermTable::Builder {
public:
    explicit Builder(std::size_t terms);
    void add(TermOrder order, std::uint32_t value);
    TermTable done();

private:
    const unsigned bits_;
    std::vector<Entry> entries_;
    std::vector<std::uint16_t> highs_;
    std::vector<std::uint32_t> starts_;
};

} // namespace jishi::matching
