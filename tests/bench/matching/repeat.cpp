// One kind of work over and over, for a profiler to look at.
#include "tests/bench/matching/benches.hpp"
#include "tests/bench/matching/measures.hpp"
#include "tests/bench/matching/questions.hpp"

#include <unistd.h>

#include <functional>
#include <stdexcept>

namespace jishi::matching::bench {

namespace {

using market::ListingKind;

constexpr std::size_t questions_asked = 300;

using Step = std::function<void(std::size_t)>; // called with 0, 1, 2 ...

Step searches(const Engine& engine, const MarketFiles& market, bool plain) {
    std::vector<SearchQuery> queries;
    const auto needs = listings_of(market.needs, ListingKind::need, SIZE_MAX, 20);
    for (const auto& question : short_questions_of(needs, questions_asked))
        queries.push_back(query_of(question.text, question.filter));
    for (auto& query : queries)
        query.plain = plain;
    // As the peers are asked: what nothing answers is another question.
    std::erase_if(queries, [&](const SearchQuery& query) {
        const auto page = engine.snapshot()->search(query);
        return !page || page->words != WordsFound::all;
    });
    return [queries, snapshot = engine.snapshot()](std::size_t i) {
        if (!snapshot->search(queries[i % queries.size()]))
            throw std::runtime_error("a search was refused");
    };
}

Step rankings(const Engine& engine, const MarketFiles& market) {
    const auto needs =
        full_needs_of(listings_of(market.needs, ListingKind::need, SIZE_MAX, 20), questions_asked);
    return [needs, snapshot = engine.snapshot()](std::size_t i) {
        snapshot->rank_for(needs[i % needs.size()], top, today_day);
    };
}

// Of a need that shares its only term with some eighty listings: every meaning is looked at.
Step stranger(const Engine& engine) {
    Document need;
    need.id = id_of(ListingKind::need, 1'000'000'000);
    need.title = "谣";
    return [need, snapshot = engine.snapshot()](std::size_t) {
        snapshot->rank_for(need, top, today_day);
    };
}

// The best needs of achievements.
Step reverse_rankings(const Engine& engine, const MarketFiles& market) {
    const auto some = listings_of(market.achievements, ListingKind::achievement, SIZE_MAX, 1'499);
    return [some, snapshot = engine.snapshot()](std::size_t i) {
        snapshot->rank_for(some[i % some.size()], top, today_day);
    };
}

// Listings that come, and go after a while.
Step applications(Engine& engine, const MarketFiles& market) {
    const auto some = listings_of(market.achievements, ListingKind::achievement, SIZE_MAX, 997);
    return [&engine, some](std::size_t i) {
        constexpr std::size_t first = 1'000'000'000, stay = 100;
        auto document = some[i % some.size()];
        document.id = id_of(document.id.kind, first + i);
        const Change come = document;
        engine.apply(std::span(&come, 1));
        if (i < stay) return;
        const Change gone = id_of(document.id.kind, first + i - stay);
        engine.apply(std::span(&gone, 1));
    };
}

// A market of few listings from nothing, its achievements and its needs by turns, as a rebuild
// takes them in.
Step builds(const Engine& engine, const MarketFiles& market) {
    constexpr std::size_t batch = 16'000, one_of = 26;
    std::vector<std::vector<Change>> batches;
    for (const auto& [file, kind] :
         {std::pair{market.achievements, ListingKind::achievement},
          {market.needs, ListingKind::need}}) {
        auto& changes = batches.emplace_back();
        for (auto& document : listings_of(file, kind, batch * one_of, one_of))
            changes.emplace_back(std::move(document));
    }
    return [batches, model = engine.snapshot()->model()](std::size_t i) {
        Engine market_of_one;
        market_of_one.adopt(model);
        market_of_one.apply(batches[i % batches.size()]);
    };
}

} // namespace

void repeat(
    const MarketFiles& market, const std::string& work, std::size_t seconds, Learned learned
) {
    Engine engine;
    prepare(engine, market, learned);
    Step step;
    if (work == "search") step = searches(engine, market, false);
    if (work == "search-plain") step = searches(engine, market, true);
    if (work == "rank") step = rankings(engine, market);
    if (work == "stranger") step = stranger(engine);
    if (work == "reverse") step = reverse_rankings(engine, market);
    if (work == "apply") step = applications(engine, market);
    if (work == "build") step = builds(engine, market);
    if (!step)
        throw std::invalid_argument(
            "search, search-plain, rank, stranger, reverse, apply or build: " + work
        );
    std::printf("# begins, process %d\n", getpid());
    std::fflush(stdout);
    std::vector<double> took_us, cpu_us;
    for (const Stopwatch all; all.wall_us() < static_cast<double>(seconds) * 1e6;) {
        const Stopwatch one(Stopwatch::Of::process);
        step(took_us.size());
        took_us.push_back(one.wall_us());
        cpu_us.push_back(one.cpu_us());
    }
    print_summary(work, summary_of(std::move(took_us)), "us");
    print_summary(work + ".cpu", summary_of(std::move(cpu_us)), "us");
}

} // namespace jishi::matching::bench
