#include "tests/support/test_database.hpp"

#include "storage/connection.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <sys/file.h>

namespace jishi::testing {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view prefix = "jishi-tests-";

// Free to take means that its process has ended.
int try_lock(const fs::path& folder) {
    const int fd = open((folder / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
    if (fd >= 0) close(fd);
    return -1;
}

void remove_leftovers() {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator("/tmp", ignored)) {
        if (!entry.path().filename().string().starts_with(prefix) || entry.is_symlink()) continue;
        if (!fs::exists(entry.path() / "lock")) continue; // being made at this moment
        const int fd = try_lock(entry.path());
        if (fd < 0) continue;
        fs::remove_all(entry.path(), ignored);
        close(fd);
    }
}

class Workspace {
public:
    Workspace() {
        remove_leftovers();
        auto name = "/tmp/" + std::string(prefix) + "XXXXXX";
        if (!mkdtemp(name.data())) throw std::runtime_error("no folder can be made in /tmp");
        root_ = name;
        lock_ = try_lock(root_);
    }
    ~Workspace() {
        server_.reset();
        std::error_code ignored;
        fs::remove_all(root_, ignored);
        close(lock_);
    }
    fs::path fresh(std::string_view name) {
        const auto folder = root_ / (std::string(name) + std::to_string(++folders_));
        fs::create_directories(folder);
        return folder;
    }
    storage::EmbeddedServer& server() {
        const std::lock_guard guard(mutex_);
        if (!server_) {
            storage::EmbeddedOptions options;
            options.data_dir = fresh("shared");
            options.durable = false;
            options.redo_log_mb = 8;
            options.buffer_pool_mb = 64;
            options.stop_wait_s = 0;
            server_ = std::make_unique<storage::EmbeddedServer>(options);
        }
        return *server_;
    }

private:
    fs::path root_;
    int lock_ = -1;
    std::atomic<int> folders_ = 0;
    std::mutex mutex_;
    std::unique_ptr<storage::EmbeddedServer> server_;
};

Workspace& workspace() {
    static Workspace only;
    return only;
}

} // namespace

storage::EmbeddedServer& TestDatabase::server() {
    return workspace().server();
}

storage::DatabaseOptions TestDatabase::fresh_schema() {
    static std::atomic<int> schemas = 0;
    auto where = server().database();
    const auto name = "test_" + std::to_string(++schemas);
    storage::Connection(where).execute(
        "CREATE DATABASE " + name + " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
    );
    where.schema = name;
    return where;
}

fs::path fresh_folder(std::string_view name) {
    return workspace().fresh(name);
}

} // namespace jishi::testing
