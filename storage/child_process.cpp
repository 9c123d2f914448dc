#include "storage/child_process.hpp"

#include "storage/error.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <sys/prctl.h>
#include <sys/wait.h>
extern "C" { // glibc 2.36 forgets it
#include <sys/pidfd.h>
}

#include <cerrno>
#include <cstring>
#include <utility>

namespace jishi::storage {
namespace {

// Between fork and exec of a threaded program: async-signal-safe calls only.
[[noreturn]] void become(char* const* argv, pid_t parent, int standard_input, int output) {
    setsid();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127); // the parent died before the line above took effect
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    dup2(standard_input, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    close_range(STDERR_FILENO + 1, ~0U, 0);
    execv(argv[0], argv);
    _exit(127);
}

[[noreturn]] void fail(const std::string& what) {
    throw StorageError(StorageError::Kind::unavailable, 0, what + ": " + std::strerror(errno));
}

} // namespace

Descriptor::~Descriptor() {
    if (fd_ >= 0) close(fd_);
}
Descriptor::Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

std::optional<ProcessHandle> ProcessHandle::open(pid_t pid) {
    Descriptor pidfd(pidfd_open(pid, 0));
    if (!pidfd.valid()) return {};
    return ProcessHandle(pid, std::move(pidfd));
}

void ProcessHandle::signal(int number) const {
    pidfd_send_signal(pidfd_.get(), number, nullptr, 0);
}

bool ProcessHandle::wait_end(std::chrono::milliseconds at_most) const {
    const auto deadline = std::chrono::steady_clock::now() + at_most;
    while (true) {
        const auto left = deadline - std::chrono::steady_clock::now();
        const auto left_ms = std::chrono::ceil<std::chrono::milliseconds>(left).count();
        pollfd wanted{pidfd_.get(), POLLIN, 0};
        const int ready = poll(&wanted, 1, left_ms > 0 ? static_cast<int>(left_ms) : 0);
        if (ready > 0) return true;
        if (ready == 0 || errno != EINTR) return false;
    }
}

void ProcessHandle::stop(std::chrono::milliseconds patience) const {
    constexpr std::chrono::seconds kernel_patience{
        10}; // a killed process may still be writing to a slow disk
    signal(SIGTERM);
    if (wait_end(patience)) return;
    signal(SIGKILL);
    wait_end(kernel_patience);
}

ChildProcess
ChildProcess::start(const std::vector<std::string>& argv, int standard_input, int output) {
    std::vector<char*> pointers;
    pointers.reserve(argv.size() + 1);
    for (const auto& argument : argv)
        pointers.push_back(const_cast<char*>(argument.c_str()));
    pointers.push_back(nullptr);
    const pid_t parent = getpid();
    const pid_t pid = fork();
    if (pid < 0) fail("no process can be started");
    if (pid == 0) become(pointers.data(), parent, standard_input, output);
    auto process = ProcessHandle::open(pid);
    if (process) return ChildProcess(std::move(*process));
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
    fail("pidfd_open");
}

ChildProcess::~ChildProcess() {
    if (!process_) return;
    process_->signal(SIGKILL);
    reap();
}

std::string ChildProcess::reap() {
    int status = 0;
    while (waitpid(process_->pid(), &status, 0) < 0 && errno == EINTR) {
    }
    process_.reset();
    if (WIFSIGNALED(status)) return "signal " + std::to_string(WTERMSIG(status));
    return "exit status " + std::to_string(WEXITSTATUS(status));
}

} // namespace jishi::storage
