// The folder of the private server: its lock, its first setup, its socket, its command line.
// Internal to storage/.
#pragma once

#include "storage/child_process.hpp"
#include "storage/embedded_server.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace jishi::storage {

class EmbeddedFolder {
public:
    // Takes the lock, stops an orphan, creates the database when there is none. After it,
    // start_command() may run.
    explicit EmbeddedFolder(const EmbeddedOptions& options);
    ~EmbeddedFolder(); // removes the folder of the socket when it is outside of the data folder
    EmbeddedFolder(const EmbeddedFolder&) = delete;
    EmbeddedFolder& operator=(const EmbeddedFolder&) = delete;

    std::vector<std::string> start_command() const;
    std::filesystem::path log_file() const { return db_ / "mariadbd.log"; }
    const std::filesystem::path& socket() const { return socket_; }
    const std::string& password() const { return password_; }
    void note_pid(pid_t pid) const;

private:
    std::vector<std::string> common_arguments(const std::filesystem::path& folder) const;
    void lock();
    void stop_orphan() const;
    void create_database() const;
    void choose_socket();
    void remove_socket_folder() const;

    const EmbeddedOptions& options_;
    std::filesystem::path data_, db_, temporary_, mariadbd_, socket_;
    std::string password_;
    Descriptor lock_, socket_folder_lock_;
};

inline constexpr std::string_view embedded_user = "jishi";

// The last lines of a log, for error texts.
std::string tail_of(const std::filesystem::path& file);

} // namespace jishi::storage
