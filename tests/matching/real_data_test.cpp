// Quality on real listings, where they lie beside the project: better than BM25 computed here on
// the same listings.
#include "matching/file_match.hpp"
#include "matching/terms.hpp"
#include "tests/matching/jsonl.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <unordered_map>

namespace jishi::matching {
namespace {

const std::filesystem::path data =
    std::filesystem::path(JISHI_SOURCE_DIR) / ".." / "shared" / "data";

using test::member;

std::vector<TextItem> items(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::vector<TextItem> out;
    for (std::string line; std::getline(file, line);)
        out.push_back({member(line, "id"), member(line, "title"), member(line, "body")});
    return out;
}

// BM25 over bigrams and words, statement title against all text, k1 1.2, b .75.
class Bm25 {
public:
    explicit Bm25(const std::vector<TextItem>& listings) {
        for (const auto& listing : listings) {
            auto& text = texts_[listing.id];
            for (const auto& term : offered_terms(listing.title, listing.body).terms) {
                if (space_of(term.key) != Space::bigram) continue;
                text.counts[term.key] = term.count.total();
                text.length += term.count.total();
                ++holders_[term.key];
            }
            mean_length_ += text.length / static_cast<double>(listings.size());
        }
    }
    double score(const std::string& statement, const std::string& id) const {
        const auto& text = texts_.at(id);
        double sum = 0;
        for (const auto& term : offered_terms(statement, "").terms) {
            const auto at = text.counts.find(term.key);
            if (at == text.counts.end()) continue;
            const double n = static_cast<double>(texts_.size()), df = holders_.at(term.key);
            sum += std::log(1 + (n - df + .5) / (df + .5)) * at->second * 2.2 /
                   (at->second + 1.2 * (.25 + .75 * text.length / mean_length_));
        }
        return sum;
    }

private:
    struct Text {
        std::unordered_map<TermKey, double> counts;
        double length = 0;
    };
    std::unordered_map<std::string, Text> texts_;
    std::unordered_map<TermKey, double> holders_;
    double mean_length_ = 0;
};

// nDCG@10 of (score, gain); those that tie share their gains.
double ndcg(std::vector<std::pair<double, double>> judged) {
    const auto discounted = [&](bool share) {
        double sum = 0;
        for (std::size_t i = 0; i < judged.size() && i < 10; ++i) {
            double gain = 0, ties = 0;
            for (const auto& other : judged)
                if (!share ? &other == &judged[i] : other.first == judged[i].first)
                    gain += other.second, ++ties;
            sum += gain / ties / std::log2(static_cast<double>(i) + 2);
        }
        return sum;
    };
    std::sort(judged.begin(), judged.end(), [](const auto& a, const auto& b) {
        return a.first > b.first;
    });
    const double got = discounted(true);
    std::sort(judged.begin(), judged.end(), [](const auto& a, const auto& b) {
        return a.second > b.second;
    });
    return got / discounted(false);
}

TEST(RealData, JudgedPairsAreRankedBetterThanByBm25) {
    if (!std::filesystem::exists(data)) GTEST_SKIP() << "no real data beside the project";
    const auto folder = data / "needs-achievements";
    const auto achievements = items(folder / "achievements.jsonl"),
               needs = items(folder / "needs.jsonl");
    std::vector<IdPair> pairs;
    std::vector<double> gains;
    std::ifstream judgements(folder / "judgements.tsv");
    for (std::string n, a; judgements >> n >> a;) {
        double grade = 0;
        judgements >> grade;
        pairs.push_back({n, a});
        gains.push_back(std::exp2(grade - 1) - 1);
    }
    const auto rows = match_pairs(achievements, needs, pairs);
    ASSERT_EQ(rows.size(), pairs.size());

    const Bm25 bm25(achievements);
    std::map<std::string, std::string> titles;
    for (const auto& need : needs)
        titles[need.id] = need.title;
    std::map<std::string, std::vector<std::pair<double, double>>> ours, theirs;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        ours[rows[i].need].emplace_back(rows[i].raw, gains[i]);
        theirs[rows[i].need].emplace_back(
            bm25.score(titles[rows[i].need], rows[i].achievement), gains[i]
        );
    }
    double our_sum = 0, their_sum = 0, counted = 0;
    for (const auto& [id, judged] : ours) {
        std::set<double> kinds;
        for (const auto& [score, gain] : judged)
            kinds.insert(gain);
        if (judged.size() < 5 || kinds.size() < 2) continue;
        our_sum += ndcg(judged);
        their_sum += ndcg(theirs[id]);
        ++counted;
    }
    RecordProperty("ndcg10", std::to_string(our_sum / counted));
    RecordProperty("bm25_ndcg10", std::to_string(their_sum / counted));
    EXPECT_GT(our_sum / counted, their_sum / counted + .03)
        << counted << " needs"; // below .03 is noise
}

TEST(RealData, EnglishAbstractsAreFoundNoWorseThanByStemmedBm25) {
    if (!std::filesystem::exists(data)) GTEST_SKIP() << "no real data beside the project";
    const auto folder = data / "english";
    const auto abstracts = items(folder / "achievements.jsonl"),
               queries = items(folder / "needs.jsonl");
    std::map<std::string, std::set<std::string>> relevant;
    std::ifstream file(folder / "relevant.tsv");
    for (std::string query, document; file >> query >> document;)
        relevant[query].insert(document);
    const auto recall = [&](const std::string& query, const std::vector<std::string>& first) {
        double found = 0;
        for (const auto& id : first)
            found += relevant[query].contains(id);
        return found / static_cast<double>(relevant[query].size());
    };
    std::map<std::string, std::vector<std::string>> ours;
    for (const auto& row : match_all(abstracts, queries, 100))
        ours[row.need].push_back(row.achievement);
    const Bm25 bm25(abstracts);
    double our_sum = 0, their_sum = 0;
    for (std::size_t i = 0; i < queries.size(); i += 6) { // every sixth: the naive way is slow
        std::vector<std::pair<double, std::string>> scored;
        for (const auto& abstract : abstracts)
            scored.emplace_back(-bm25.score(queries[i].title, abstract.id), abstract.id);
        std::sort(scored.begin(), scored.end());
        std::vector<std::string> theirs;
        for (std::size_t rank = 0; rank < 100; ++rank)
            theirs.push_back(scored[rank].second);
        our_sum += recall(queries[i].id, ours[queries[i].id]);
        their_sum += recall(queries[i].id, theirs);
    }
    EXPECT_GE(our_sum, their_sum * .97);
}

} // namespace
} // namespace jishi::matching
