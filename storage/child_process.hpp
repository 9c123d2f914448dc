// A child process that cannot outlive us. Internal to storage/.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace jishi::storage {

// A file descriptor that closes itself.
class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor();
    Descriptor(Descriptor&& other) noexcept;
    Descriptor& operator=(Descriptor&& other) noexcept;

    int get() const { return fd_; }
    bool valid() const { return fd_ >= 0; }

private:
    int fd_ = -1;
};

// A process that need not be our child (an orphan of an earlier run).
class ProcessHandle {
public:
    static std::optional<ProcessHandle> open(pid_t pid); // nothing when it is gone

    pid_t pid() const { return pid_; }
    int descriptor() const { return pidfd_.get(); } // readable once the process has ended
    void signal(int number) const;
    bool wait_end(std::chrono::milliseconds at_most) const;
    // SIGTERM, and SIGKILL when it has not ended by then.
    void stop(std::chrono::milliseconds patience) const;

private:
    ProcessHandle(pid_t pid, Descriptor pidfd) : pid_(pid), pidfd_(std::move(pidfd)) {}
    pid_t pid_;
    Descriptor pidfd_;
};

// Killed by the kernel when the thread that started it ends, so start it from a thread that lives
// long. Its own session: a Ctrl-C at our terminal does not reach it. Inherits no descriptor but
// those given.
class ChildProcess {
public:
    // argv[0] is the path of the program. Throws StorageError{unavailable}.
    static ChildProcess start(const std::vector<std::string>& argv, int standard_input, int output);
    ~ChildProcess(); // kills what still runs
    ChildProcess(ChildProcess&& other) noexcept
        : process_(std::exchange(other.process_, std::nullopt)) {}
    ChildProcess& operator=(ChildProcess&&) = delete;

    const ProcessHandle& process() const { return *process_; }
    // Blocks until it has ended; "exit status 1", "signal 9".
    std::string reap();

private:
    explicit ChildProcess(ProcessHandle process) : process_(std::move(process)) {}
    std::optional<ProcessHandle> process_;
};

} // namespace jishi::storage
