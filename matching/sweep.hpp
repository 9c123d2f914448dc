// Sums over all listings of a segment, of sixteen bits each: what adding costs depends on how wide
// the numbers are, and choosing whom to look at needs no more of them.
#pragma once

#include "matching/postings.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace jishi::matching {

class Sweep {
public:
    using Sum = std::uint16_t;
    static constexpr std::uint32_t sum_max = 65'535;
    static constexpr std::size_t stride = 64; // listings that are looked at together
    // Bits of sets are added some rows at once, since reading and writing the sums takes longest.
    static constexpr std::size_t rows_at_once = 8;

    void begin(std::size_t listings); // all sums are 0
    // To every listing of the layer. REQUIRES: a row that stays outlives end(); sums stay within
    // 0..sum_max when all is added, which wraps round.
    void add(const Layer& layer, Sum amount);
    void end();

    // After end(): a sum a listing, then zeros up to a multiple of the stride.
    const std::vector<Sum>& sums() const { return sums_; }

    // Of the listings from `begin` on, the first lowest, a bit each for those that reach something.
    struct Stride {
        std::size_t begin;
        std::uint64_t reached;
    };

private:
    std::vector<Sum> sums_;
    using Row = std::array<std::uint8_t, SlotSet::dense_bytes + read_ahead_bytes>;
    std::array<const std::uint8_t*, rows_at_once> rows_{};
    std::vector<Row> own_rows_; // copies of those that do not stay
    std::array<Sum, rows_at_once> amounts_{};
    std::size_t row_count_ = 0;
};

// A score for each listing of two sweeps over the same: the sum of the one and `quarter` / 2^14
// times that of the other, times the listing's impact / 256; more by little. The highest where the
// sums do not fit sixteen bits.
class SweptScores {
public:
    // `impacts`: by class. REQUIRES: a class a listing.
    void make(
        const Sweep& one,
        const Sweep& other,
        Sweep::Sum quarter,
        std::span<const std::uint8_t> classes,
        const std::array<std::uint8_t, 256>& impacts
    );
    const std::vector<Sweep::Sum>& scores() const { return scores_; }
    // The first stride from `begin` on in which a listing reaches `least`, or the end. REQUIRES:
    // `begin` is a multiple of the stride; least > 0.
    Sweep::Stride next_stride(std::size_t begin, Sweep::Sum least) const;
    // A score, as high as may be to within 1 / 256 of the highest, that so many reach; or 1.
    Sweep::Sum reached_by(std::size_t enough) const;

private:
    std::vector<std::uint8_t> impacts_; // of each listing, then zeros
    std::vector<Sweep::Sum> scores_;
};

// A number for each listing of several sweeps over the same, in single precision: the sum of what
// each of them counts times its unit and the listing's factor, less the listing's base.
class SweptBounds {
public:
    struct Part {
        const Sweep* sweep;
        float unit;
        const float* factors; // of each listing
    };
    static constexpr std::size_t parts = 3;
    void make(const std::array<Part, parts>& of, std::span<const float> bases);
    // As of SweptScores, for any `least`.
    Sweep::Stride next_stride(std::size_t begin, float least) const;

private:
    std::vector<float> bounds_; // then the lowest up to a multiple of the stride
};

} // namespace jishi::matching
