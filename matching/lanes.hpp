// Vectors of sixteen floats, added and multiplied lane by lane: the same result on every processor,
// however wide it is.
#pragma once

#include <cstddef>
#include <cstring>
#include <span>

namespace jishi::matching {

using Lanes = float __attribute__((vector_size(64)));
inline constexpr std::size_t lane_count = 16;

inline Lanes lanes_at(const float* at) {
    Lanes out;
    std::memcpy(&out, at, sizeof out);
    return out;
}
inline void store(const Lanes& lanes, float* at) {
    std::memcpy(at, &lanes, sizeof lanes);
}
inline float total_of(const Lanes& lanes) {
    float sum = 0;
    for (std::size_t i = 0; i < lane_count; ++i)
        sum += lanes[i];
    return sum;
}

// REQUIRES for all: sizes are equal and multiples of lane_count.
inline float dot(std::span<const float> a, std::span<const float> b) {
    Lanes sum{};
    for (std::size_t i = 0; i < a.size(); i += lane_count)
        sum += lanes_at(&a[i]) * lanes_at(&b[i]);
    return total_of(sum);
}
inline void add_scaled(std::span<float> to, float factor, std::span<const float> from) {
    for (std::size_t i = 0; i < to.size(); i += lane_count)
        store(lanes_at(&to[i]) + factor * lanes_at(&from[i]), &to[i]);
}

} // namespace jishi::matching
