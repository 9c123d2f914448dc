// A whole market at once: building it, ranking it, a day's changes, and cost against size.
#include "tests/bench/matching/benches.hpp"
#include "tests/bench/matching/measures.hpp"
#include "tests/bench/matching/questions.hpp"

#include <atomic>
#include <stdexcept>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>

namespace jishi::matching::bench {

namespace {

using market::ListingId;
using market::ListingKind;

constexpr std::size_t cores = 2;
constexpr std::size_t changed_share = 100; // one listing of so many changes in a day

// In UTF-8.
double text_mb_of(const MarketFiles& market, MarketSize size) {
    double out = 0;
    const auto add = [&](const Document& document) {
        out += static_cast<double>(document.title.size() + document.body.size()) / 1e6;
    };
    for_each_listing(market.achievements, ListingKind::achievement, size.achievements, add);
    for_each_listing(market.needs, ListingKind::need, size.needs, add);
    return out;
}

// Learns, loads, and tells time and memory of both.
void build(Engine& engine, const MarketFiles& market, MarketSize size, Learned learned) {
    const auto text_mb = text_mb_of(market, size);
    const auto before = resident_mb();
    const Stopwatch learning(Stopwatch::Of::process);
    const auto model = model_of(market, size, learned);
    print_times("learn", learning);
    const auto model_mb = resident_mb() - before;
    engine.adopt(model);
    const Stopwatch building(Stopwatch::Of::process);
    load(engine, market, size);
    print_times("build", building);
    const auto resident = resident_mb() - before;
    const auto snapshot = engine.snapshot();
    const auto bytes = snapshot->bytes();
    const auto listings =
        snapshot->count(ListingKind::achievement) + snapshot->count(ListingKind::need);
    print("listings", static_cast<double>(listings), "listings");
    print("text", text_mb, "MB");
    print("listings.memory", static_cast<double>(bytes.listings) / 1e6, "MB");
    print("index.memory", static_cast<double>(bytes.index) / 1e6, "MB");
    print("model.resident", model_mb, "MB");
    const auto index_mb = static_cast<double>(bytes.index) / 1e6 + model_mb;
    print("index_and_model.share_of_text", index_mb / text_mb, "x");
    print("market.resident", resident, "MB"); // with what is known of repeats, too
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    print("peak.resident", static_cast<double>(usage.ru_maxrss) * 1024 / 1e6, "MB");
}

// Ranks for all these listings with a thread a core; how long each took.
std::vector<double> rank_all(const Snapshot& snapshot, const std::vector<ListingId>& ids) {
    std::vector<double> took_us(ids.size());
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
        for (auto i = next++; i < ids.size(); i = next++) {
            const Stopwatch watch;
            if (const auto document = snapshot.find(ids[i]))
                snapshot.rank_for(*document, top, today_day);
            took_us[i] = watch.wall_us();
        }
    };
    std::vector<std::jthread> threads;
    for (std::size_t core = 0; core < cores; ++core)
        threads.emplace_back(work);
    threads.clear(); // waits
    return took_us;
}

std::vector<ListingId> every(ListingKind kind, std::size_t step, std::size_t count) {
    std::vector<ListingId> out;
    for (std::size_t number = 0; number < count; number += step)
        out.push_back(id_of(kind, number));
    return out;
}

// Another body for each: that of another listing that changes, so that texts are as long as before.
std::vector<Change> changes_of(const Snapshot& snapshot, const std::vector<ListingId>& ids) {
    std::vector<Change> out;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        auto document = *snapshot.find(ids[i]);
        ++document.revision;
        document.body = snapshot.find(ids[(i + 1) % ids.size()])->body;
        out.emplace_back(std::move(document));
    }
    return out;
}

void rank_market(const Snapshot& snapshot, std::size_t share) {
    const auto needs = snapshot.count(ListingKind::need);
    const auto ids = every(ListingKind::need, share, needs);
    const Stopwatch watch(Stopwatch::Of::process);
    const auto took_us = rank_all(snapshot, ids);
    print_times("rank", watch);
    print_summary("rank.need", summary_of(took_us), "us");
    print("rank.needs", static_cast<double>(ids.size()), "needs");
    const auto scale = static_cast<double>(needs) / static_cast<double>(ids.size());
    const char* const said = share > 1 ? "s_extrapolated" : "s";
    print("rank.all_needs.wall", scale * watch.wall_us() / 1e6, said);
    print("rank.all_needs.cpu_of_both_cores", scale * watch.cpu_us() / 1e6 / cores, said);
}

// What changed is indexed and ranked again, from both sides.
void follow_a_day(Engine& engine) {
    const auto before = engine.snapshot();
    std::vector<ListingId> ids;
    for (const auto kind : {ListingKind::achievement, ListingKind::need}) {
        const auto some = every(kind, changed_share, before->count(kind));
        ids.insert(ids.end(), some.begin(), some.end());
    }
    const auto changes = changes_of(*before, ids);
    const Stopwatch all(Stopwatch::Of::process);
    engine.apply(changes);
    print_times("day.apply", all);
    const auto after = engine.snapshot();
    const Stopwatch ranking(Stopwatch::Of::process);
    rank_all(*after, ids);
    print_times("day.rank", ranking);
    print("day.changes", static_cast<double>(ids.size()), "listings");
    print_times("day", all);
    print("day.cpu_of_both_cores", all.cpu_us() / 1e6 / cores, "s");
}

// The latency of single questions, one thread.
void ask(const Snapshot& snapshot, std::span<const Document> needs) {
    constexpr std::size_t searches = 300, rankings = 100;
    std::vector<double> search_us, rank_us;
    const auto questions = short_questions_of(needs, searches);
    for (const bool timed : {false, true})
        for (const auto& question : questions) {
            const auto query = query_of(question.text, question.filter);
            const Stopwatch watch;
            if (!snapshot.search(query)) throw std::runtime_error("a search was refused");
            if (timed) search_us.push_back(watch.wall_us());
        }
    for (const auto& need : full_needs_of(needs, rankings)) {
        const Stopwatch watch;
        snapshot.rank_for(need, top, today_day);
        rank_us.push_back(watch.wall_us());
    }
    print_summary("search", summary_of(search_us), "us");
    print_summary("need", summary_of(rank_us), "us");
}

void measure_size(const MarketFiles& market, MarketSize size, Learned learned) {
    Engine engine;
    build(engine, market, size, learned);
    // The same questions at every size.
    ask(*engine.snapshot(), listings_of(market.needs, ListingKind::need, SIZE_MAX, 20));
}

} // namespace

void measure_market(const MarketFiles& market, std::size_t share, Learned learned) {
    Engine engine;
    if (market.keep.empty())
        build(engine, market, {}, learned);
    else
        prepare(engine, market, learned);
    rank_market(*engine.snapshot(), share);
    follow_a_day(engine);
}

// A process a size, so that none has the memory of another.
void measure_curve(const MarketFiles& market, Learned learned) {
    for (const std::size_t listings : {10'000, 30'000, 100'000, 300'000, 870'000}) {
        std::printf("# %zu listings\n", listings);
        std::fflush(stdout);
        const auto child = fork();
        if (child == 0) {
            measure_size(market, {listings * 45 / 87, listings * 42 / 87}, learned);
            std::fflush(stdout);
            _exit(0);
        }
        int status = 0;
        if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
            throw std::runtime_error("no figures of " + std::to_string(listings) + " listings");
    }
}

} // namespace jishi::matching::bench
