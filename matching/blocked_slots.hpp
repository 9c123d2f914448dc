// Ascending numbers of 16 bits in a byte and an eighth each, and 32 bytes (Elias 1974, Fano 1971):
// the upper halves in unary - for each of 256 blocks a set bit for each of its numbers, then one
// that is not -, then a byte each for the lower ones.
#pragma once

#include "matching/ranked_bits.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace jishi::matching {

class BlockedSlots {
public:
    static constexpr std::uint32_t blocks = 256;

    // Appends them. REQUIRES: ascending.
    static void encode(std::span<const std::uint16_t> slots, std::vector<std::uint8_t>& bytes);

    // REQUIRES: so many were encoded there, and behind them more can be read (ranked_bits.hpp).
    BlockedSlots(const std::uint8_t* at, std::uint32_t count) : bits_(at), count_(count) {}
    // Whether such stand at the front of these bytes, ascending or not. Trusts nothing.
    static bool are_sound(std::span<const std::uint8_t> bytes, std::uint32_t count);

    static constexpr std::size_t bytes_of(std::uint32_t count) {
        return unary_bytes(count) + count;
    }
    // Of all numbers, to a place that has room for so many more.
    static constexpr std::size_t more_room = 32;
    void read(std::uint16_t* out) const;

    // Writes which of the ascending `wanted` are there, and where, ascending; returns how many.
    // REQUIRES: room for all that are wanted.
    std::size_t find(
        std::span<const std::uint16_t> wanted, std::uint32_t* numbers, std::uint32_t* places
    ) const;

private:
    static constexpr std::size_t unary_bytes(std::uint32_t count) {
        return (count + blocks + 7) / 8;
    }
    const std::uint8_t* lows() const { return bits_ + unary_bytes(count_); }

    const std::uint8_t* bits_;
    std::uint32_t count_;
};

} // namespace jishi::matching
