#include "storage/uuid7.hpp"

#include <sodium.h>

#include <array>
#include <chrono>
#include <stdexcept>

namespace jishi::storage {

namespace {

constexpr std::uint32_t counter_max = 0xfff;
constexpr std::uint32_t counter_first_mask =
    0x7ff; // a random start in the lower half leaves room to count

void require_sodium() {
    static const bool ready = sodium_init() >= 0;
    if (!ready) throw std::runtime_error("libsodium cannot start");
}

} // namespace

market::IdBytes Uuid7::next(std::int64_t now_ms) {
    require_sodium();
    market::IdBytes id;
    randombytes_buf(id.data(), id.size());
    const std::scoped_lock lock(mutex_);
    if (now_ms > last_ms_) {
        last_ms_ = now_ms;
        counter_ = (std::uint32_t{id[6]} << 8 | id[7]) & counter_first_mask;
    } else if (counter_ == counter_max) {
        ++last_ms_; // borrowed from the future
        counter_ = 0;
    } else {
        ++counter_;
    }
    for (unsigned i = 0; i < 6; ++i)
        id[i] = static_cast<std::uint8_t>(last_ms_ >> (40 - 8 * i) & 0xff);
    id[6] = static_cast<std::uint8_t>(0x70 | counter_ >> 8);
    id[7] = static_cast<std::uint8_t>(counter_ & 0xff);
    id[8] = static_cast<std::uint8_t>(0x80 | (id[8] & 0x3f));
    return id;
}

market::IdBytes new_uuid7() {
    static Uuid7 generator;
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return generator.next(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

std::string sha256_hex(std::string_view text) {
    require_sodium();
    std::array<unsigned char, crypto_hash_sha256_BYTES> hash;
    crypto_hash_sha256(
        hash.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size()
    );
    std::string hex(hash.size() * 2 + 1, '\0');
    sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
    hex.pop_back();
    return hex;
}

} // namespace jishi::storage
