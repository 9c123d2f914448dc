// Counters, gauges and histograms, shown in the Prometheus text format. Updating is lock-free and
// may happen on any thread; registering takes a lock and gives a reference that lives as long as
// the registry.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jishi::protocol {

class Counter {
public:
    void add(std::uint64_t count = 1) { value_.fetch_add(count, std::memory_order_relaxed); }
    std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

class Gauge {
public:
    void set(std::int64_t value) { value_.store(value, std::memory_order_relaxed); }
    void add(std::int64_t change) { value_.fetch_add(change, std::memory_order_relaxed); }
    std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::int64_t> value_{0};
};

// Durations in fixed buckets from 0.5 ms to 10 s.
class Histogram {
public:
    static constexpr std::array<std::int64_t, 13> bounds_us{
        500,
        1'000,
        2'500,
        5'000,
        10'000,
        25'000,
        50'000,
        100'000,
        250'000,
        500'000,
        1'000'000,
        2'500'000,
        10'000'000};

    void observe_us(std::int64_t duration_us);
    void write(std::string& out, std::string_view name, std::string_view labels) const;
    std::uint64_t count() const;

private:
    std::array<std::atomic<std::uint64_t>, bounds_us.size() + 1> buckets_{};
    std::atomic<std::int64_t> sum_us_{0};
};

class Metrics {
public:
    using Labels = std::vector<std::pair<std::string, std::string>>;

    // Asking again for the same name and labels gives the same one. Names follow Prometheus:
    // "jishi_requests_total".
    Counter& counter(std::string_view name, std::string_view help, const Labels& labels = {});
    Gauge& gauge(std::string_view name, std::string_view help, const Labels& labels = {});
    Histogram& histogram(std::string_view name, std::string_view help, const Labels& labels = {});

    std::string text() const;

private:
    template<class Instrument>
    struct Family {
        std::string help;
        std::map<std::string, Instrument> by_labels; // the labels as they are shown
    };
    template<class Instrument>
    using Families = std::map<std::string, Family<Instrument>, std::less<>>;

    template<class Instrument>
    Instrument& find(
        Families<Instrument>& families,
        std::string_view name,
        std::string_view help,
        const Labels& labels
    );

    mutable std::mutex mutex_;
    Families<Counter> counters_;
    Families<Gauge> gauges_;
    Families<Histogram> histograms_;
};

} // namespace jishi::protocol
