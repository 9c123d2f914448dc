#include "app/whole_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <mutex>
#include <string>
#include <sys/mman.h>
#include <sys/stat.h>
#include <system_error>
#include <utility>
#include <vector>

namespace jishi::app {

namespace {

constexpr std::size_t large_page = 2 << 20;

class Descriptor {
public:
    Descriptor(std::filesystem::path path, int how)
        : path_(std::move(path)), fd_(::open(path_.c_str(), how | O_CLOEXEC, 0600)) {
        if (fd_ < 0) fail();
    }
    ~Descriptor() { ::close(fd_); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    int number() const { return fd_; }
    std::size_t size() const {
        struct stat about {};
        if (::fstat(fd_, &about) != 0) fail();
        return static_cast<std::size_t>(about.st_size);
    }
    void sync() const {
        if (::fsync(fd_) != 0) fail();
    }
    [[noreturn]] void fail() const { // as errno says
        throw std::system_error(errno, std::generic_category(), path_.string());
    }

private:
    const std::filesystem::path path_;
    const int fd_;
};

// Gives the system whole large pages, which it then keeps so and has ready for a mapping.
class PageWriter {
public:
    explicit PageWriter(const Descriptor& file) : file_(file) { waiting_.reserve(large_page); }

    void write(FileBytes bytes) {
        while (!bytes.empty()) {
            const auto taken = bytes.first(std::min(bytes.size(), large_page - waiting_.size()));
            waiting_.insert(waiting_.end(), taken.begin(), taken.end());
            bytes = bytes.subspan(taken.size());
            if (waiting_.size() == large_page) write_waiting();
        }
    }
    void finish() {
        write_waiting();
        file_.sync();
    }

private:
    void write_waiting() {
        for (FileBytes left = waiting_; !left.empty();) {
            const auto written = ::write(file_.number(), left.data(), left.size());
            if (written < 0 && errno != EINTR) file_.fail();
            if (written > 0) left = left.subspan(static_cast<std::size_t>(written));
        }
        if (!waiting_.empty()) let_through(static_cast<std::int64_t>(waiting_.size()));
        waiting_.clear();
    }
    // No more than this is on its way to the disk, lest whoever commits meanwhile waits for all of
    // it. What goes wrong on the way is said here, and not to finish() any more.
    void let_through(std::int64_t size) {
        constexpr unsigned wait =
            SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
        const bool failed = ::sync_file_range(file_.number(), let_through_, size, wait) != 0;
        if (failed && errno != ENOSYS && errno != EINVAL && errno != ESPIPE) file_.fail();
        let_through_ += size;
    }

    const Descriptor& file_;
    std::vector<std::uint8_t> waiting_;
    std::int64_t let_through_ = 0;
};

std::uintptr_t rounded_up(std::uintptr_t value, std::uintptr_t to) {
    return (value + to - 1) / to * to;
}

struct Unmap {
    std::size_t size;
    void operator()(std::uint8_t* at) const { ::munmap(at, size); }
};
using Room = std::unique_ptr<std::uint8_t, Unmap>;

// Addresses with nothing behind them yet, from where a large page may begin.
Room reserved(std::size_t size, int protection) {
    constexpr int how = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    auto* const at = ::mmap(nullptr, size + large_page, protection, how, -1, 0);
    if (at == MAP_FAILED) throw std::system_error(errno, std::generic_category());
    const auto begin = reinterpret_cast<std::uintptr_t>(at);
    const auto before = rounded_up(begin, large_page) - begin;
    auto* const out = static_cast<std::uint8_t*>(at) + before;
    if (before > 0) ::munmap(at, before);
    if (before < large_page) ::munmap(out + size, large_page - before);
    return {out, {size}};
}

bool has_large_pages() {
    std::ifstream file("/sys/kernel/mm/transparent_hugepage/enabled");
    std::string modes;
    return std::getline(file, modes) && modes.find("[never]") == std::string::npos;
}

// A file that is mapped, and whose bytes are then replaced by copies at the same addresses.
class LentPages {
public:
    // REQUIRES: it is not empty.
    explicit LentPages(const std::filesystem::path& path)
        : file_(path, O_RDONLY), size_(file_.size()),
          room_(reserved(rounded_up(size_, large_page), PROT_NONE)) {
        if (!map(0, size_)) file_.fail();
        // What cannot be read is said here and not by a signal; old kernels cannot be asked.
        if (::madvise(room_.get(), size_, MADV_POPULATE_READ) == 0 || errno == EINVAL) return;
        if (errno == EFAULT) errno = EIO;
        file_.fail();
    }
    FileBytes all() const { return {room_.get(), size_}; }

    void hold() {
        const std::lock_guard changing(mutex_);
        given_back_.reserve(++held_); // giving back never fails
    }
    // All but what shares a page with others. REQUIRES: it was held, and nobody reads it any more.
    void give_back(FileBytes part) noexcept {
        static const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
        const auto begin = static_cast<std::size_t>(part.data() - room_.get());
        const auto first = rounded_up(begin, page), end = (begin + part.size()) / page * page;
        if (first >= end) return;
        const std::lock_guard changing(mutex_);
        given_back_.emplace_back(first, end);
        ::madvise(room_.get() + first, end - first, MADV_DONTNEED);
    }

    void settle(const Stopped& stopped) {
        if (!has_large_pages()) return;
        for (std::size_t begin = 0; begin < size_ && !stopped(); begin += large_page)
            settle_page(begin);
    }

private:
    bool map(std::size_t begin, std::size_t size) {
        auto* const at = room_.get() + begin;
        const auto offset = static_cast<std::int64_t>(begin);
        return ::mmap(at, size, PROT_READ, MAP_PRIVATE | MAP_FIXED, file_.number(), offset) == at;
    }
    // REQUIRES: mutex_ is held.
    bool is_given_back(std::size_t begin) const {
        return std::ranges::any_of(given_back_, [&](const auto& gone) {
            return gone.first < begin + large_page && begin < gone.second;
        });
    }
    // Whoever gives back meanwhile does not wait for the copy. The kernel puts one page in the
    // other's place at once: a reader finds either, and both hold the same.
    void settle_page(std::size_t begin) {
        const auto size = std::min(large_page, size_ - begin);
        if (const std::lock_guard changing(mutex_); is_given_back(begin)) return;
        auto fresh = reserved(large_page, PROT_READ | PROT_WRITE);
        ::madvise(fresh.get(), large_page, MADV_HUGEPAGE);
        std::memcpy(fresh.get(), room_.get() + begin, size);
        ::mprotect(fresh.get(), large_page, PROT_READ);
        const std::lock_guard changing(mutex_);
        if (is_given_back(begin)) return;
        constexpr int how = MREMAP_MAYMOVE | MREMAP_FIXED;
        auto* const at = room_.get() + begin;
        if (::mremap(fresh.get(), large_page, large_page, how, at) == at) {
            static_cast<void>(fresh.release());
            return;
        }
        const auto error = errno;
        if (!map(begin, size)) std::abort(); // what was there may be gone
        throw std::system_error(error, std::generic_category());
    }

    const Descriptor file_;
    const std::size_t size_;
    const Room room_; // whole large pages
    std::mutex mutex_;
    std::size_t held_ = 0;
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
        const Descriptor file(fresh, O_WRONLY | O_CREAT | O_TRUNC);
        PageWriter writer(file);
        fill([&](FileBytes bytes) { writer.write(bytes); });
        writer.finish();
    } catch (const std::exception&) {
        std::error_code ignored;
        std::filesystem::remove(fresh, ignored); // where the disk is full, it needs no half file
        throw;
    }
    std::filesystem::rename(fresh, path);
    Descriptor(folder, O_RDONLY | O_DIRECTORY).sync();
}

LentFile lent_file(const std::filesystem::path& path) {
    if (Descriptor(path, O_RDONLY).size() == 0)
        return {{{}, [](FileBytes) { return nullptr; }}, [](const Stopped&) {}};
    const auto pages = std::make_shared<LentPages>(path);
    const auto hold = [pages](FileBytes part) {
        pages->hold();
        return std::shared_ptr<const void>(part.data(), [pages, part](const void*) {
            pages->give_back(part);
        });
    };
    const auto settle = [seen = std::weak_ptr(pages)](const Stopped& stopped) {
        if (const auto held = seen.lock()) held->settle(stopped);
    };
    return {{pages->all(), hold}, settle};
}

} // namespace jishi::app
