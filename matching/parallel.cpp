#include "matching/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace jishi::matching {

namespace {
constexpr unsigned threads_max = 8;
} // namespace

void in_parallel(std::size_t count, const std::function<void(std::size_t)>& work) {
    std::atomic<std::size_t> next = 0;
    std::mutex failing;
    std::exception_ptr failure;
    const auto run = [&] {
        try {
            for (auto i = next++; i < count; i = next++)
                work(i);
        } catch (...) {
            next = count;
            const std::lock_guard lock(failing);
            if (!failure) failure = std::current_exception();
        }
    };
    {
        std::vector<std::jthread> others;
        const auto cores = std::clamp(std::thread::hardware_concurrency(), 1U, threads_max);
        try {
            while (others.size() + 1 < std::min<std::size_t>(cores, count))
                others.emplace_back(run);
        } catch (const std::system_error&) { // no more threads: those there are do it all
        }
        run();
    }
    if (failure) std::rethrow_exception(failure);
}

} // namespace jishi::matching
