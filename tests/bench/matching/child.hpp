// A program beside us that answers lines with lines.
#pragma once

#include <cstdio>
#include <string>
#include <sys/types.h>
#include <vector>

namespace jishi::matching::bench {

class Child {
public:
    explicit Child(const std::vector<std::string>& command);
    ~Child(); // ends its input and waits for it
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    void tell(const std::string& line);
    std::string answer(); // throws if the child has ended

private:
    pid_t pid_ = -1;
    std::FILE* to_ = nullptr;
    std::FILE* from_ = nullptr;
};

// Runs a program to its end. Throws if it fails.
std::vector<std::string> output_of(const std::vector<std::string>& command);

} // namespace jishi::matching::bench
