// How soon a change is in every answer, and what reader and writer cost each other.
#include "tests/bench/matching/benches.hpp"
#include "tests/bench/matching/measures.hpp"
#include "tests/bench/matching/questions.hpp"

#include <atomic>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <thread>

namespace jishi::matching::bench {

namespace {

using market::ListingKind;

constexpr std::size_t questions_asked = 500;

// Searches and ranks without a pause, always on the newest snapshot.
class Reader {
public:
    Reader(const Engine& engine, const std::vector<Document>& needs)
        : engine_(engine), needs_(full_needs_of(needs, questions_asked / 10)) {
        for (const auto& question : short_questions_of(needs, questions_asked))
            queries_.push_back(query_of(question.text, question.filter));
    }
    void start() {
        stopping_ = false;
        thread_ = std::jthread([this] {
            for (std::size_t i = 0; !stopping_; ++i)
                ask(i);
        });
    }
    void stop(const std::string& name) {
        stopping_ = true;
        thread_.join();
        print_summary(name + ".search", summary_of(std::move(search_us_)), "us");
        print_summary(name + ".need", summary_of(std::move(rank_us_)), "us");
        print_summary(name + ".snapshot", summary_of(std::move(snapshot_us_)), "us");
        search_us_.clear(), rank_us_.clear(), snapshot_us_.clear();
    }

private:
    void ask(std::size_t i) {
        const Stopwatch taking;
        const auto snapshot = engine_.snapshot();
        snapshot_us_.push_back(taking.wall_us());
        const Stopwatch watch;
        if (i % 10 == 0) {
            snapshot->rank_for(needs_[i / 10 % needs_.size()], top, today_day);
            rank_us_.push_back(watch.wall_us());
        } else {
            if (!snapshot->search(queries_[i % queries_.size()]))
                throw std::runtime_error("a search was refused");
            search_us_.push_back(watch.wall_us());
        }
    }

    const Engine& engine_;
    std::vector<SearchQuery> queries_;
    std::vector<Document> needs_;
    std::vector<double> search_us_, rank_us_, snapshot_us_;
    std::atomic<bool> stopping_ = false;
    std::jthread thread_;
};

// Publishes one listing after the other: every third replaces one that was there, and every third
// goes again at once.
class Writer {
public:
    Writer(Engine& engine, std::vector<Document> listings)
        : engine_(engine), listings_(std::move(listings)) {}

    void run(const std::string& name, std::size_t rounds) {
        std::vector<double> applied_ms, answered_ms;
        for (std::size_t i = 0; i < rounds; ++i) {
            const auto document = next(i);
            const Change change = document;
            const Stopwatch watch;
            engine_.apply(std::span(&change, 1));
            const auto snapshot = engine_.snapshot();
            const auto found = snapshot->find(document.id);
            applied_ms.push_back(watch.wall_us() / 1e3);
            if (!found || found->revision != document.revision)
                throw std::runtime_error("a change is not in the snapshot after it");
            if (!answers(*snapshot, document))
                throw std::runtime_error("a change is in no answer after it");
            answered_ms.push_back(watch.wall_us() / 1e3);
            if (i % 3 == 2) {
                const Change gone = document.id;
                engine_.apply(std::span(&gone, 1));
            }
        }
        print_summary(name + ".applied", summary_of(std::move(applied_ms)), "ms");
        print_summary(name + ".answered", summary_of(std::move(answered_ms)), "ms");
    }

private:
    static std::string mark_of(std::size_t number) { return "zqxfresh" + std::to_string(number); }

    Document next(std::size_t i) {
        auto document = listings_[published_ % listings_.size()];
        ++published_;
        document.revision = static_cast<std::uint32_t>(published_);
        if (i % 3 != 0) document.id = id_of(document.id.kind, fresh_number + published_);
        document.title += " " + mark_of(published_);
        return document;
    }
    bool answers(const Snapshot& snapshot, const Document& document) const {
        SearchQuery query;
        query.kind = document.id.kind;
        query.text = mark_of(published_);
        const auto page = snapshot.search(query);
        return page && page->hits.size() == 1 && page->hits[0].document->id == document.id;
    }

    static constexpr std::size_t fresh_number = 1'000'000'000;
    Engine& engine_;
    std::vector<Document> listings_;
    std::size_t published_ = 0;
};

} // namespace

void measure_freshness(const MarketFiles& market, std::size_t rounds, Learned learned) {
    Engine engine;
    prepare(engine, market, learned);
    Writer writer(
        engine, listings_of(market.achievements, ListingKind::achievement, SIZE_MAX, 997)
    );
    Reader reader(engine, listings_of(market.needs, ListingKind::need, SIZE_MAX, 20));

    writer.run("fresh.alone", rounds);
    reader.start();
    std::this_thread::sleep_for(std::chrono::seconds(20));
    reader.stop("reader.alone");
    reader.start();
    writer.run("fresh.with_reader", rounds);
    reader.stop("reader.with_writer");
}

} // namespace jishi::matching::bench
