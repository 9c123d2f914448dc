// What a plan for the whole market gains over everyone taking the best, how long it takes, and what
// LEMON's network simplex says of both.
//     build/release/tests/assignment_bench [NEEDS ACHIEVEMENTS CANDIDATES NEED_PLACES
//         ACHIEVEMENT_PLACES GAP_MAX_PPM]        20000 20000 20 3 3 0; LEMON up to 1 000 000 pairs
#include "matching/assignment.hpp"
#include "tests/matching/lemon_optimum.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <sys/resource.h>

using namespace jishi::matching;

namespace {

using Counts = std::vector<std::uint32_t>;

// Topics are places on a map. An achievement suits the needs near it, and some achievements please
// everybody: their appeal is exponential. A need's candidates are its best in the cells around it.
class Map {
public:
    Map(std::uint32_t achievements, std::uint64_t seed)
        : random_(seed),
          width_(std::max(3u, static_cast<std::uint32_t>(std::sqrt(achievements / 16.)))),
          cells_(width_ * width_) {
        for (std::uint32_t i = 0; i < achievements; ++i) {
            const Spot spot{i, share() * width_, share() * width_, -std::log(1 - share())};
            cells_[cell_of(spot.x, spot.y)].push_back(spot);
        }
    }

    void add_need(std::uint32_t need, std::size_t candidates, std::vector<CandidatePair>& out) {
        const double x = share() * width_, y = share() * width_;
        found_.clear();
        for (std::uint32_t dx = 0; dx < 3; ++dx)
            for (std::uint32_t dy = 0; dy < 3; ++dy)
                for (const auto& spot : cells_[cell_of(x + width_ + dx - 1, y + width_ + dy - 1)])
                    found_.push_back({need, spot.achievement, chance_ppm(spot, x, y)});
        const auto count = std::min(candidates, found_.size());
        const auto end = found_.begin() + static_cast<std::ptrdiff_t>(count);
        std::ranges::partial_sort(found_, end, std::ranges::greater(), &CandidatePair::chance_ppm);
        out.insert(out.end(), found_.begin(), end);
    }

private:
    struct Spot {
        std::uint32_t achievement;
        double x, y, appeal;
    };

    double share() { return std::uniform_real_distribution(0., 1.)(random_); }
    std::size_t cell_of(double x, double y) const {
        const auto wrapped = [&](double at) { return static_cast<std::uint32_t>(at) % width_; };
        return wrapped(x) * width_ + wrapped(y);
    }
    std::uint32_t chance_ppm(const Spot& spot, double x, double y) {
        const auto apart = [&](double a, double b) {
            const double d = std::abs(a - b);
            return std::min(d, width_ - d);
        };
        const double distance = std::hypot(apart(spot.x, x), apart(spot.y, y));
        const double raw = spot.appeal - 2 * distance + 2 * share() - 3;
        return 1 + static_cast<std::uint32_t>((sure_ppm - 1) / (1 + std::exp(-raw)));
    }

    std::mt19937_64 random_;
    std::uint32_t width_;
    std::vector<std::vector<Spot>> cells_;
    std::vector<CandidatePair> found_;
};

// ---- without a plan ----

// The pairs that find a free place on both sides, the likely ones first.
std::vector<CandidatePair>
first_come(const AssignmentTask& task, std::vector<CandidatePair> wishes) {
    std::ranges::stable_sort(wishes, std::ranges::greater(), &CandidatePair::chance_ppm);
    auto left = task.left_places, right = task.right_places;
    std::erase_if(wishes, [&](const CandidatePair& pair) {
        if (left[pair.left] == 0 || right[pair.right] == 0) return true;
        --left[pair.left];
        --right[pair.right];
        return false;
    });
    return wishes;
}

// Every need asks the best on its list, as many as it has places. REQUIRES: pairs by need, the best
// first.
std::vector<CandidatePair> top_of_each(const AssignmentTask& task) {
    auto places = task.left_places;
    auto wishes = task.pairs;
    std::erase_if(wishes, [&](const CandidatePair& pair) {
        return places[pair.left] == 0 || places[pair.left]-- == 0;
    });
    return wishes;
}

// ---- figures ----

Counts partners(
    const std::vector<CandidatePair>& pairs, std::uint32_t CandidatePair::*node, std::size_t nodes
) {
    Counts counts(nodes);
    for (const auto& pair : pairs)
        ++counts[pair.*node];
    return counts;
}

double gini(Counts counts) {
    std::ranges::sort(counts);
    double sum = 0, weighted = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        sum += counts[i];
        weighted += static_cast<double>(i + 1) * counts[i];
    }
    const auto n = static_cast<double>(counts.size());
    return sum == 0 ? 0 : 2 * weighted / (n * sum) - (n + 1) / n;
}

double percent_served(const Counts& counts) {
    const auto alone = std::ranges::count(counts, 0u);
    return 100 - 100. * static_cast<double>(alone) / static_cast<double>(counts.size());
}

void print(const char* what, const AssignmentTask& task, const std::vector<CandidatePair>& pairs) {
    double expected = 0;
    for (const auto& pair : pairs)
        expected += pair.chance_ppm / double{sure_ppm};
    const auto needs = partners(pairs, &CandidatePair::left, task.left_places.size());
    const auto achievements = partners(pairs, &CandidatePair::right, task.right_places.size());
    std::printf(
        "%-28s %12.1f %12.1f %8.2f%% %8.2f%% %8.3f %8.3f\n",
        what,
        static_cast<double>(objective_ppm(task, pairs)) / sure_ppm,
        expected,
        percent_served(needs),
        percent_served(achievements),
        gini(needs),
        gini(achievements)
    );
}

// Of this thread alone, so that whoever else uses the machine does not count.
double cpu_seconds() {
    rusage used{};
    getrusage(RUSAGE_THREAD, &used);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double peak_mb() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    return static_cast<double>(used.ru_maxrss) / 1024;
}

} // namespace

int main(int argc, char** argv) {
    const auto argument = [&](int i, std::uint32_t usual) {
        return argc > i ? static_cast<std::uint32_t>(std::strtoul(argv[i], nullptr, 10)) : usual;
    };
    const auto needs = argument(1, 20'000), achievements = argument(2, 20'000);
    const auto candidates = argument(3, 20);
    AssignmentTask task;
    task.left_places.assign(needs, argument(4, 3));
    task.right_places.assign(achievements, argument(5, 3));
    task.gap_max_ppm = argument(6, 0);
    {
        Map map(achievements, 1);
        for (std::uint32_t need = 0; need < needs; ++need)
            map.add_need(need, candidates, task.pairs);
    }
    std::printf("%u needs, %u achievements, %zu pairs\n", needs, achievements, task.pairs.size());

    const auto begin = cpu_seconds();
    const auto plan = assign(task);
    const double seconds = cpu_seconds() - begin;
    const auto gap_ppm = static_cast<double>(plan.bound_ppm - plan.objective_ppm) * sure_ppm /
                         static_cast<double>(plan.bound_ppm);
    std::printf(
        "planned in %.2f s of one core, at most %.1f millionths below the greatest; peak %.0f MB "
        "with the pairs\n\n",
        seconds,
        gap_ppm,
        peak_mb()
    );

    std::printf(
        "%28s %12s %12s %9s %9s %8s %8s\n",
        "",
        "objective",
        "matches",
        "needs",
        "achievs.",
        "Gini n.",
        "Gini a."
    );
    const auto wishes = top_of_each(task);
    print("asked: each need its best", task, wishes);
    print("  of these, with a place", task, first_come(task, wishes));
    print("best free pair first", task, first_come(task, task.pairs));
    print("planned", task, plan.chosen);

    if (task.pairs.size() > 1'000'000) return 0;
    const auto lemon_begin = cpu_seconds();
    const auto optimum_ppm = lemon_optimum_ppm(task);
    const double lemon_seconds = cpu_seconds() - lemon_begin;
    std::printf(
        "\nLEMON: %.2f s, %.2f times ours; objective ours / LEMON %.9f\n",
        lemon_seconds,
        lemon_seconds / seconds,
        static_cast<double>(plan.objective_ppm) / static_cast<double>(optimum_ppm)
    );
}
