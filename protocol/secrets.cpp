#include "protocol/secrets.hpp"

#include "protocol/text.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <new>
#include <stdexcept>

namespace jishi::protocol {

namespace {

constexpr unsigned long long passes = crypto_pwhash_OPSLIMIT_INTERACTIVE;
constexpr std::size_t memory_bytes = crypto_pwhash_MEMLIMIT_INTERACTIVE;
static_assert(memory_bytes == std::size_t{64} * 1024 * 1024);

constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
constexpr std::string_view secret_prefix = "jst_";
constexpr std::size_t secret_bytes = 32;
constexpr std::size_t secret_characters = 43;

using HashText = std::array<char, crypto_pwhash_STRBYTES>;

void need_sodium() {
    static const bool ready = sodium_init() >= 0;
    if (!ready) throw std::runtime_error("libsodium has no source of randomness");
}

// libsodium reads the whole buffer, so the text is laid into one of its size.
std::optional<HashText> laid_out(const std::string& hash) {
    HashText text{};
    if (hash.size() >= text.size()) return {};
    std::copy(hash.begin(), hash.end(), text.begin());
    return text;
}

std::string lower_case(std::string_view text) {
    std::string folded(text);
    std::transform(folded.begin(), folded.end(), folded.begin(), lower);
    return folded;
}

bool is_one_character_repeated(std::string_view text) {
    std::size_t first = 1;
    while (first < text.size() && (static_cast<unsigned char>(text[first]) & 0xC0) == 0x80)
        ++first;
    return !text.empty() && text.substr(first) == text.substr(0, text.size() - first);
}

bool is_base64url(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

} // namespace

const std::string nobodys_password_hash = "$argon2id$v=19$m=65536,t=2,p=1$3msPplBeOrJ+iGzbRsDMiw$"
                                          "PWKrdlBfcEMI0hX6xslYEL8Wa6WOlD49YdpUD9r5iwM";

std::optional<market::FieldRefusal>
check_password(std::string_view pointer, std::string_view password, std::string_view login) {
    const auto too_weak = [&](std::string bound) {
        return market::FieldRefusal{
            std::string(pointer), market::FieldReason::too_weak, std::move(bound)};
    };
    if (!login.empty() && lower_case(password).find(lower_case(login)) != std::string::npos)
        return too_weak("login");
    if (is_one_character_repeated(password)) return too_weak("aaa…");
    return {};
}

std::string hash_password(std::string_view password) {
    need_sodium();
    HashText text{};
    if (crypto_pwhash_str(text.data(), password.data(), password.size(), passes, memory_bytes) != 0)
        throw std::bad_alloc();
    return text.data();
}

bool verify_password(const std::string& hash, std::string_view password) {
    need_sodium();
    const auto text = laid_out(hash);
    return text && crypto_pwhash_str_verify(text->data(), password.data(), password.size()) == 0;
}

bool needs_rehash(const std::string& hash) {
    const auto text = laid_out(hash);
    return !text || crypto_pwhash_str_needs_rehash(text->data(), passes, memory_bytes) != 0;
}

std::string new_bearer_secret() {
    need_sodium();
    std::array<unsigned char, secret_bytes> random{};
    randombytes_buf(random.data(), random.size());
    std::array<char, secret_characters + 1> text{};
    sodium_bin2base64(text.data(), text.size(), random.data(), random.size(), variant);
    return std::string(secret_prefix) + text.data();
}

bool looks_like_bearer_secret(std::string_view text) {
    return text.starts_with(secret_prefix) &&
           text.size() == secret_prefix.size() + secret_characters &&
           std::ranges::all_of(text.substr(secret_prefix.size()), is_base64url);
}

std::string sha256_hex(std::string_view text) {
    std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
    crypto_hash_sha256(
        hash.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size()
    );
    std::array<char, 2 * crypto_hash_sha256_BYTES + 1> hex{};
    sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
    return hex.data();
}

} // namespace jishi::protocol
