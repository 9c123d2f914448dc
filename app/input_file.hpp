#pragma once

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace jishi::app {

// Throws std::runtime_error if it cannot be read: a folder opens, too, and seems empty.
inline std::ifstream input_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in || std::filesystem::is_directory(path)) throw std::runtime_error("cannot read " + path);
    return in;
}

} // namespace jishi::app
