#include "app/whole_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <sys/mman.h>
#include <sys/stat.h>
#include <system_error>

namespace jishi::app {

namespace {

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
    void write(FileBytes bytes) const {
        while (!bytes.empty()) {
            const auto written = ::write(fd_, bytes.data(), bytes.size());
            if (written < 0 && errno != EINTR) fail(path_);
            if (written > 0) bytes = bytes.subspan(static_cast<std::size_t>(written));
        }
    }
    void sync() const {
        if (::fsync(fd_) != 0) fail(path_);
    }

private:
    const std::filesystem::path& path_;
    const int fd_;
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
        const Descriptor file(fresh, O_WRONLY | O_CREAT | O_TRUNC);
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
