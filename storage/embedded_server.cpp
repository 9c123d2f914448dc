#include "storage/embedded_server.hpp"

#include "storage/connection.hpp"
#include "storage/embedded_folder.hpp"
#include "storage/error.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <mutex>
#include <sys/eventfd.h>
#include <thread>

namespace jishi::storage {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds first_pause{100};
constexpr milliseconds longest_pause{10'000};
constexpr std::chrono::seconds stable_after{60};

Descriptor open_log(const std::filesystem::path& file) {
    constexpr std::uintmax_t log_max = 16 << 20;
    std::error_code ignored;
    const auto size = std::filesystem::file_size(file, ignored);
    if (!ignored && size > log_max) std::filesystem::rename(file, file.string() + ".1", ignored);
    return Descriptor(
        open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600)
    );
}

} // namespace

// The supervisor's thread starts the server, waits for its end, and starts it again. It is the
// thread that forks, so the kernel kills the server when it, and with it this process, ends.
struct EmbeddedServer::Supervisor {
    explicit Supervisor(EmbeddedOptions wanted)
        : options(std::move(wanted)), folder(options), stop_event(eventfd(0, EFD_CLOEXEC)) {
        thread = std::thread([this] { supervise(); });
        try {
            wait_ready();
        } catch (...) {
            stop();
            throw;
        }
    }
    ~Supervisor() { stop(); }

    const EmbeddedOptions options;
    EmbeddedFolder folder;
    Descriptor stop_event;
    std::atomic<bool> stopping = false, ready = false, given_up = false;
    std::atomic<pid_t> pid = 0;
    std::atomic<std::uint64_t> restarts = 0;
    std::mutex stop_mutex;
    std::thread thread;

    void tell(const std::string& text) const {
        if (options.on_event) options.on_event(text);
    }

    // True when stop() was called within that time.
    bool stop_wanted_within(milliseconds pause) const {
        pollfd wanted{stop_event.get(), POLLIN, 0};
        poll(&wanted, 1, static_cast<int>(pause.count()));
        return stopping;
    }

    void supervise() {
        auto pause = first_pause;
        while (!stopping) {
            const auto begun = Clock::now();
            std::string end;
            try {
                end = run_once();
            } catch (const StorageError& error) {
                end = error.what();
            }
            if (stopping) return;
            if (!ready) { // the very first start: the constructor tells it
                given_up = true;
                return;
            }
            if (Clock::now() - begun > stable_after) pause = first_pause;
            tell(
                "the database server ended (" + end + "); starting it again in " +
                std::to_string(pause.count()) + " ms"
            );
            if (stop_wanted_within(pause)) return;
            pause = std::min(2 * pause, longest_pause);
            ++restarts;
        }
    }

    std::string run_once() {
        const auto log = open_log(folder.log_file());
        const Descriptor nothing(open("/dev/null", O_RDONLY | O_CLOEXEC));
        auto child = ChildProcess::start(folder.start_command(), nothing.get(), log.get());
        folder.note_pid(child.process().pid());
        pid = child.process().pid();
        pollfd events[] = {
            {child.process().descriptor(), POLLIN, 0}, {stop_event.get(), POLLIN, 0}};
        while (poll(events, 2, -1) < 0) {
        }
        // One that never answered has promised nothing, and may hang when it is asked to end while
        // it starts.
        if (stopping && ready && options.stop_wait_s > 0)
            child.process().stop(std::chrono::seconds(options.stop_wait_s));
        if (stopping) child.process().signal(SIGKILL);
        pid = 0;
        return child.reap();
    }

    DatabaseOptions database() const {
        DatabaseOptions where;
        where.socket = folder.socket().string();
        where.user = embedded_user;
        where.password = folder.password();
        where.schema = "jishi";
        return where;
    }

    void wait_ready() {
        constexpr milliseconds poll_every{20};
        const auto deadline = Clock::now() + std::chrono::seconds(options.start_wait_s);
        while (!try_prepare(deadline)) {
            if (given_up) {
                throw StorageError(
                    StorageError::Kind::unavailable,
                    0,
                    "the database server does not start: " + tail_of(folder.log_file())
                );
            }
            std::this_thread::sleep_for(poll_every);
        }
        ready = true;
    }

    // Makes the schema. Refused connections are normal while the server starts; after the deadline
    // they are told.
    bool try_prepare(Clock::time_point deadline) const {
        try {
            auto where = database();
            where.schema.clear();
            Connection(where).execute(
                "CREATE DATABASE IF NOT EXISTS jishi CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
            );
            return true;
        } catch (const StorageError& error) {
            if (error.kind != StorageError::Kind::unavailable || Clock::now() >= deadline) throw;
            return false;
        }
    }

    void stop() {
        const std::lock_guard lock(stop_mutex);
        stopping = true;
        eventfd_write(stop_event.get(), 1);
        if (thread.joinable()) thread.join();
    }
};

EmbeddedServer::EmbeddedServer(EmbeddedOptions options)
    : supervisor_(std::make_unique<Supervisor>(std::move(options))) {}
EmbeddedServer::~EmbeddedServer() = default;

DatabaseOptions EmbeddedServer::database() const {
    return supervisor_->database();
}
void EmbeddedServer::stop() {
    supervisor_->stop();
}
pid_t EmbeddedServer::pid() const {
    return supervisor_->pid;
}
std::uint64_t EmbeddedServer::restarts() const {
    return supervisor_->restarts;
}

} // namespace jishi::storage
