#include "app/whole_file.hpp"

#include "matching/parallel.hpp"

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
constexpr std::size_t read_at_once = 16 << 20;

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
    // Less where the file ends before.
    void read(std::span<std::uint8_t> into, std::size_t from) const {
        while (!into.empty()) {
            const auto got =
                ::pread(fd_, into.data(), into.size(), static_cast<std::int64_t>(from));
            if (got < 0 && errno != EINTR) fail(path_);
            if (got == 0) return;
            if (got < 0) continue;
            into = into.subspan(static_cast<std::size_t>(got));
            from += static_cast<std::size_t>(got);
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

// Its bytes are zeros from then on, but for those that share a page with others.
void give_back(FileBytes part) {
    static const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const auto begin = reinterpret_cast<std::uintptr_t>(part.data());
    const auto first = (begin + page - 1) / page * page, end = (begin + part.size()) / page * page;
    if (first >= end) return;
    auto* const pages = const_cast<std::uint8_t*>(part.data()) + (first - begin);
    ::madvise(pages, end - first, MADV_DONTNEED);
}

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

matching::LentBytes lent_file(const std::filesystem::path& path) {
    const Descriptor file(path, O_RDONLY);
    struct stat about {};
    if (::fstat(file.number(), &about) != 0) fail(path);
    const auto size = static_cast<std::size_t>(about.st_size);
    if (size == 0) return {{}, [](FileBytes) { return nullptr; }};
    auto* const at =
        ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) fail(path);
    const std::shared_ptr<std::uint8_t> memory(static_cast<std::uint8_t*>(at), [size](auto* all) {
        ::munmap(all, size);
    });
    ::madvise(at, size, MADV_HUGEPAGE); // where there are none, small ones do
    const std::span all(memory.get(), size);
    matching::in_parallel((size + read_at_once - 1) / read_at_once, [&](std::size_t i) {
        const auto from = i * read_at_once;
        file.read(all.subspan(from, std::min(read_at_once, size - from)), from);
    });
    ::mprotect(at, size, PROT_READ);
    return {all, [memory](FileBytes part) {
                return std::shared_ptr<const void>(part.data(), [memory, part](const void*) {
                    give_back(part);
                });
            }};
}

} // namespace jishi::app
