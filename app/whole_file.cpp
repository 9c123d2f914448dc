#include "app/whole_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <sys/mman.h>
#include <sys/stat.h>
#include <system_error>
#include <utility>
#include <vector>

namespace jishi::app {

namespace {

constexpr std::size_t large_page = 2 << 20;

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
    // Large pages reach the system whole, which then keeps them so and has them ready for a
    // mapping.
    void write(FileBytes bytes) {
        while (!bytes.empty()) {
            const auto taken = bytes.first(std::min(bytes.size(), large_page - waiting_.size()));
            waiting_.insert(waiting_.end(), taken.begin(), taken.end());
            bytes = bytes.subspan(taken.size());
            if (waiting_.size() == large_page) write_waiting();
        }
    }
    void sync() {
        write_waiting();
        if (::fsync(fd_) != 0) fail(path_);
    }

private:
    void write_waiting() {
        if (waiting_.empty()) return;
        for (FileBytes left = waiting_; !left.empty();) {
            const auto written = ::write(fd_, left.data(), left.size());
            if (written < 0 && errno != EINTR) fail(path_);
            if (written > 0) left = left.subspan(static_cast<std::size_t>(written));
        }
        let_through(static_cast<std::int64_t>(waiting_.size()));
        waiting_.clear();
    }
    // Only for the sake of others: no more than this is on its way to the disk, lest whoever
    // commits meanwhile waits for all of it. Whether it is there, sync() finds out.
    void let_through(std::int64_t size) {
        constexpr unsigned wait =
            SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
        ::sync_file_range(fd_, let_through_, size, wait);
        let_through_ += size;
    }

    const std::filesystem::path& path_;
    const int fd_;
    std::vector<std::uint8_t> waiting_;
    std::int64_t let_through_ = 0;
};

std::uintptr_t rounded_up(std::uintptr_t value, std::uintptr_t to) {
    return (value + to - 1) / to * to;
}

// Addresses with nothing behind them yet, from where a large page may begin.
std::uint8_t* reserved(std::size_t size) {
    constexpr int how = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    const auto room = size + large_page;
    auto* const at = ::mmap(nullptr, room, PROT_READ | PROT_WRITE, how, -1, 0);
    if (at == MAP_FAILED) throw std::system_error(errno, std::generic_category());
    const auto begin = reinterpret_cast<std::uintptr_t>(at);
    const auto before = rounded_up(begin, large_page) - begin;
    auto* const out = static_cast<std::uint8_t*>(at) + before;
    if (before > 0) ::munmap(at, before);
    if (before < large_page) ::munmap(out + size, large_page - before);
    return out;
}

// A file that is mapped, and whose bytes are then replaced by a copy at the same addresses.
class LentPages {
public:
    LentPages(const std::filesystem::path& path, const Descriptor& file, std::size_t size)
        : size_(size), room_(rounded_up(size, large_page)), at_(reserved(room_)) {
        constexpr int how = MAP_PRIVATE | MAP_FIXED | MAP_POPULATE;
        if (::mmap(at_, size, PROT_READ, how, file.number(), 0) != MAP_FAILED) return;
        const auto error = errno;
        ::munmap(at_, room_);
        throw std::system_error(error, std::generic_category(), path.string());
    }
    ~LentPages() { ::munmap(at_, room_); }
    LentPages(const LentPages&) = delete;
    LentPages& operator=(const LentPages&) = delete;

    FileBytes all() const { return {at_, size_}; }

    // All but what shares a page with others. REQUIRES: nobody reads it any more.
    void give_back(FileBytes part) {
        static const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
        const auto begin = static_cast<std::size_t>(part.data() - at_);
        const auto first = rounded_up(begin, page), end = (begin + part.size()) / page * page;
        if (first >= end) return;
        const std::lock_guard no_copying(mutex_);
        given_back_.emplace_back(first, end);
        ::madvise(at_ + first, end - first, MADV_DONTNEED);
    }

    void copy() {
        for (std::size_t begin = 0; begin + large_page <= size_; begin += large_page)
            copy_page(begin);
    }

private:
    // The kernel puts one page in the other's place at once: a reader finds either, and both hold
    // the same.
    void copy_page(std::size_t begin) {
        const std::lock_guard no_giving_back(mutex_);
        if (std::ranges::any_of(given_back_, [&](const auto& gone) {
                return gone.first < begin + large_page && begin < gone.second;
            }))
            return;
        auto* const fresh = reserved(large_page);
        ::madvise(fresh, large_page, MADV_HUGEPAGE); // where there are none, small ones do
        std::memcpy(fresh, at_ + begin, large_page);
        ::mprotect(fresh, large_page, PROT_READ);
        constexpr int how = MREMAP_MAYMOVE | MREMAP_FIXED;
        if (::mremap(fresh, large_page, large_page, how, at_ + begin) != MAP_FAILED) return;
        const auto error = errno;
        ::munmap(fresh, large_page);
        throw std::system_error(error, std::generic_category());
    }

    const std::size_t size_, room_;
    std::uint8_t* const at_;
    std::mutex mutex_;
    std::vector<std::pair<std::size_t, std::size_t>> given_back_; // [first, end)
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

LentFile lent_file(const std::filesystem::path& path) {
    const Descriptor file(path, O_RDONLY);
    struct stat about {};
    if (::fstat(file.number(), &about) != 0) fail(path);
    const auto size = static_cast<std::size_t>(about.st_size);
    if (size == 0) return {{{}, [](FileBytes) { return nullptr; }}, [] {}};
    const auto pages = std::make_shared<LentPages>(path, file, size);
    const auto hold = [pages](FileBytes part) {
        return std::shared_ptr<const void>(part.data(), [pages, part](const void*) {
            pages->give_back(part);
        });
    };
    const auto settle = [seen = std::weak_ptr(pages)] {
        if (const auto held = seen.lock()) held->copy();
    };
    return {{pages->all(), hold}, settle};
}

} // namespace jishi::app
