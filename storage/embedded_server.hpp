// A private MariaDB server that lives and dies with this process: created on first use in
// <data_dir>/db, reachable over one unix socket in a folder of mode 0700 and by a generated
// password, restarted when it dies.
#pragma once

#include "storage/options.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace jishi::storage {

struct EmbeddedOptions {
    std::filesystem::path data_dir;   // created when missing
    std::filesystem::path mariadbd{}; // empty: looked for in /usr/sbin, /usr/libexec and PATH
    bool durable = true;      // false is for tests: a power failure then loses the last second
    int buffer_pool_mb = 128; // what does not fit is read from the disk again and again
    int redo_log_mb = 64;
    int max_connections = 200;
    int start_wait_s = 60;
    int stop_wait_s = 30; // then SIGKILL; 0 kills at once
    std::function<void(std::string_view)>
        on_event{}; // for the log; called on the supervisor's thread
};

class EmbeddedServer {
public:
    // Returns once the server answers and the schema `jishi` exists. Stops an orphan that an
    // earlier run of ours left on this folder. Throws StorageError{unavailable}: no mariadbd on the
    // machine, the folder in use by another jishi, the server does not start (with the end of its
    // log, which is <data_dir>/db/mariadbd.log).
    explicit EmbeddedServer(EmbeddedOptions options);
    ~EmbeddedServer(); // stops it
    EmbeddedServer(const EmbeddedServer&) = delete;
    EmbeddedServer& operator=(const EmbeddedServer&) = delete;

    // How to reach it. Stays true over restarts.
    DatabaseOptions database() const;
    void stop();
    pid_t pid() const; // 0 while it is down
    std::uint64_t restarts() const;

private:
    struct Supervisor;
    std::unique_ptr<Supervisor> supervisor_;
};

// How to reach the server of another jishi that holds this data folder at this moment; nothing when
// the folder is free. For the commands that work beside a running market (import, user, doctor).
std::optional<DatabaseOptions> running_embedded(const std::filesystem::path& data_dir);

} // namespace jishi::storage
