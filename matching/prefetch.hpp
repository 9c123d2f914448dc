// Memory is far: what is asked for before it is used is there sooner.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace jishi::matching {

inline constexpr std::size_t line_bytes = 64; // that come at once

inline void prefetch_lines(const void* at, std::size_t bytes) {
    const auto* const first = static_cast<const char*>(at);
    for (std::size_t i = 0; i < bytes; i += line_bytes)
        __builtin_prefetch(first + i);
    if (bytes > 0) __builtin_prefetch(first + bytes - 1);
}
inline void prefetch_lines(std::span<const std::uint8_t> bytes) {
    prefetch_lines(bytes.data(), bytes.size());
}

} // namespace jishi::matching
