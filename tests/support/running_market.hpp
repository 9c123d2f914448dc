// The real program, started as a user starts it: its own process, its own private database, real
// sockets. It can be stopped, killed and started again on the same data.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <sys/types.h>
#include <vector>

namespace jishi::test {

// Runs `jishi arguments...` to its end; the exit code and everything it printed.
struct Finished {
    int exit_code = -1; // 128 + signal when it was killed
    std::string output; // standard output
    std::string errors; // standard error
};
Finished run_jishi(const std::vector<std::string>& arguments);

class RunningMarket {
public:
    // `data` is kept when the object ends; use fresh_folder() of test_database.hpp. Returns when
    // the market is open.
    explicit RunningMarket(
        std::filesystem::path data, std::vector<std::string> more_arguments = {}
    );
    ~RunningMarket();
    RunningMarket(const RunningMarket&) = delete;
    RunningMarket& operator=(const RunningMarket&) = delete;

    std::uint16_t port() const { return port_; }
    const std::filesystem::path& data() const { return data_; }
    const std::string& greeting() const { return greeting_; } // what it printed until it was open

    void start(); // again, on the same data
    int stop();   // SIGTERM, waits; the exit code
    void kill();  // SIGKILL, waits
    void kill_database();
    pid_t database_pid() const; // 0 when there is none
    std::string log() const;

private:
    std::filesystem::path data_;
    std::vector<std::string> arguments_;
    pid_t pid_ = 0;
    std::uint16_t port_ = 0;
    std::string greeting_;
    int output_ = -1;
};

// The first operator of a market that does not run, made with `jishi user create-operator`.
struct FirstOperator {
    std::string login = "bureau.operator", password = "a-long-password-for-tests";
};
FirstOperator create_operator(const std::filesystem::path& data);

} // namespace jishi::test
