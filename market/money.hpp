// Money is whole fen (1/100 yuan); shares are basis points (10 000 = the whole). No floating point
// anywhere.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace jishi::market {

using Fen = std::int64_t;

inline constexpr Fen fen_max =
    100'000'000'000'000; // one trillion yuan: no amount in the market may be larger
inline constexpr std::uint32_t whole_bp = 10'000;

// Sums that refuse to leave [0, fen_max]; the parts may be negative, and nothing overflows on the
// way.
std::optional<Fen> add_fen(Fen a, Fen b);
std::optional<Fen> sum_fen(std::span<const Fen> parts);

// `amount` split by basis points that sum to 10 000: exact to the last fen, by largest remainder,
// ties to the earlier. REQUIRES: 0 <= amount <= fen_max and the shares sum to whole_bp.
std::vector<Fen> split_fen(Fen amount, std::span<const std::uint32_t> shares_bp);

} // namespace jishi::market
