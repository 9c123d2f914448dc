#include "matching/statistics.hpp"

#include "matching/key_table.hpp"

#include <algorithm>

namespace jishi::matching {

namespace {

constexpr std::size_t page_terms_mean_max =
    128; // one upsert copies some 300 pages of this size: under a millisecond

constexpr auto by_key = [](const TermDelta& a, const TermDelta& b) { return a.key < b.key; };

// Merges two runs of ascending keys, adding up equal keys and dropping zero sums.
std::vector<TermDelta> merged(std::span<const TermDelta> a, std::span<const TermDelta> b) {
    std::vector<TermDelta> both(a.size() + b.size()), out;
    std::merge(a.begin(), a.end(), b.begin(), b.end(), both.begin(), by_key);
    out.reserve(both.size());
    for (std::size_t i = 0; i < both.size();) {
        TermDelta total{both[i].key, {}};
        for (; i < both.size() && both[i].key == total.key; ++i)
            total.sums += both[i].sums;
        if (total.sums != TermSums{}) out.push_back(total);
    }
    return out;
}

} // namespace

TermStatistics::TermStatistics() : pages_(1, std::make_shared<const Page>()) {}

std::size_t TermStatistics::page_of(TermKey key) const {
    return page_bits_ == 0 ? 0 : static_cast<std::size_t>(mixed(key) >> (64 - page_bits_));
}

TermSums TermStatistics::of(TermKey key) const {
    const auto& page = *pages_[page_of(key)];
    const auto at = std::lower_bound(page.begin(), page.end(), TermDelta{key, {}}, by_key);
    return at != page.end() && at->key == key ? at->sums : TermSums{};
}

TermStatistics TermStatistics::plus(std::vector<TermDelta> deltas) const {
    TermStatistics next = *this;
    std::sort(deltas.begin(), deltas.end(), [&](const TermDelta& a, const TermDelta& b) {
        const auto page_a = page_of(a.key), page_b = page_of(b.key);
        return page_a != page_b ? page_a < page_b : a.key < b.key;
    });
    for (std::size_t i = 0; i < deltas.size();) {
        const auto page = page_of(deltas[i].key);
        const auto first = i;
        while (i < deltas.size() && page_of(deltas[i].key) == page)
            ++i;
        const auto changed = merged(*pages_[page], std::span(deltas).subspan(first, i - first));
        next.size_ = next.size_ - pages_[page]->size() + changed.size();
        next.pages_[page] = std::make_shared<const Page>(changed);
    }
    auto bits = page_bits_;
    while (next.size_ > page_terms_mean_max << bits)
        bits += 2;
    if (bits != page_bits_) next.grow(bits);
    return next;
}

// Pages are split by the leading bits of the mixed key, so every old page becomes whole new ones.
void TermStatistics::grow(unsigned page_bits) {
    const auto split = page_bits - page_bits_;
    const auto old = std::move(pages_);
    page_bits_ = page_bits;
    pages_.clear();
    for (const auto& page : old) {
        std::vector<Page> parts(std::size_t{1} << split);
        for (const auto& term : *page)
            parts[page_of(term.key) & (parts.size() - 1)].push_back(term);
        for (auto& part : parts)
            pages_.push_back(std::make_shared<const Page>(std::move(part)));
    }
}

} // namespace jishi::matching
