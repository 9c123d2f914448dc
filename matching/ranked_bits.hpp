// A row of bits and how many of them are set before any of them: which of some things, in their
// order, are of a kind, and which of that kind each is.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace jishi::matching {

// Behind everything that stands in an index's lists so many bytes can be read, whatever they are.
inline constexpr std::size_t read_ahead_bytes = 32;

class RankedBits {
    static_assert(std::endian::native == std::endian::little, "eight bytes are read as one word");

public:
    // Before each so many bits but the first stands, behind them all, how many were set.
    static constexpr std::uint32_t step = 512;

    // Appends them, the lowest bit of a byte first. REQUIRES: 1..65 536 numbers that are 0 or 1.
    static void encode(std::span<const std::uint8_t> bits, std::vector<std::uint8_t>& bytes);

    RankedBits() = default; // none
    // REQUIRES: so many were encoded there.
    RankedBits(const std::uint8_t* at, std::uint32_t count) : bits_(at), count_(count) {}
    // Whether such stand at the front of these bytes. Trusts nothing.
    static bool are_sound(std::span<const std::uint8_t> bytes, std::uint32_t count);

    static constexpr std::size_t bytes_of(std::uint32_t count) {
        return (count + 7) / 8 + 2 * ((count - 1) / step);
    }
    std::uint32_t count() const { return count_; }
    const std::uint8_t* end() const { return bits_ + bytes_of(count_); }
    bool has(std::uint32_t place) const { return (bits_[place >> 3] >> (place & 7) & 1) != 0; }
    std::uint32_t total() const; // of those that are set

    // In place of each of these places how many bits are set before it.
    void rank(std::span<std::uint32_t> places) const;
    // The same of those whose bit is set, in front, and of `numbers` those that belong to them; how
    // many they are. REQUIRES: as many numbers as places.
    std::size_t keep(std::span<std::uint32_t> places, std::uint32_t* numbers) const;
    // Of numbers, as many as there are bits, those whose bit is set, in front; how many they are.
    std::size_t keep(std::uint16_t* numbers) const;
    // The row of those that are set in `row` and whose bit here is set, the n-th here for the n-th
    // there; `out` may be `row`. REQUIRES: as many are set there as there are bits here; whole
    // words of 64.
    void spread(const std::uint8_t* row, std::size_t row_bytes, std::uint8_t* out) const;

private:
    const std::uint8_t* bits_ = nullptr;
    std::uint32_t count_ = 0;
};

} // namespace jishi::matching
