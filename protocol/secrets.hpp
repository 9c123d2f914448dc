// Passwords and bearer secrets. Slow where it must be slow: hash and verify outside any unit of
// work.
#pragma once

#include "market/refusal.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace jishi::protocol {

inline constexpr std::size_t password_length_min = 10, password_length_max = 128; // code points

// What a password must not be beyond its length: the login or a text around it, one character over
// and over.
std::optional<market::FieldRefusal>
check_password(std::string_view pointer, std::string_view password, std::string_view login);

// Argon2id in libsodium's text form; takes 64 MiB of memory. Throws std::bad_alloc when there is
// not as much.
std::string hash_password(std::string_view password);
bool verify_password(const std::string& hash, std::string_view password);
bool needs_rehash(const std::string& hash); // it was made at another cost than today's

// A hash of nobody's password, at today's cost: an unknown login takes as long as a known one.
extern const std::string nobodys_password_hash;

// "jst_" and 43 characters of base64url: 256 random bits.
std::string new_bearer_secret();
bool looks_like_bearer_secret(std::string_view text);

std::string sha256_hex(std::string_view text);

} // namespace jishi::protocol
