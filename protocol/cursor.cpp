#include "protocol/cursor.hpp"

#include <sodium.h>

#include <cassert>

namespace jishi::protocol {

namespace {

constexpr std::size_t tag_bytes = crypto_auth_BYTES;
constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

const unsigned char* bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

} // namespace

static_assert(std::tuple_size_v<Cursors::Key> == crypto_auth_KEYBYTES);

std::string Cursors::encode(std::string_view payload) const {
    std::string signed_text(tag_bytes, '\0');
    crypto_auth(
        reinterpret_cast<unsigned char*>(signed_text.data()),
        bytes(payload),
        payload.size(),
        key_.data()
    );
    signed_text += payload;
    std::string cursor(sodium_base64_encoded_len(signed_text.size(), variant), '\0');
    sodium_bin2base64(
        cursor.data(), cursor.size(), bytes(signed_text), signed_text.size(), variant
    );
    cursor.pop_back(); // the terminating NUL
    assert(cursor.size() <= cursor_length_max);
    return cursor;
}

std::optional<std::string> Cursors::decode(std::string_view cursor) const {
    if (cursor.size() > cursor_length_max) return {};
    std::string text(cursor.size(), '\0');
    std::size_t length = 0;
    const auto failed = sodium_base642bin(
        reinterpret_cast<unsigned char*>(text.data()),
        text.size(),
        cursor.data(),
        cursor.size(),
        nullptr,
        &length,
        nullptr,
        variant
    );
    if (failed != 0 || length < tag_bytes) return {};
    text.resize(length);
    const auto payload = text.substr(tag_bytes);
    if (crypto_auth_verify(bytes(text), bytes(payload), payload.size(), key_.data()) != 0)
        return {};
    return payload;
}

} // namespace jishi::protocol
