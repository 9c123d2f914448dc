// Quality on real listings, where they lie beside the project: better than BM25 computed here on
// the same listings.
#include "matching/file_match.hpp"
#include "matching/terms.hpp"
#include "tests/matching/jsonl.hpp"
#include "tests/matching/listings.hpp"

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

// BM25 over bigrams of ideographs and stemmed words, statement title against all text, k1 1.2, b
// .75.
class Bm25 {
public:
    explicit Bm25(const std::vector<TextItem>& listings) {
        for (const auto& listing : listings) {
            auto& text = texts_[listing.id];
            for (const auto& term : offered_terms(listing.title, listing.body).terms) {
                if (!counts(term.key)) continue;
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
    static bool counts(TermKey key) { return space_of(key) != Space::character && !is_gram(key); }

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

// A market of real listings, by what is known or by what was learned from them.
class RealMarket {
public:
    RealMarket(const std::filesystem::path& folder, bool learns)
        : achievements(items(folder / "achievements.jsonl")), needs(items(folder / "needs.jsonl")) {
        const auto supply = documents(market::ListingKind::achievement, achievements);
        needs_ = documents(market::ListingKind::need, needs);
        for (std::size_t i = 0; i < supply.size(); ++i)
            numbers_[achievements[i].id] = i;
        Engine engine;
        if (learns) engine.adopt(learn(pointers(supply), pointers(needs_), {}, limits));
        engine.apply(std::vector<Change>(supply.begin(), supply.end()));
        snapshot_ = engine.snapshot();
    }

    // The ids of the best achievements for a need, by its place in `needs`.
    std::vector<std::string> best(std::size_t need, std::size_t k) const {
        std::vector<std::string> out;
        for (const auto& match : snapshot_->rank_for(needs_[need], k, 0))
            out.push_back(achievements[test::number_of(match.document->id)].id);
        return out;
    }
    PairScore score(std::size_t need, const std::string& achievement) const {
        const auto id = test::listing_id(
            market::ListingKind::achievement, static_cast<std::uint32_t>(numbers_.at(achievement))
        );
        return snapshot_->score_pair(needs_[need], *snapshot_->find(id));
    }

    const std::vector<TextItem> achievements, needs;

private:
    // A quarter of what a market learns with: nearly as good, and sooner learned.
    static inline const LearningLimits limits{.dimensions = 64};

    static std::vector<Document>
    documents(market::ListingKind kind, const std::vector<TextItem>& texts) {
        std::vector<Document> out;
        for (const auto& text : texts)
            out.push_back(
                test::listing(kind, static_cast<std::uint32_t>(out.size()), text.title, text.body)
            );
        return out;
    }
    static std::vector<const Document*> pointers(const std::vector<Document>& documents) {
        std::vector<const Document*> out;
        for (const auto& document : documents)
            out.push_back(&document);
        return out;
    }

    std::vector<Document> needs_;
    std::unordered_map<std::string, std::size_t> numbers_;
    std::shared_ptr<const Snapshot> snapshot_;
};

struct Judged {
    std::size_t need;
    std::string achievement;
    double gain;
};
std::vector<Judged> judged_pairs(const std::filesystem::path& path, const RealMarket& market) {
    std::unordered_map<std::string, std::size_t> numbers;
    for (std::size_t i = 0; i < market.needs.size(); ++i)
        numbers[market.needs[i].id] = i;
    std::vector<Judged> out;
    std::ifstream file(path);
    double grade = 0;
    for (std::string need, achievement; file >> need >> achievement >> grade;)
        out.push_back({numbers.at(need), achievement, std::exp2(grade - 1) - 1});
    return out;
}

// The mean nDCG@10 over needs that have enough judgements which differ.
template<class Score>
double mean_ndcg(const std::vector<Judged>& pairs, Score score) {
    std::map<std::size_t, std::vector<std::pair<double, double>>> of_need;
    for (const auto& pair : pairs)
        of_need[pair.need].emplace_back(score(pair), pair.gain);
    double sum = 0, counted = 0;
    for (const auto& [need, judged] : of_need) {
        std::set<double> kinds;
        for (const auto& [value, gain] : judged)
            kinds.insert(gain);
        if (judged.size() < 5 || kinds.size() < 2) continue;
        sum += ndcg(judged), ++counted;
    }
    return sum / counted;
}

// How far chances are from what came true, in that tenth of the pairs by chance where it is most.
double miscalibration(const std::vector<Judged>& pairs, const RealMarket& market) {
    constexpr std::size_t tenths = 10;
    constexpr double related_gain_min = 3; // of a grade of 3
    std::vector<std::pair<double, double>> told;
    for (const auto& pair : pairs)
        told.emplace_back(
            market.score(pair.need, pair.achievement).score, pair.gain >= related_gain_min ? 1 : 0
        );
    std::sort(told.begin(), told.end());
    double out = 0;
    for (std::size_t tenth = 0; tenth < tenths; ++tenth) {
        const auto begin = tenth * told.size() / tenths, end = (tenth + 1) * told.size() / tenths;
        double surplus = 0;
        for (auto i = begin; i < end; ++i)
            surplus += told[i].first - told[i].second;
        out = std::max(out, std::abs(surplus) / static_cast<double>(end - begin));
    }
    return out;
}

TEST(RealData, JudgedPairsAreRankedBetterThanByBm25AndAboveTheFloorByWhatIsLearned) {
    if (!std::filesystem::exists(data)) GTEST_SKIP() << "no real data beside the project";
    const auto folder = data / "needs-achievements";
    const RealMarket plain(folder, false), learned(folder, true);
    const auto pairs = judged_pairs(folder / "judgements.tsv", plain);
    const Bm25 bm25(plain.achievements);
    const auto by = [&](const RealMarket& market) {
        return mean_ndcg(pairs, [&](const Judged& pair) {
            return market.score(pair.need, pair.achievement).raw;
        });
    };
    const double by_bm25 = mean_ndcg(pairs, [&](const Judged& pair) {
        return bm25.score(plain.needs[pair.need].title, pair.achievement);
    });
    const double by_rarity = by(plain), by_model = by(learned);
    RecordProperty("bm25_ndcg10", std::to_string(by_bm25));
    RecordProperty("ndcg10", std::to_string(by_rarity));
    RecordProperty("learned_ndcg10", std::to_string(by_model));
    EXPECT_GT(by_rarity, by_bm25 + .03); // below .03 is noise
    EXPECT_GT(by_model, .665);
    const double plain_off = miscalibration(pairs, plain), off = miscalibration(pairs, learned);
    RecordProperty("miscalibration", std::to_string(plain_off));
    RecordProperty("learned_miscalibration", std::to_string(off));
    EXPECT_LT(plain_off, .045);
    EXPECT_LT(off, .045);
}

TEST(RealData, EnglishAbstractsAreFoundNoWorseThanByStemmedBm25AndBetterByWhatIsLearned) {
    if (!std::filesystem::exists(data)) GTEST_SKIP() << "no real data beside the project";
    const auto folder = data / "english";
    const RealMarket plain(folder, false), learned(folder, true);
    std::map<std::string, std::set<std::string>> relevant;
    std::ifstream file(folder / "relevant.tsv");
    for (std::string query, document; file >> query >> document;)
        relevant[query].insert(document);

    struct Quality {
        double ndcg = 0, recall = 0;
    };
    const auto quality = [&](auto first_of, std::size_t step) {
        Quality out;
        double asked = 0;
        for (std::size_t i = 0; i < plain.needs.size(); i += step, ++asked) {
            const auto& right = relevant.at(plain.needs[i].id);
            const std::vector<std::string> first = first_of(i);
            double found = 0, gained = 0, best = 0;
            for (std::size_t rank = 0; rank < first.size(); ++rank) {
                if (!right.contains(first[rank])) continue;
                ++found;
                if (rank < 10) gained += 1 / std::log2(static_cast<double>(rank) + 2);
            }
            for (std::size_t rank = 0; rank < std::min<std::size_t>(10, right.size()); ++rank)
                best += 1 / std::log2(static_cast<double>(rank) + 2);
            out.ndcg += gained / best;
            out.recall += found / static_cast<double>(right.size());
        }
        return Quality{out.ndcg / asked, out.recall / asked};
    };
    const Bm25 bm25(plain.achievements);
    const auto by_bm25 = [&](std::size_t query) {
        std::vector<std::pair<double, std::string>> scored;
        for (const auto& abstract : plain.achievements)
            scored.emplace_back(-bm25.score(plain.needs[query].title, abstract.id), abstract.id);
        std::sort(scored.begin(), scored.end());
        std::vector<std::string> out;
        for (std::size_t rank = 0; rank < 100; ++rank)
            out.push_back(scored[rank].second);
        return out;
    };
    const auto by = [](const RealMarket& market) {
        return [&market](std::size_t query) { return market.best(query, 100); };
    };
    const std::size_t few = 6; // every sixth: the naive way is slow
    EXPECT_GE(quality(by(plain), few).recall, quality(by_bm25, few).recall * .97);
    const auto by_rarity = quality(by(plain), 1), by_model = quality(by(learned), 1);
    RecordProperty("ndcg10", std::to_string(by_rarity.ndcg));
    RecordProperty("recall100", std::to_string(by_rarity.recall));
    RecordProperty("learned_ndcg10", std::to_string(by_model.ndcg));
    RecordProperty("learned_recall100", std::to_string(by_model.recall));
    EXPECT_GT(by_model.ndcg, by_rarity.ndcg);
    EXPECT_GT(by_model.ndcg, .47);
    EXPECT_GT(by_model.recall, .65);
}

} // namespace
} // namespace jishi::matching
