// Files that are there whole or not at all, and one used where it stands.
#pragma once

#include "matching/arrays.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>

namespace jishi::app {

using FileBytes = std::span<const std::uint8_t>;
using WriteBytes = std::function<void(FileBytes)>;
using Stopped = std::function<bool()>;

// `fill` writes what is to be in the file, for its owner's eyes only. After a crash there is the
// old file or the new one, whole. Throws std::system_error, or what `fill` throws; the old file
// then stays.
void write_whole(
    const std::filesystem::path& path, const std::function<void(const WriteBytes&)>& fill
);

// A file lent from where the system keeps it, so that it is there at once.
struct LentFile {
    // A part that is held no more goes back to the system, whoever holds others: its whole pages at
    // once, and a large page that it shares with others when the system looks for memory.
    matching::LentBytes bytes;
    // Copies it into large pages, where the system has them, while others read it where it stands:
    // an index is asked for a few bytes here and there, and in small pages a good part of that is
    // finding out where they lie. A page with anything that was given back stays as it is; once
    // stopped, so does the rest. Throws std::system_error, and the rest stays as it is.
    std::function<void(const Stopped&)> settle;
};

// Throws std::system_error, also where a part cannot be read. REQUIRES: nobody writes into the file
// meanwhile; write_whole() does not, it puts another in its place.
LentFile lent_file(const std::filesystem::path& path);

} // namespace jishi::app
