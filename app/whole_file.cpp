#include "app/whole_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <sys/mman.h>
#include <sys/stat.h>
#include <system_error>

namespace jishi::app {

namespace {

// So much is on its way to the disk at most, lest whoever commits meanwhile waits for all of it.
constexpr std::int64_t unwritten_max = 1 << 20;

[[noreturn]] void fail(const std::filesystem::path& path) {
    throw std::system_error(errno, std::generic_category(), path.string());
}

class Descriptor {
public:
    Descriptor(const std::filesystem::path& path, int how)
        : path_(path), fd_(::open(path.c_str(), how | O_CLOEXEC, 0600)) {
        if (fd_ < 0) fail(path_);
    }
    ~Descriptor() { ::close(fd_); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    int number() const { return fd_; }
    void write(FileBytes bytes) {
        while (!bytes.empty()) {
            const auto most = std::min<std::size_t>(bytes.size(), unwritten_max);
            const auto written = ::write(fd_, bytes.data(), most);
            if (written < 0 && errno != EINTR) fail(path_);
            if (written <= 0) continue;
            bytes = bytes.subspan(static_cast<std::size_t>(written));
            unwritten_ += written;
            if (unwritten_ >= unwritten_max) let_through();
        }
    }
    void sync() const {
        if (::fsync(fd_) != 0) fail(path_);
    }

private:
    // Only for the sake of others: whether the bytes are on the disk, sync() finds out.
    void let_through() {
        constexpr unsigned wait =
            SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
        ::sync_file_range(fd_, written_, unwritten_, wait);
        written_ += unwritten_;
        unwritten_ = 0;
    }

    const std::filesystem::path& path_;
    const int fd_;
    std::int64_t written_ = 0, unwritten_ = 0;
};

} // namespace

void write_whole(
    const std::filesystem::path& path, const std::function<void(const WriteBytes&)>& fill
) {
    const auto folder = path.parent_path();
    auto fresh = path;
    fresh += ".new";
    std::filesystem::create_directories(folder);
    try {
        Descriptor file(fresh, O_WRONLY | O_CREAT | O_TRUNC);
        fill([&](FileBytes bytes) { file.write(bytes); });
        file.sync();
    } catch (const std::exception&) {
        std::error_code ignored;
        std::filesystem::remove(fresh, ignored); // where the disk is full, it needs no half file
        throw;
    }
    std::filesystem::rename(fresh, path);
    Descriptor(folder, O_RDONLY | O_DIRECTORY).sync();
}

MappedFile::MappedFile(const std::filesystem::path& path) {
    const Descriptor file(path, O_RDONLY);
    struct stat about {};
    if (::fstat(file.number(), &about) != 0) fail(path);
    size_ = static_cast<std::size_t>(about.st_size);
    if (size_ == 0) return;
    at_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file.number(), 0);
    if (at_ == MAP_FAILED) fail(path);
}

MappedFile::~MappedFile() {
    if (size_ > 0) ::munmap(at_, size_);
}

} // namespace jishi::app
