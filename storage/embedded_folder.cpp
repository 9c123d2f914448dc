#include "storage/embedded_folder.hpp"

#include "storage/error.hpp"

#include <sodium.h>

#include <fcntl.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/un.h>

namespace jishi::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t socket_path_max = sizeof(sockaddr_un::sun_path) - 1;

[[noreturn]] void fail(const std::string& text) {
    throw StorageError(StorageError::Kind::unavailable, 0, text);
}
[[noreturn]] void fail_with_errno(const std::string& what) {
    fail(what + ": " + std::strerror(errno));
}

std::string read_file(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

void write_all(int fd, std::string_view text, const std::string& what) {
    while (!text.empty()) {
        const auto written = write(fd, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail_with_errno(what);
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

void write_private_file(const fs::path& file, std::string_view text) {
    const Descriptor out(
        open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600)
    );
    if (!out.valid()) fail_with_errno(file.string());
    write_all(out.get(), text, file.string());
    if (fsync(out.get()) != 0) fail_with_errno(file.string());
}

fs::path find_mariadbd(const fs::path& wanted) {
    std::vector<fs::path> candidates;
    if (!wanted.empty()) {
        candidates.push_back(wanted);
    } else {
        candidates = {"/usr/sbin/mariadbd", "/usr/libexec/mariadbd"};
        const auto* const folders = std::getenv("PATH");
        std::istringstream path(folders != nullptr ? folders : "");
        for (std::string folder; std::getline(path, folder, ':');)
            candidates.push_back(fs::path(folder) / "mariadbd");
    }
    for (const auto& candidate : candidates) {
        if (candidate.is_absolute() && access(candidate.c_str(), X_OK) == 0) return candidate;
    }
    fail(
        (wanted.empty() ? "no MariaDB server (mariadbd) is installed"
                        : wanted.string() + " cannot be run") +
        ": apt-get install mariadb-server-core, or name a database with --database"
    );
}

fs::path find_share(std::string_view file) {
    for (const char* const folder :
         {"/usr/share/mysql", "/usr/share/mariadb", "/usr/share/mariadb-server"}) {
        if (fs::exists(fs::path(folder) / file)) return folder;
    }
    fail(
        std::string(file) +
        " is missing below /usr/share: apt-get install --reinstall mariadb-server-core"
    );
}

// The system tables, and one account that has all rights and a password; the passwordless root
// goes.
std::string creation_sql(const std::string& password) {
    std::string sql =
        "CREATE DATABASE IF NOT EXISTS mysql;\nUSE mysql;\nSET @auth_root_socket = NULL;\n";
    for (const auto* file :
         {"mysql_system_tables.sql",
          "mysql_performance_tables.sql",
          "mysql_system_tables_data.sql"}) {
        sql += read_file(find_share(file) / file) + "\n";
    }
    const std::string account = "'" + std::string(embedded_user) + "'@'localhost'";
    sql += "DELETE FROM mysql.global_priv WHERE User <> 'mariadb.sys';\n"
           "DELETE FROM mysql.proxies_priv;\n"
           "FLUSH PRIVILEGES;\n"
           "CREATE USER " +
           account + " IDENTIFIED BY '" + password +
           "';\n"
           "GRANT ALL PRIVILEGES ON *.* TO " +
           account + " WITH GRANT OPTION;\nREVOKE FILE ON *.* FROM " + account + ";\n";
    return sql;
}

std::string random_password() {
    if (sodium_init() < 0) fail("the random generator does not start");
    std::array<unsigned char, 24> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    std::array<char, 2 * bytes.size() + 1> hex{};
    return sodium_bin2hex(hex.data(), hex.size(), bytes.data(), bytes.size());
}

void make_empty_folder(const fs::path& folder) {
    fs::remove_all(folder);
    if (mkdir(folder.c_str(), 0700) != 0) fail_with_errno(folder.string());
}

void sync_folder(const fs::path& folder) {
    const Descriptor fd(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd.valid() || syncfs(fd.get()) != 0) fail_with_errno(folder.string());
}

// Only a folder that is a folder (no link), ours, and closed to others.
bool is_private_folder(const fs::path& folder) {
    struct stat info {};
    return lstat(folder.c_str(), &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == geteuid() &&
           (info.st_mode & 077) == 0;
}

fs::path make_short_folder() {
    const char* runtime = std::getenv("XDG_RUNTIME_DIR");
    constexpr std::size_t runtime_max = 64;
    const bool usable =
        runtime && std::strlen(runtime) <= runtime_max && is_private_folder(runtime);
    auto name = (usable ? std::string(runtime) : "/tmp") + "/jishi-XXXXXX";
    if (!mkdtemp(name.data())) fail_with_errno(name);
    return name;
}

} // namespace

std::string tail_of(const fs::path& file) {
    constexpr std::size_t shown = 1500;
    const auto text = read_file(file);
    return text.substr(text.size() > shown ? text.size() - shown : 0);
}

EmbeddedFolder::EmbeddedFolder(const EmbeddedOptions& options) : options_(options) {
    mariadbd_ = find_mariadbd(options.mariadbd);
    std::error_code error;
    fs::create_directories(options.data_dir, error);
    data_ = fs::canonical(options.data_dir, error);
    if (error) fail("the data folder " + options.data_dir.string() + ": " + error.message());
    db_ = data_ / "db";
    temporary_ = data_ / "db.tmpdir";
    lock();
    stop_orphan();
    make_empty_folder(temporary_);
    if (!fs::exists(db_)) create_database();
    password_ = read_file(db_ / "jishi.password");
    if (password_.empty() || !fs::exists(db_ / "mysql")) {
        throw StorageError(
            StorageError::Kind::corrupt, 0, db_.string() + " is not a database of jishi"
        );
    }
    choose_socket();
}

EmbeddedFolder::~EmbeddedFolder() {
    remove_socket_folder();
}

// The same for creating and for serving. A private tmpdir: every server that starts deletes the
// temporary tables it finds in its tmpdir, also those of another server in /tmp.
std::vector<std::string> EmbeddedFolder::common_arguments(const fs::path& folder) const {
    std::vector<std::string> arguments{
        mariadbd_.string(),
        "--no-defaults",
        "--datadir=" + folder.string(),
        "--tmpdir=" + temporary_.string(),
        "--lc-messages-dir=" + find_share("english/errmsg.sys").string(),
        "--skip-log-bin",
        "--performance-schema=OFF",
        "--innodb-log-file-size=" + std::to_string(options_.redo_log_mb) + "M",
        "--innodb-buffer-pool-load-at-startup=0",
        "--innodb-buffer-pool-dump-at-shutdown=0",
    };
    if (geteuid() == 0)
        arguments.push_back("--user=root"); // it refuses to run as root unless told so
    return arguments;
}

void EmbeddedFolder::lock() {
    const auto file = data_ / "db.lock";
    lock_ = Descriptor(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!lock_.valid()) fail_with_errno(file.string());
    if (flock(lock_.get(), LOCK_EX | LOCK_NB) != 0) {
        fail(
            "the data folder " + data_.string() + " is in use by another jishi, process " +
            read_file(file)
        );
    }
    if (ftruncate(lock_.get(), 0) != 0) fail_with_errno(file.string());
    write_all(lock_.get(), std::to_string(getpid()), file.string());
}

// The lock is ours, so a server that still runs here has lost its jishi. Its process id may have
// been given to a stranger since: the command line decides.
void EmbeddedFolder::stop_orphan() const {
    const auto text = read_file(db_ / "mariadbd.pid");
    pid_t pid = 0;
    std::from_chars(text.data(), text.data() + text.size(), pid);
    if (pid <= 1) return;
    const auto process = ProcessHandle::open(pid);
    if (!process) return;
    const auto command = read_file("/proc/" + std::to_string(pid) + "/cmdline");
    const auto argument = std::string(1, '\0') + "--datadir=" + db_.string() + std::string(1, '\0');
    if (command.find(argument) == std::string::npos) return;
    if (options_.on_event)
        options_.on_event("stopping an orphaned database server, process " + std::to_string(pid));
    // Short: a server that is told to end while it starts may hang, and killing it is safe, only
    // less tidy.
    process->stop(std::chrono::seconds(std::min(options_.stop_wait_s, 5)));
}

// Built aside and renamed: a database exists completely or not at all.
void EmbeddedFolder::create_database() const {
    const auto aside = data_ / "db.tmp";
    make_empty_folder(aside);
    const auto password = random_password();
    write_private_file(aside / "jishi.password", password);

    const Descriptor input(memfd_create("jishi-bootstrap", MFD_CLOEXEC));
    if (!input.valid()) fail_with_errno("memfd_create");
    write_all(input.get(), creation_sql(password), "bootstrap");
    lseek(input.get(), 0, SEEK_SET);
    const auto log = aside / "mariadbd.log";
    const Descriptor output(open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    auto arguments = common_arguments(aside);
    arguments.insert(
        arguments.end(), {"--bootstrap", "--max-allowed-packet=16M", "--enforce-storage-engine="}
    );
    auto child = ChildProcess::start(arguments, input.get(), output.get());
    const auto outcome = child.reap();
    if (outcome != "exit status 0")
        fail("the database could not be created (" + outcome + "): " + tail_of(log));
    sync_folder(aside);
    fs::rename(aside, db_);
    sync_folder(data_);
    if (options_.on_event) options_.on_event("created a database in " + db_.string());
}

void EmbeddedFolder::choose_socket() {
    remove_socket_folder(); // of a run that was killed
    socket_ = db_ / "mariadbd.sock";
    if (socket_.string().size() <= socket_path_max) return;
    const auto folder = make_short_folder();
    write_private_file(db_ / "socket_folder", folder.string());
    // Held while we run: it keeps systemd-tmpfiles from cleaning the folder away.
    socket_folder_lock_ = Descriptor(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (socket_folder_lock_.valid()) flock(socket_folder_lock_.get(), LOCK_SH | LOCK_NB);
    socket_ = folder / "s";
}

void EmbeddedFolder::remove_socket_folder() const {
    const auto note = db_ / "socket_folder";
    const fs::path folder = read_file(note);
    std::error_code ignored;
    if (!folder.empty() && folder.filename().string().starts_with("jishi-") &&
        is_private_folder(folder)) {
        fs::remove_all(folder, ignored);
    }
    fs::remove(note, ignored);
}

std::vector<std::string> EmbeddedFolder::start_command() const {
    auto arguments = common_arguments(db_);
    arguments.insert(
        arguments.end(),
        {
            "--socket=" + socket_.string(),
            "--pid-file=" + (db_ / "mariadbd.pid").string(),
            "--skip-networking",
            "--skip-name-resolve",
            "--symbolic-links=0",
            "--local-infile=0",
            "--character-set-server=utf8mb4",
            "--collation-server=utf8mb4_bin",
            "--transaction-isolation=READ-COMMITTED",
            "--default-time-zone=+00:00",
            "--max-allowed-packet=64M",
            "--max-connections=" + std::to_string(options_.max_connections),
            "--innodb-buffer-pool-size=" + std::to_string(options_.buffer_pool_mb) + "M",
            "--innodb-flush-log-at-trx-commit=" + std::string(options_.durable ? "1" : "0"),
            "--innodb-doublewrite=" + std::string(options_.durable ? "ON" : "OFF"),
        }
    );
    return arguments;
}

// Written before the server writes its own, which it does late: an orphan must be findable from its
// first moment.
void EmbeddedFolder::note_pid(pid_t pid) const {
    write_private_file(db_ / "mariadbd.pid", std::to_string(pid));
}

} // namespace jishi::storage
