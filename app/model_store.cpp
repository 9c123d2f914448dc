#include "app/model_store.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
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

    void write(std::string_view bytes) const {
        while (!bytes.empty()) {
            const auto written = ::write(fd_, bytes.data(), bytes.size());
            if (written < 0 && errno != EINTR) fail(path_);
            if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
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

std::filesystem::path model_path(const Settings& settings) {
    return std::filesystem::path(settings.text("data")) / "model" / "current";
}

std::optional<matching::KeptModel>
load_model(const std::filesystem::path& path, std::string& problem) {
    problem.clear();
    std::error_code error;
    if (!std::filesystem::exists(path, error) && !error) return std::nullopt;
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    problem = "it cannot be read";
    if (!file) return std::nullopt;
    return matching::kept_model(bytes, problem);
}

void save_model(const std::filesystem::path& path, const matching::KeptModel& kept) {
    const auto folder = path.parent_path();
    auto fresh = path;
    fresh += ".new";
    std::filesystem::create_directories(folder);
    try {
        const Descriptor file(fresh, O_WRONLY | O_CREAT | O_TRUNC);
        file.write(matching::bytes_of(kept));
        file.sync();
    } catch (const std::exception&) {
        std::error_code ignored;
        std::filesystem::remove(fresh, ignored); // where the disk is full, it needs no half model
        throw;
    }
    std::filesystem::rename(fresh, path);
    Descriptor(folder, O_RDONLY | O_DIRECTORY).sync();
}

} // namespace jishi::app
