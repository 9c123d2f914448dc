#include "tests/support/running_market.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>

namespace jishi::test {

namespace {

constexpr const char* program = JISHI_PROGRAM;

// In the child, between fork and exec.
[[noreturn]] void become(const std::vector<std::string>& arguments, int output, int errors) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    std::vector<char*> argv{const_cast<char*>(program)};
    for (const auto& argument : arguments)
        argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    dup2(output, STDOUT_FILENO);
    dup2(errors, STDERR_FILENO);
    execv(program, argv.data());
    _exit(127);
}

int wait_for(pid_t pid) {
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::string text_of(const std::filesystem::path& path) {
    std::ifstream in(path);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

int open_for_writing(const std::filesystem::path& path, int how) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | how, 0600);
    if (fd < 0) throw std::runtime_error("cannot write " + path.string());
    return fd;
}

} // namespace

Finished run_jishi(const std::vector<std::string>& arguments) {
    char output_name[] = "/tmp/jishi_out_XXXXXX", errors_name[] = "/tmp/jishi_err_XXXXXX";
    const int output = mkstemp(output_name), errors = mkstemp(errors_name);
    const pid_t pid = fork();
    if (pid == 0) become(arguments, output, errors);
    Finished finished{
        .exit_code = wait_for(pid), .output = text_of(output_name), .errors = text_of(errors_name)};
    for (const int fd : {output, errors})
        ::close(fd);
    unlink(output_name);
    unlink(errors_name);
    return finished;
}

RunningMarket::RunningMarket(std::filesystem::path data, std::vector<std::string> more_arguments)
    : data_(std::move(data)), arguments_{"serve", "--data", data_.string(), "--port", "0"} {
    arguments_.insert(arguments_.end(), more_arguments.begin(), more_arguments.end());
    start();
}

RunningMarket::~RunningMarket() {
    if (pid_ != 0) kill();
    if (output_ >= 0) ::close(output_);
}

void RunningMarket::start() {
    if (output_ >= 0) ::close(output_);
    int pipe_ends[2];
    if (pipe2(pipe_ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    std::filesystem::create_directories(data_);
    const int errors = open_for_writing(data_ / "test.log", O_APPEND);
    pid_ = fork();
    if (pid_ == 0) become(arguments_, pipe_ends[1], errors);
    ::close(pipe_ends[1]);
    ::close(errors);
    output_ = pipe_ends[0];
    greeting_.clear();
    const std::string mark = " is open: http://127.0.0.1:";
    for (char c = 0;;) {
        if (::read(output_, &c, 1) != 1) {
            wait_for(pid_);
            pid_ = 0;
            throw std::runtime_error("the market did not open:\n" + log());
        }
        greeting_ += c;
        if (const auto at = greeting_.find(mark); c == '\n' && at != std::string::npos) {
            port_ = static_cast<std::uint16_t>(std::stoi(greeting_.substr(at + mark.size())));
            return;
        }
    }
}

int RunningMarket::stop() {
    ::kill(pid_, SIGTERM);
    const int code = wait_for(pid_);
    pid_ = 0;
    return code;
}

void RunningMarket::kill() {
    ::kill(pid_, SIGKILL);
    wait_for(pid_);
    pid_ = 0;
}

pid_t RunningMarket::database_pid() const {
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const auto name = entry.path().filename().string();
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        const auto command = text_of(entry.path() / "cmdline");
        if (command.find("mariadbd") != std::string::npos &&
            command.find(data_.string() + "/db") != std::string::npos)
            return std::stoi(name);
    }
    return 0;
}

void RunningMarket::kill_database() {
    if (const auto pid = database_pid()) ::kill(pid, SIGKILL);
}

std::string RunningMarket::log() const {
    return text_of(data_ / "test.log");
}

FirstOperator create_operator(const std::filesystem::path& data) {
    const FirstOperator who;
    const auto made = run_jishi(
        {"user",
         "create-operator",
         "--data",
         data.string(),
         "--login",
         who.login,
         "--password",
         who.password,
         "--name",
         "周砚秋",
         "--organisation",
         "云江市技术市场管理局",
         "--uscc",
         "11330300XX0000019X",
         "--division",
         "330300"}
    );
    if (made.exit_code != 0) throw std::runtime_error("create-operator: " + made.errors);
    return who;
}

} // namespace jishi::test
