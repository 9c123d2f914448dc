// Learns from the live listings and the confirmed matches while the market serves, and puts what
// was learned in force: for the snapshots from then on, and in a file for the next start.
#pragma once

#include "app/confirmed_matches.hpp"
#include "matching/engine.hpp"
#include "matching/learning.hpp"
#include "matching/model_file.hpp"
#include "protocol/metrics.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace jishi::app {

class Learner {
public:
    struct Parts {
        matching::Engine& engine;
        protocol::Metrics& metrics;
        std::filesystem::path file;
        bool learns = true; // otherwise what the file holds stays in force
        // What must have come, changed or gone since the last learning: a share of the listings
        // then, or of the confirmed matches, and at least so many.
        std::size_t share_percent = 5, listings_min = 100, matches_min = 20;
        // Between two looks at the market: at least so long, and so many times as long as the last
        // one took with the learning that followed, lest a large market learns all day.
        std::chrono::seconds pause{60};
        std::int64_t rest_factor = 4;
        matching::LearningLimits limits{};
        // The matches that people confirmed, asked for at every look at a market that is large
        // enough; and the texts of those that teach, which may end early once it is told to stop.
        std::function<std::vector<market::Pair>()> confirmed = [] {
            return std::vector<market::Pair>{};
        };
        using Stopped = std::function<bool()>;
        std::function<std::vector<ConfirmedTexts>(std::span<const market::Pair>, const Stopped&)>
            texts_of = [](auto, auto&) { return std::vector<ConfirmedTexts>{}; };
    };

    explicit Learner(Parts parts);

    // What the file holds comes into force. Best before the engine has listings.
    void load();

    // Looks whether there is enough to learn from, and learns. Always false: the next look is due
    // after the pause.
    bool step();

    // A step that runs ends soon and leaves all as it was. From any thread.
    void stop() { stopped_ = true; }

    // That the model in force was learned from; 0 without one. From any thread.
    std::int64_t listings() const { return listings_.value(); }

private:
    using Fingerprints = std::vector<std::uint64_t>;

    bool have_changed(const Fingerprints& now, const Fingerprints& then, std::size_t least) const;
    bool is_enough(const matching::LearnedFrom& market) const;
    std::shared_ptr<const matching::Model> learn_aside(
        const matching::Snapshot& snapshot, const std::vector<market::Pair>& confirmed
    ) const;
    void look(); // and learns, if there is enough to learn from
    void put_in_force(matching::KeptModel kept);

    Parts parts_;
    matching::LearnedFrom learned_from_;
    std::chrono::steady_clock::time_point next_look_{};
    std::atomic<bool> stopped_ = false;
    protocol::Gauge &listings_, &version_;
    protocol::Counter& learned_;
};

} // namespace jishi::app
