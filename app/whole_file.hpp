// Files that are there whole or not at all, and reading one where it lies.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>

namespace jishi::app {

using FileBytes = std::span<const std::uint8_t>;
using WriteBytes = std::function<void(FileBytes)>;

// `fill` writes what is to be in the file, for its owner's eyes only. After a crash there is the
// old file or the new one, whole. Throws std::system_error, or what `fill` throws; the old file
// then stays.
void write_whole(
    const std::filesystem::path& path, const std::function<void(const WriteBytes&)>& fill
);

// A file's bytes as the system keeps them. REQUIRES: nobody writes into the file; write_whole()
// does not, it puts another in its place.
class MappedFile {
public:
    explicit MappedFile(const std::filesystem::path& path); // throws std::system_error
    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    FileBytes bytes() const { return {static_cast<const std::uint8_t*>(at_), size_}; }

private:
    void* at_ = nullptr;
    std::size_t size_ = 0;
};

} // namespace jishi::app
