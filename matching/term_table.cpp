#include "matching/term_table.hpp"

#include "matching/prefetch.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <numeric>

namespace jishi::matching {

namespace {

static_assert(order_bits == packed_bits);
static_assert((word_bit | bigram_bit | pair_bit) == ~std::uint64_t{0} << (64 - kind_bits));
constexpr std::uint64_t order_mask = (std::uint64_t{1} << order_bits) - 1;

constexpr std::uint64_t factor = 0xBF58476D1CE5;
constexpr std::uint64_t inverse_of(std::uint64_t odd) {
    std::uint64_t out = odd; // right in three bits, and then in twice as many each time
    for (int i = 0; i < 5; ++i)
        out *= 2 - odd * out;
    return out;
}
// Its own inverse.
constexpr std::uint64_t folded(std::uint64_t value) {
    return value ^ value >> order_bits / 2;
}
constexpr std::uint64_t spread(std::uint64_t value, std::uint64_t by) {
    value = folded(value) * by & order_mask;
    value = folded(value) * by & order_mask;
    return folded(value);
}
static_assert(spread(spread(0x1234'5678'9ABC, factor), inverse_of(factor)) == 0x1234'5678'9ABC);

} // namespace

TermOrder order_of(TermKey key) {
    assert((key << kind_bits >> kind_bits) <= hash_mask);
    return spread(packed(key), factor) << (64 - order_bits);
}

TermKey key_of(TermOrder order) {
    return unpacked(spread(order >> (64 - order_bits), inverse_of(factor)));
}

unsigned TermTable::bits_for(std::size_t terms) {
    return terms == 0 ? 0 : static_cast<unsigned>(std::bit_width((terms - 1) / 8));
}

std::size_t TermTable::bytes() const {
    return entries_.size() * sizeof(Entry) + highs_.size() * 2 + starts_.size() * 4;
}

std::size_t TermTable::bucket_at(std::size_t term) const {
    const auto after = std::upper_bound(starts_.begin(), starts_.end(), term);
    return static_cast<std::size_t>(std::max<std::ptrdiff_t>(1, after - starts_.begin()) - 1);
}

TermOrder TermTable::order_in(std::size_t bucket, std::size_t term) const {
    return (std::uint64_t{bucket} << (order_bits - bits()) | rest(term)) << (64 - order_bits);
}

std::size_t TermTable::first_from(TermOrder order) const {
    if (entries_.empty()) return 0;
    const auto bucket = bucket_of(order, bits());
    auto at = starts_[bucket];
    while (at < starts_[bucket + 1] && order_in(bucket, at) < order)
        ++at;
    return at;
}

std::optional<std::uint32_t> TermTable::find_order(TermOrder order) const {
    const auto bits = this->bits();
    const auto bucket = bucket_of(order, bits);
    const auto rest = rest_of(order, bits);
    for (auto at = starts_[bucket]; at < starts_[bucket + 1]; ++at)
        if (entries_[at].low == static_cast<std::uint32_t>(rest) && this->rest(at) == rest)
            return entries_[at].value;
    return std::nullopt;
}

std::optional<std::uint32_t> TermTable::find(TermKey key) const {
    return entries_.empty() ? std::nullopt : find_order(order_of(key));
}

std::vector<std::optional<std::uint32_t>> TermTable::find_all(std::span<const TermKey> keys) const {
    std::vector<std::optional<std::uint32_t>> out(keys.size());
    if (entries_.empty()) return out;
    const auto bits = this->bits();
    std::vector<TermOrder> orders;
    orders.reserve(keys.size());
    for (const auto key : keys) {
        orders.push_back(order_of(key));
        prefetch_line(&starts_[bucket_of(orders.back(), bits)]);
    }
    for (const auto order : orders)
        prefetch_line(entries_.data() + starts_[bucket_of(order, bits)]);
    for (std::size_t i = 0; i < keys.size(); ++i)
        out[i] = find_order(orders[i]);
    return out;
}

bool TermTable::is_sound() const {
    const auto bits = this->bits();
    if (starts_.size() != (std::size_t{1} << bits) + 1 || starts_[0] != 0 ||
        *(starts_.end() - 1) != size() || !std::is_sorted(starts_.begin(), starts_.end()) ||
        highs_.size() != (has_highs(bits) ? size() : 0))
        return false;
    TermOrder before = 0;
    for (Walk walk(*this, 0); walk.term() < size(); walk.next()) {
        if (rest(walk.term()) >> (order_bits - bits) != 0) return false;
        if (std::exchange(before, walk.order()) >= walk.order()) return false;
    }
    return true;
}

TermTable::Builder::Builder(std::size_t terms) : bits_(bits_for(terms)) {
    entries_.reserve(terms);
    if (has_highs(bits_)) highs_.reserve(terms);
    starts_.assign((std::size_t{1} << bits_) + 1, 0);
}

void TermTable::Builder::add(TermOrder order, std::uint32_t value) {
    const auto rest = rest_of(order, bits_);
    entries_.push_back({static_cast<std::uint32_t>(rest), value});
    if (has_highs(bits_)) highs_.push_back(static_cast<std::uint16_t>(rest >> 32));
    ++starts_[bucket_of(order, bits_) + 1];
}

TermTable TermTable::Builder::done() {
    assert(bits_for(entries_.size()) == bits_);
    std::partial_sum(starts_.begin(), starts_.end(), starts_.begin());
    TermTable out;
    out.entries_ = std::move(entries_);
    out.highs_ = std::move(highs_);
    out.starts_ = std::move(starts_);
    return out;
}

} // namespace jishi::matching
