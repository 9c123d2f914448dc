// What makes the sums of one need comparable with those of another.
#pragma once

#include "matching/arrays.hpp"
#include "matching/terms.hpp"

#include <array>

namespace jishi::matching {

// The factor on a sum and what is taken off, so that the sum's mean over the market is 0 and its
// deviation the share it is given.
struct Norm {
    float scale = 0, base = 0;
    bool operator==(const Norm&) const = default;
};

// Of one need: for the sums of each space of terms, and for the likeness of meanings.
struct NeedNorm {
    std::array<float, space_count> scales{};
    float base = 0; // of all spaces
    Norm meaning;
};

// L, the part of the score that terms make, from the sums of the spaces.
using SpaceSums = std::array<double, space_count>;
constexpr double scaled(const SpaceSums& sums, const NeedNorm& norm) {
    double lexical = 0;
    for (std::size_t space = 0; space < space_count; ++space)
        lexical += sums[space] * static_cast<double>(norm.scales[space]);
    return lexical;
}
constexpr double lexical_of(const SpaceSums& sums, const NeedNorm& norm) {
    return scaled(sums, norm) - static_cast<double>(norm.base);
}

// Of many needs, a column a number, since whole columns are read at once.
struct NormColumns {
    std::array<Array<float>, space_count> scales;
    Array<float> bases;
    Array<Norm> meanings;

    std::size_t size() const { return bases.size(); }
    std::size_t bytes() const { return size() * sizeof(NeedNorm); }
    NeedNorm of(std::size_t slot) const {
        NeedNorm out{{}, bases[slot], meanings[slot]};
        for (std::size_t space = 0; space < space_count; ++space)
            out.scales[space] = scales[space][slot];
        return out;
    }
    void push_back(const NeedNorm& norm) {
        for (std::size_t space = 0; space < space_count; ++space)
            scales[space].push_back(norm.scales[space]);
        bases.push_back(norm.base);
        meanings.push_back(norm.meaning);
    }
    void finish() {
        for (auto& column : scales)
            column.finish();
        bases.finish();
        meanings.finish();
    }
    // For a snapshot file: visits every array.
    template<class Self, class Archive>
    static void archive(Self& self, Archive& archive) {
        for (auto& column : self.scales)
            archive.array(column);
        archive.array(self.bases);
        archive.array(self.meanings);
    }
};

} // namespace jishi::matching
