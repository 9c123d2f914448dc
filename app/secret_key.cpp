#include "app/secret_key.hpp"

#include <sodium.h>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>

namespace jishi::app {

namespace {

protocol::Cursors::Key from_hex(const std::string& text) {
    protocol::Cursors::Key key{};
    std::size_t length = 0;
    if (sodium_hex2bin(
            key.data(), key.size(), text.data(), text.size(), nullptr, &length, nullptr
        ) != 0 ||
        length != key.size())
        throw SettingError("cursor-key: expected 64 hex digits");
    return key;
}

std::string make_hex() {
    std::array<unsigned char, 32> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    std::array<char, 65> text{};
    sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
    return text.data();
}

} // namespace

protocol::Cursors::Key cursor_key(const Settings& settings) {
    if (const auto& text = settings.text("cursor-key"); !text.empty()) return from_hex(text);
    const auto folder = std::filesystem::path(settings.text("data"));
    const auto path = folder / "cursor-key";
    std::filesystem::create_directories(folder);
    if (std::string text; std::ifstream(path) >> text) return from_hex(text);
    const auto text = make_hex();
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const bool written =
        file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    if (file >= 0) ::close(file);
    if (!written) throw SettingError("cursor-key: cannot write " + path.string());
    return from_hex(text);
}

} // namespace jishi::app
