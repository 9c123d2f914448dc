#include "app/index_keeper.hpp"

#include "app/memory.hpp"
#include "matching/model.hpp"
#include "matching/snapshot_file.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <charconv>
#include <exception>
#include <sys/resource.h>
#include <utility>

namespace jishi::app {

namespace {

using Clock = std::chrono::steady_clock;
using market::ListingKind;

constexpr int niceness = 10; // serving goes first
constexpr std::uint64_t changes_max = 1'000, share = 100;

struct GivenUp : std::exception {
    const char* what() const noexcept override { return "given up"; }
};

// A file's mark: the program's version, whose texts may become other terms in the next; the
// position, and the hash of the event there, which is a hash over all events before it.
std::string mark_of(std::uint64_t position, const std::string& hash) {
    return JISHI_VERSION + (' ' + std::to_string(position)) + ' ' + hash;
}

struct Mark {
    std::uint64_t position = 0;
    std::string hash;
};
std::optional<Mark> parse_mark(const std::string& text) {
    Mark out;
    const auto space = text.find(' ');
    if (space == std::string::npos) return std::nullopt;
    const auto* end = text.data() + text.size();
    const auto* after = std::from_chars(text.data() + space + 1, end, out.position).ptr;
    if (after == end || *after != ' ') return std::nullopt;
    out.hash.assign(after + 1, end);
    if (out.position == 0 || text != mark_of(out.position, out.hash)) return std::nullopt;
    return out;
}

double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

std::size_t listings_of(const matching::Engine& engine) {
    const auto snapshot = engine.snapshot();
    return snapshot->count(ListingKind::achievement) + snapshot->count(ListingKind::need);
}

} // namespace

std::filesystem::path index_path(const Settings& settings) {
    return std::filesystem::path(settings.text("data")) / "index" / "current";
}

IndexKeeper::IndexKeeper(Parts parts)
    : parts_(std::move(parts)), next_look_(Clock::now() + parts_.pause) {}

IndexKeeper::Place IndexKeeper::place() const {
    const auto position = parts_.position(); // first: the index may be ahead of it, never behind
    const auto model = parts_.engine.snapshot()->model();
    return {position, model ? model->version() : 0};
}

std::optional<std::uint64_t> IndexKeeper::read(std::string& problem) {
    problem.clear();
    std::error_code error;
    if (!std::filesystem::exists(parts_.file, error) && !error) return std::nullopt;
    try {
        return restore(problem);
    } catch (const std::exception& failure) { // of the system, or too little memory
        problem = failure.what();
        return std::nullopt;
    }
}

std::optional<std::uint64_t> IndexKeeper::load() {
    if (parts_.pause.count() == 0) return std::nullopt;
    const auto begin = Clock::now();
    std::string problem;
    const auto position = read(problem);
    if (position)
        spdlog::info(
            "index of {} listings read from {} in {:.2f} s, up to event {}",
            listings_of(parts_.engine),
            parts_.file.string(),
            seconds_since(begin),
            *position
        );
    else if (!problem.empty())
        spdlog::warn(
            "index {}: {}; reading the listings from the database", parts_.file.string(), problem
        );
    return position;
}

std::optional<std::uint64_t> IndexKeeper::restore(std::string& problem) {
    const auto file = lent_file(parts_.file);
    const auto text = matching::snapshot_mark(file.bytes.all);
    const auto mark = text ? parse_mark(*text) : std::nullopt;
    problem = "it is not of this version of the program";
    if (!mark) return std::nullopt;
    problem = "the log does not go on from it";
    if (!parts_.log.goes_on_from(mark->position, mark->hash)) return std::nullopt;
    if (!parts_.engine.restore(file.bytes, problem)) return std::nullopt;
    problem.clear();
    settle_ = file.settle;
    kept_ = place();
    kept_.position = mark->position;
    model_seen_ = kept_.model;
    return mark->position;
}

bool IndexKeeper::is_enough(const Place& now) const {
    const auto listings = std::uint64_t{listings_of(parts_.engine)};
    return now.position >=
               kept_.position + std::clamp<std::uint64_t>(listings / share, 1, changes_max) ||
           (now.position > 0 && now.model != kept_.model);
}

bool IndexKeeper::step() {
    if (parts_.pause.count() == 0) return false;
    setpriority(PRIO_PROCESS, 0, niceness); // of this thread alone
    settle();
    const auto now = place();
    // Without the file of the new model a start would have to read everything.
    const bool learned = now.model != model_seen_;
    if (now.position == 0 || (!learned && Clock::now() < next_look_)) return false;
    model_seen_ = now.model;
    next_look_ = Clock::now() + parts_.pause; // also when this look fails
    if (!is_enough(now)) return false;
    try {
        write(now);
    } catch (const GivenUp&) {
    }
    if (learned) give_back_memory(); // of the index before, held by readers when it was replaced
    next_look_ = Clock::now() + parts_.pause;
    return false;
}

void IndexKeeper::settle() {
    const auto settle = std::exchange(settle_, nullptr);
    if (!settle) return;
    try {
        settle([this] { return stopped_.load(); });
    } catch (const std::exception& error) {
        spdlog::warn("a part of the index stays in small pages: {}", error.what());
    }
}

void IndexKeeper::finish() {
    stopped_ = false;
    if (parts_.pause.count() == 0) return;
    try {
        const auto now = place();
        if (now.position > 0 && now != kept_) write(now);
    } catch (const std::exception& error) {
        spdlog::warn("the index cannot be kept: {}", error.what());
    }
}

void IndexKeeper::write(const Place& now) {
    const auto begin = Clock::now();
    const auto hash = parts_.log.hash_at(now.position);
    if (!hash) return;
    std::uint64_t size = 0;
    write_whole(parts_.file, [&](const WriteBytes& write_bytes) {
        parts_.engine.save(mark_of(now.position, *hash), [&](FileBytes bytes) {
            if (stopped_) throw GivenUp();
            size += bytes.size();
            write_bytes(bytes);
        });
    });
    kept_ = now;
    spdlog::info(
        "index of {} listings kept in {:.1f} s, {} bytes up to event {}",
        listings_of(parts_.engine),
        seconds_since(begin),
        size,
        now.position
    );
}

} // namespace jishi::app
