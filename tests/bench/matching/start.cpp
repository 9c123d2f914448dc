// What a start costs: an engine kept in a file and read again, beside loading every listing.
#include "app/whole_file.hpp"
#include "tests/bench/matching/benches.hpp"
#include "tests/bench/matching/measures.hpp"

#include <filesystem>
#include <stdexcept>

namespace jishi::matching::bench {

namespace {

constexpr int rounds = 3;

// In the page cache, as after a stop.
class KeptFile {
public:
    KeptFile() : path_(std::filesystem::temp_directory_path() / "jishi-start-bench") {}
    ~KeptFile() {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }
    KeptFile(const KeptFile&) = delete;
    KeptFile& operator=(const KeptFile&) = delete;

    void write(const Engine& engine) const {
        app::write_whole(path_, [&](const app::WriteBytes& write) { engine.save("bench", write); });
    }
    std::size_t size() const { return std::filesystem::file_size(path_); }

    void restore(Engine& engine) const {
        std::string problem;
        if (!engine.restore(app::lent_file(path_).bytes, problem))
            throw std::runtime_error(problem);
    }

private:
    const std::filesystem::path path_;
};

std::vector<Match> first_matches(const Engine& engine) {
    const auto snapshot = engine.snapshot();
    const auto need = snapshot->find(id_of(market::ListingKind::need, 0));
    return need ? snapshot->matches_for(*need, top, today_day) : std::vector<Match>();
}

} // namespace

void measure_start(const MarketFiles& market, Learned learned) {
    auto engine = std::make_unique<Engine>();
    if (market.keep.empty()) {
        engine->adopt(model_of(market, {}, learned));
        const Stopwatch rebuilding(Stopwatch::Of::process);
        load(*engine, market, {});
        print_times("rebuild", rebuilding);
    } else {
        prepare(*engine, market, learned);
    }
    const auto model = engine->snapshot()->model();
    const auto expected = first_matches(*engine);
    const KeptFile file;
    const Stopwatch saving(Stopwatch::Of::process);
    file.write(*engine);
    print_times("save", saving);
    print("file", static_cast<double>(file.size()) / 1e6, "MB");
    std::vector<double> restored_s;
    for (int round = 0; round < rounds; ++round) {
        engine.reset();
        malloc_trim(0);
        engine = std::make_unique<Engine>();
        engine->adopt(model);
        const Stopwatch restoring(Stopwatch::Of::process);
        file.restore(*engine);
        restored_s.push_back(restoring.wall_us() / 1e6);
        print_times("restore", restoring);
        const auto found = first_matches(*engine);
        if (found.size() != expected.size()) throw std::runtime_error("another market was read");
        for (std::size_t i = 0; i < found.size(); ++i)
            if (found[i].document->id != expected[i].document->id ||
                found[i].score.raw != expected[i].score.raw)
                throw std::runtime_error("other matches after reading");
    }
    std::sort(restored_s.begin(), restored_s.end());
    print("restore.best", restored_s.front(), "s");
    print("restore.median", restored_s[rounds / 2], "s");
}

} // namespace jishi::matching::bench
