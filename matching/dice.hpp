// Chance for learning: reproducible everywhere, unlike the distributions of <random>.
#pragma once

#include "matching/key_table.hpp"

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

namespace jishi::matching {

class Dice {
public:
    double share() { return static_cast<double>(next() >> 11) * 0x1p-53; }
    std::size_t below(std::size_t bound) { return static_cast<std::size_t>(next() % bound); }
    float normal() { // the sum of twelve uniform numbers
        double sum = -6;
        for (int i = 0; i < 12; ++i)
            sum += share();
        return static_cast<float>(sum);
    }
    // 0 .. count - 1 in random order.
    std::vector<std::size_t> order_of(std::size_t count) {
        std::vector<std::size_t> order(count);
        std::iota(order.begin(), order.end(), std::size_t{0});
        for (auto i = count; i > 1; --i)
            std::swap(order[i - 1], order[below(i)]);
        return order;
    }

private:
    std::uint64_t next() { return mixed(state_ += 0x9E3779B97F4A7C15ULL); }
    std::uint64_t state_ = 0;
};

} // namespace jishi::matching
