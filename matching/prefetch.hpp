// Memory is far: what is asked for before it is used is there sooner.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace jishi::matching {

inline constexpr std::size_t line_bytes = 64; // that come at once

// The line in which this byte lies.
inline void prefetch_line(const void* at) {
    __builtin_prefetch(at);
    // GCC takes a function that only asks ahead for one without effect, and leaves out its calls.
    asm volatile("");
}
inline void prefetch_lines(const void* at, std::size_t bytes) {
    const auto* const first = static_cast<const char*>(at);
    for (std::size_t i = 0; i < bytes; i += line_bytes)
        prefetch_line(first + i);
    if (bytes > 0) prefetch_line(first + bytes - 1);
}
inline void prefetch_lines(std::span<const std::uint8_t> bytes) {
    prefetch_lines(bytes.data(), bytes.size());
}

} // namespace jishi::matching
