#include "market/money.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace jishi::market {

std::optional<Fen> add_fen(Fen a, Fen b) {
    const Fen both[] = {a, b};
    return sum_fen(both);
}

std::optional<Fen> sum_fen(std::span<const Fen> parts) {
    __int128 total = 0; // no span that fits in memory can overflow it
    for (const auto part : parts)
        total += part;
    if (total < 0 || total > fen_max) return {};
    return static_cast<Fen>(total);
}

std::vector<Fen> split_fen(Fen amount, std::span<const std::uint32_t> shares_bp) {
    assert(amount >= 0 && amount <= fen_max);
    assert(std::accumulate(shares_bp.begin(), shares_bp.end(), std::uint64_t{0}) == whole_bp);

    // amount * share stays below 10^18, so it fits.
    std::vector<Fen> parts, remainders;
    Fen undivided = amount;
    for (const auto share : shares_bp) {
        const auto product = amount * static_cast<Fen>(share);
        parts.push_back(product / whole_bp);
        remainders.push_back(product % whole_bp);
        undivided -= parts.back();
    }

    std::vector<std::size_t> order(parts.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return remainders[a] > remainders[b];
    });
    for (std::size_t i = 0; i < static_cast<std::size_t>(undivided); ++i)
        ++parts[order[i]];
    return parts;
}

} // namespace jishi::market
