// What the benches of the engine share: clocks, percentiles, memory, and lines `name value unit`.
#pragma once

#include <malloc.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <numeric>
#include <string>
#include <vector>

namespace jishi::matching::bench {

inline void print(const std::string& name, double value, const char* unit) {
    std::printf("%s %.6g %s\n", name.c_str(), value, unit);
    std::fflush(stdout);
}

// Processor time tells more than the clock where others use the machine.
class Stopwatch {
public:
    enum class Of { thread, process };
    explicit Stopwatch(Of whom = Of::thread)
        : clock_(whom == Of::thread ? CLOCK_THREAD_CPUTIME_ID : CLOCK_PROCESS_CPUTIME_ID) {}

    double wall_us() const {
        return std::chrono::duration<double, std::micro>(Wall::now() - begin_).count();
    }
    double cpu_us() const { return now_us() - cpu_begin_us_; }

private:
    using Wall = std::chrono::steady_clock;

    double now_us() const {
        timespec time{};
        clock_gettime(clock_, &time);
        return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
    }

    clockid_t clock_;
    Wall::time_point begin_ = Wall::now();
    double cpu_begin_us_ = now_us();
};

inline void print_times(const std::string& name, const Stopwatch& watch) {
    print(name + ".wall", watch.wall_us() / 1e6, "s");
    print(name + ".cpu", watch.cpu_us() / 1e6, "s");
}

struct Summary {
    double mean = 0, p50 = 0, p99 = 0, max = 0;
};

inline Summary summary_of(std::vector<double> values) {
    if (values.empty()) return {};
    std::sort(values.begin(), values.end());
    const auto at = [&](double share) {
        return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
    };
    const auto sum = std::accumulate(values.begin(), values.end(), 0.);
    return {sum / static_cast<double>(values.size()), at(.5), at(.99), at(1)};
}

inline double median_of(std::vector<double> values) {
    return summary_of(std::move(values)).p50;
}

inline void print_summary(const std::string& name, const Summary& summary, const char* unit) {
    print(name + ".mean", summary.mean, unit);
    print(name + ".p50", summary.p50, unit);
    print(name + ".p99", summary.p99, unit);
    print(name + ".max", summary.max, unit);
}

// After what was freed has gone back to the system.
inline double resident_mb() {
    malloc_trim(0);
    double pages_all = 0, pages_resident = 0;
    std::ifstream("/proc/self/statm") >> pages_all >> pages_resident;
    return pages_resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

} // namespace jishi::matching::bench
