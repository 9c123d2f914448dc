#include "tests/bench/matching/child.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <sys/wait.h>

namespace jishi::matching::bench {

namespace {

[[noreturn]] void become(std::vector<std::string> command, int input, int output) {
    dup2(input, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    std::vector<char*> arguments;
    for (auto& argument : command)
        arguments.push_back(argument.data());
    arguments.push_back(nullptr);
    execvp(arguments[0], arguments.data());
    _exit(127);
}

std::array<int, 2> opened_pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    return ends;
}

// Empty at the end.
std::string line_from(std::FILE* file) {
    std::string line;
    for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file)) {
        line += static_cast<char>(c);
        if (c == '\n') break;
    }
    return line;
}

} // namespace

Child::Child(const std::vector<std::string>& command) {
    const auto input = opened_pipe(), output = opened_pipe();
    pid_ = fork();
    if (pid_ < 0) throw std::runtime_error("no process");
    if (pid_ == 0) become(command, input[0], output[1]);
    close(input[0]);
    close(output[1]);
    to_ = fdopen(input[1], "w");
    from_ = fdopen(output[0], "r");
}

Child::~Child() {
    std::fclose(to_);
    std::fclose(from_);
    waitpid(pid_, nullptr, 0);
}

void Child::tell(const std::string& line) {
    std::fputs((line + '\n').c_str(), to_);
    std::fflush(to_);
}

std::string Child::answer() {
    auto line = line_from(from_);
    if (line.empty()) throw std::runtime_error("the peer has ended");
    line.pop_back();
    return line;
}

std::vector<std::string> output_of(const std::vector<std::string>& command) {
    std::vector<std::string> lines;
    const auto output = opened_pipe();
    const auto pid = fork();
    if (pid < 0) throw std::runtime_error("no process");
    if (pid == 0) become(command, STDIN_FILENO, output[1]);
    close(output[1]);
    auto* const from = fdopen(output[0], "r");
    for (auto line = line_from(from); !line.empty(); line = line_from(from))
        lines.push_back(line.substr(0, line.size() - 1));
    std::fclose(from);
    int status = 0;
    waitpid(pid, &status, 0);
    if (status != 0) throw std::runtime_error("failed: " + command[0]);
    return lines;
}

} // namespace jishi::matching::bench
