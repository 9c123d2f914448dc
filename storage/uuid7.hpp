// UUIDv7 (RFC 9562): 48 bits of milliseconds, a 12-bit counter in rand_a, 62 random bits. Later ids
// of one generator are greater, also within a millisecond, across threads and when the clock steps
// back.
#pragma once

#include "market/ids.hpp"

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

namespace jishi::storage {

// Thread-safe.
class Uuid7 {
public:
    market::IdBytes next(std::int64_t now_ms);

private:
    std::mutex mutex_;
    std::int64_t last_ms_ = 0;
    std::uint32_t counter_ = 0;
};

// From the one generator of this process and the wall clock.
market::IdBytes new_uuid7();

// 64 lower-case hex digits.
std::string sha256_hex(std::string_view text);

} // namespace jishi::storage
