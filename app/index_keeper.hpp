// Keeps the index in a file over a restart, with the place in the log up to which it holds
// everything. What the file says is believed only where checksum, log and model agree with it.
#pragma once

#include "app/settings.hpp"
#include "app/whole_file.hpp"
#include "matching/engine.hpp"
#include "storage/event_log.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace jishi::app {

std::filesystem::path index_path(const Settings& settings); // DATA/index/current

class IndexKeeper {
public:
    struct Parts {
        matching::Engine& engine;
        storage::EventLog& log;
        std::filesystem::path file;
        std::chrono::seconds pause{600};         // at least, between two writings; 0: keeps nothing
        std::function<std::uint64_t()> position; // everything up to here is in the index
    };

    explicit IndexKeeper(Parts parts);

    // The position up to which the index now holds everything, or nothing, and it is as it was;
    // with an empty `problem` there is no file. The model in force must be there before.
    std::optional<std::uint64_t> read(std::string& problem);
    // The same, told in the log.
    std::optional<std::uint64_t> load();

    // Settles the index that was read in its memory; writes the file where enough has changed since
    // it was written. Always false.
    bool step();

    // What step() does is given up. From any thread.
    void stop() { stopped_ = true; }
    // At the end: where anything has changed. REQUIRES: nothing else is called any more.
    void finish();

private:
    struct Place {
        std::uint64_t position = 0, model = 0;
        bool operator==(const Place&) const = default;
    };
    Place place() const;
    bool is_enough(const Place& now) const;
    std::optional<std::uint64_t> restore(std::string& problem);
    void settle();
    void write(const Place& now);

    Parts parts_;
    std::function<void(const Stopped&)> settle_; // what was read; empty when it was tried
    Place kept_;                                 // what the file holds
    std::uint64_t model_seen_ = 0;
    std::chrono::steady_clock::time_point next_look_;
    std::atomic<bool> stopped_ = false;
};

} // namespace jishi::app
