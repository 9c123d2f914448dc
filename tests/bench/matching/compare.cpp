#include "tests/bench/matching/benches.hpp"
#include "tests/bench/matching/child.hpp"
#include "tests/bench/matching/measures.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>

namespace jishi::matching::bench {

namespace {

const std::string peers = JISHI_SOURCE_DIR "/tests/bench/peers/";

// One pass over all questions.
struct Round {
    double mean_us = 0, p50_us = 0, p99_us = 0, cpu_us = 0; // a question
    double cpu_p99_us = 0;                                  // of ours
    double total = 0, rows = 0; // listings that answer, as far as they were counted; rows returned
};

template<class Ask>
Round round_of(std::size_t count, const Ask& ask) {
    std::vector<double> took_us, cpu_us;
    Round out;
    for (std::size_t i = 0; i < count; ++i) {
        const Stopwatch one;
        ask(i, out);
        took_us.push_back(one.wall_us());
        cpu_us.push_back(one.cpu_us());
    }
    const auto wall = summary_of(std::move(took_us)), cpu = summary_of(std::move(cpu_us));
    out.mean_us = wall.mean, out.p50_us = wall.p50, out.p99_us = wall.p99;
    out.cpu_us = cpu.mean, out.cpu_p99_us = cpu.p99;
    return out;
}

// The engine with the questions of the peers' files.
class Ours {
public:
    Ours(const MarketFiles& market, const PeerFiles& files, Learned learned)
        : queries_(short_queries(files)), needs_(full_needs(files, market.needs)) {
        prepare(engine_, market, learned);
        snapshot_ = engine_.snapshot();
    }
    Round searches(bool plain = false) const {
        return round_of(queries_.size(), [&](std::size_t i, Round& out) {
            auto query = queries_[i];
            query.plain = plain;
            const auto page = snapshot_->search(query);
            if (!page) throw std::runtime_error("a search was refused");
            out.total += static_cast<double>(page->total);
            out.rows += static_cast<double>(page->hits.size());
        });
    }
    Round rankings() const {
        return round_of(needs_.size(), [&](std::size_t i, Round& out) {
            const auto found = snapshot_->rank_for(needs_[i], top, today_day);
            out.rows += static_cast<double>(found.size());
        });
    }

private:
    std::vector<SearchQuery> queries_;
    std::vector<Document> needs_;
    Engine engine_;
    std::shared_ptr<const Snapshot> snapshot_;
};

// What a side has done so far; every side as many rounds, taken by turns.
class Record {
public:
    void add(const std::string& side, const Round& round) {
        auto& rounds = rounds_[side];
        rounds.push_back(round);
        const auto name = side + ".round" + std::to_string(rounds.size());
        print(name + ".mean", round.mean_us, "us");
        print(name + ".p50", round.p50_us, "us");
        print(name + ".p99", round.p99_us, "us");
        print(name + ".cpu", round.cpu_us, "us");
    }
    void print_medians() const {
        for (const auto& [side, rounds] : rounds_) {
            print(side + ".mean", median(side, &Round::mean_us), "us");
            print(side + ".p50", median(side, &Round::p50_us), "us");
            print(side + ".p99", median(side, &Round::p99_us), "us");
            print(side + ".cpu", median(side, &Round::cpu_us), "us");
            const auto cpu_p99_us = median(side, &Round::cpu_p99_us);
            if (cpu_p99_us > 0) print(side + ".cpu_p99", cpu_p99_us, "us");
            print(side + ".total", rounds.back().total, "listings");
            print(side + ".rows", rounds.back().rows, "rows");
        }
    }
    // The medians of the ratios within a round, to the peer that is better on the whole.
    void print_ratios(
        const std::string& name, const std::string& ours, const std::vector<std::string>& theirs
    ) const {
        const auto ratio = [&](const char* what, double Round::*time) {
            const auto best =
                *std::min_element(theirs.begin(), theirs.end(), [&](const auto& a, const auto& b) {
                    return median(a, time) < median(b, time);
                });
            std::vector<double> ratios;
            for (std::size_t i = 0; i < rounds_.at(ours).size(); ++i)
                ratios.push_back(rounds_.at(ours)[i].*time / (rounds_.at(best)[i].*time));
            print(name + "." + what, median_of(std::move(ratios)), ("x_" + best).c_str());
        };
        ratio("mean", &Round::mean_us);
        ratio("p50", &Round::p50_us);
        ratio("p99", &Round::p99_us);
        ratio("cpu", &Round::cpu_us);
    }

private:
    double median(const std::string& side, double Round::*time) const {
        std::vector<double> values;
        for (const auto& round : rounds_.at(side))
            values.push_back(round.*time);
        return median_of(std::move(values));
    }

    std::map<std::string, std::vector<Round>> rounds_;
};

// "round N mean p50 p99 [total] rows cpu"
Round parsed(const std::string& line, bool with_total) {
    std::istringstream in(line);
    std::string word;
    std::size_t number = 0;
    Round out;
    in >> word >> number >> out.mean_us >> out.p50_us >> out.p99_us;
    if (with_total) in >> out.total;
    if (!(in >> out.rows >> out.cpu_us) || word != "round")
        throw std::runtime_error("the peer says: " + line);
    return out;
}

class Lucene {
public:
    explicit Lucene(const PeerFiles& files) : index_(files.index) {
        if (!std::filesystem::exists(index_))
            for (const auto& line : output_of({peers + "lucene", "index", files.docs, index_}))
                std::printf("# Lucene %s\n", line.c_str());
        std::uintmax_t bytes = 0;
        for (const auto& file : std::filesystem::directory_iterator(index_))
            bytes += file.file_size();
        print("lucene.index", static_cast<double>(bytes) / 1e6, "MB");
        serving_ = std::make_unique<Child>(std::vector<std::string>{
            peers + "lucene", "serve", index_, std::to_string(top)});
    }
    Round round(const std::string& file, const std::string& mode) {
        serving_->tell(file + '\t' + mode + "\t1");
        return parsed(serving_->answer(), true);
    }

private:
    std::string index_;
    std::unique_ptr<Child> serving_;
};

Round mroonga(const std::string& file, const char* mode) {
    const auto lines = output_of({peers + "mroonga", "search", file, mode, "1"});
    if (lines.empty()) throw std::runtime_error("Mroonga says nothing");
    return parsed(lines.back(), false);
}

} // namespace

void compare_with_lucene(
    const MarketFiles& market, const PeerFiles& files, std::size_t rounds, Learned learned
) {
    const Ours ours(market, files, learned);
    Lucene lucene(files);
    Record record;
    ours.searches(), ours.rankings(); // untimed, as the peer warms up too
    for (std::size_t i = 0; i < rounds; ++i) {
        record.add("search.ours", ours.searches());
        record.add("search.ours-plain", ours.searches(true));
        for (const std::string mode :
             {"all", "all-exhaustive", "all-texts", "all-exhaustive-texts"})
            record.add("search.lucene." + mode, lucene.round(files.short_terms, mode));
        record.add("need.ours", ours.rankings());
        for (const std::string mode : {"any", "any-exhaustive"})
            record.add("need.lucene." + mode, lucene.round(files.need_terms, mode));
    }
    record.print_medians();
    record.print_ratios(
        "search.ratio", "search.ours", {"search.lucene.all", "search.lucene.all-exhaustive"}
    );
    record.print_ratios(
        "search.ratio.plain",
        "search.ours-plain",
        {"search.lucene.all", "search.lucene.all-exhaustive"}
    );
    record.print_ratios(
        "search.ratio.texts",
        "search.ours",
        {"search.lucene.all-texts", "search.lucene.all-exhaustive-texts"}
    );
    record.print_ratios(
        "need.ratio", "need.ours", {"need.lucene.any", "need.lucene.any-exhaustive"}
    );
}

void compare_with_mroonga(
    const MarketFiles& market, const PeerFiles& files, std::size_t rounds, Learned learned
) {
    const Ours ours(market, files, learned);
    Record record;
    ours.searches(), ours.rankings();
    for (std::size_t i = 0; i < rounds; ++i) {
        record.add("search.ours", ours.searches());
        record.add("search.ours-plain", ours.searches(true));
        record.add("search.mroonga.all", mroonga(files.short_texts, "all"));
        record.add("need.ours", ours.rankings());
        record.add("need.mroonga.like", mroonga(files.need_texts, "like"));
    }
    record.print_medians();
    record.print_ratios("search.ratio", "search.ours", {"search.mroonga.all"});
    record.print_ratios("search.ratio.plain", "search.ours-plain", {"search.mroonga.all"});
    record.print_ratios("need.ratio", "need.ours", {"need.mroonga.like"});
}

} // namespace jishi::matching::bench
