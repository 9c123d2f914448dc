#include "matching/pair.hpp"
#include "matching/terms.hpp"
#include "matching/weighting.hpp"
#include "tests/matching/listings.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace jishi::matching {
namespace {

using test::Draw;
constexpr std::int32_t today = 100;

// The definition of the score, computed the slow way over plain lists: no index, no shortcuts.
class Oracle {
public:
    explicit Oracle(const std::vector<Document>& documents) {
        for (const auto& document : documents)
            (document.id.kind == market::ListingKind::need ? needs_ : achievements_)
                .push_back(document);
        for (const auto& achievement : achievements_) {
            const auto terms = terms_of(achievement);
            mean_length_ += terms.length / static_cast<double>(achievements_.size());
            for (const auto& term : terms.terms)
                impacts_[term.key].push_back(impacts(
                )[length_class_of(terms.length)][term.count.total()]);
        }
    }

    double raw(const Document& need, const Document& achievement) const {
        const auto asked = terms_of(need), offered = terms_of(achievement);
        double lexical = 0;
        for (const auto space : {Space::character, Space::bigram}) {
            double sum = 0, mean = 0, variance = 0;
            for (const auto& term : asked.terms) {
                if (space_of(term.key) != space) continue;
                const double q = statement_weight(term.count), w = weight(term.key);
                const auto [m, v] = moments(term.key);
                mean += q * w * m;
                variance += q * q * w * w * v;
                for (const auto& other : offered.terms)
                    if (other.key == term.key)
                        sum +=
                            q * w * impacts()[length_class_of(offered.length)][other.count.total()];
            }
            if (variance > 0) lexical += share(space) * (sum - mean) / std::sqrt(variance);
        }
        return lexical + sum_of(factors_of(need, achievement));
    }

    std::vector<std::pair<double, Document>> rank(const Document& query) const {
        const bool from_need = query.id.kind == market::ListingKind::need;
        std::vector<std::pair<double, Document>> out;
        for (const auto& other : from_need ? achievements_ : needs_) {
            const auto& n = from_need ? query : other;
            const auto& a = from_need ? other : query;
            if (share_a_term(n, a) && !exclusion_of(n, a, today))
                out.emplace_back(raw(n, a), other);
        }
        std::sort(out.begin(), out.end(), [](const auto& x, const auto& y) {
            return std::abs(x.first - y.first) > 1e-9 ? x.first > y.first
                                                      : x.second.id < y.second.id;
        });
        return out;
    }

private:
    static bool share_a_term(const Document& a, const Document& b) {
        for (const auto& x : terms_of(a).terms)
            for (const auto& y : terms_of(b).terms)
                if (x.key == y.key) return true;
        return false;
    }
    double weight(TermKey key) const {
        const auto n = static_cast<double>(achievements_.size());
        const auto at = impacts_.find(key);
        const double df = at == impacts_.end() ? 0 : static_cast<double>(at->second.size());
        const double idf = std::log(1 + (n + 10 - df + .5) / (df + .5));
        return space_of(key) == Space::character ? idf * idf : is_word(key) ? 3 * idf : idf;
    }
    std::pair<double, double> moments(TermKey key) const {
        const double n = static_cast<double>(achievements_.size()) + 10;
        double sum = 10 / n * 116, squares = 10 / n * 116 * 116;
        if (const auto at = impacts_.find(key); at != impacts_.end())
            for (const double x : at->second)
                sum += x, squares += x * x;
        return {sum / n, squares / n - sum / n * sum / n};
    }
    double share(Space space) const {
        const double along = std::log(std::clamp(mean_length_, 40.0, 160.0) / 40) / std::log(4.0);
        const double characters = 2 * std::pow(.2, along);
        return (space == Space::character ? characters : 1) / (1 + characters);
    }

    std::vector<Document> achievements_, needs_;
    std::map<TermKey, std::vector<double>> impacts_;
    double mean_length_ = 0;
};

TEST(Ranking, EqualsTheNaiveOracleInBothDirections) {
    for (std::uint32_t seed = 0; seed < 12; ++seed) {
        Draw draw(seed);
        const auto documents = draw.market(1 + draw.below(120), 1 + draw.below(60));
        const Oracle oracle(documents);
        const auto snapshot = test::market_of(documents);
        for (std::size_t i = 0; i < documents.size(); i += 7) {
            const auto wanted = oracle.rank(documents[i]);
            const std::size_t k = 1 + draw.below(20);
            const auto found = snapshot->rank_for(documents[i], k, today);
            ASSERT_EQ(found.size(), std::min(k, wanted.size()));
            for (std::size_t rank = 0; rank < found.size(); ++rank) {
                EXPECT_EQ(found[rank].document->id, wanted[rank].second.id)
                    << "seed " << seed << " rank " << rank;
                EXPECT_NEAR(found[rank].score.raw, wanted[rank].first, 1e-9);
            }
        }
    }
}

TEST(Ranking, BothDirectionsAndTheSinglePairGiveOneScoreToTheLastBit) {
    Draw draw(5);
    const auto documents = draw.market(80, 40);
    const auto snapshot = test::market_of(documents);
    for (const auto& one : documents) {
        if (one.id.kind != market::ListingKind::need) continue;
        for (const auto& found : snapshot->rank_for(one, 100, today)) {
            EXPECT_EQ(found.score, snapshot->score_pair(one, *found.document));
            bool back = false;
            for (const auto& reverse : snapshot->rank_for(*found.document, 100, today))
                if (reverse.document->id == one.id) {
                    back = true;
                    EXPECT_EQ(reverse.score, found.score);
                }
            EXPECT_TRUE(back);
        }
    }
}

TEST(Ranking, ScoresLieInTheUnitIntervalAndRiseWithTheRawScore) {
    double last = -1;
    for (double raw = -100; raw <= 100; raw += .5) {
        const auto score = pair_score(raw).score;
        EXPECT_GE(score, 0);
        EXPECT_LE(score, 1);
        EXPECT_GE(score, last);
        last = score;
    }
}

TEST(Ranking, FactorsNeverExceedTheirStatedSum) {
    Draw draw(3);
    for (int i = 0; i < 2000; ++i) {
        const auto n = draw.document(market::ListingKind::need, 0);
        const auto a = draw.document(market::ListingKind::achievement, 0);
        EXPECT_LE(sum_of(factors_of(n, a)), factor_sum_max);
    }
}

TEST(Ranking, AnEmptyMarketAndAnEmptyNeedMatchNothing) {
    const auto empty = test::market_of({});
    EXPECT_TRUE(empty->rank_for(test::need(1, "锂电池"), 10, today).empty());
    const auto market = test::market_of({test::achievement(1, "锂电池回收")});
    EXPECT_TRUE(market->rank_for(test::need(1, ""), 10, today).empty());
    EXPECT_TRUE(market->rank_for(test::need(1, "锂电池"), 0, today).empty());
    ASSERT_EQ(market->rank_for(test::need(1, "鋰電池"), 10, today).size(), 1u);
}

TEST(Ranking, TiesFallByIdWhateverTheOrderOfArrival) {
    std::vector<Document> documents;
    for (std::uint32_t i = 0; i < 30; ++i)
        documents.push_back(test::achievement(i, "污泥干燥"));
    std::reverse(documents.begin(), documents.end());
    const auto found =
        test::market_of(documents)->rank_for(test::need(1, "污泥干燥技术"), 10, today);
    ASSERT_EQ(found.size(), 10u);
    for (std::uint32_t i = 0; i < 10; ++i)
        EXPECT_EQ(test::number_of(found[i].document->id), i);
}

TEST(Explanation, ContributionsAddUpToTheRawScore) {
    for (std::uint32_t seed = 20; seed < 26; ++seed) {
        Draw draw(seed);
        const auto documents = draw.market(60, 30);
        const auto snapshot = test::market_of(documents);
        for (const auto& query : documents)
            for (const auto& match : snapshot->matches_for(query, 5, today)) {
                double sum = 0;
                for (const auto& contribution : match.why.contributions)
                    sum += contribution.value;
                EXPECT_NEAR(sum, match.score.raw, 1e-9);
                EXPECT_EQ(match.why.contributions.back().kind, ContributionKind::base);
            }
    }
}

TEST(Explanation, NamesTheSharedWordsOfTheNeedAndMarksThemOnBothSides) {
    auto wanted = test::need(1, "求购动力电池回收工艺", "处理LiFePO4正极材料");
    auto offered = test::achievement(2, "鋰離子動力電池回收", "可處理lifepo4等材料");
    wanted.fields.add(market::TechnologyField::new_energy);
    offered.fields.add(market::TechnologyField::new_energy);
    const auto market = test::market_of(
        {wanted, offered, test::achievement(3, "水稻育种"), test::achievement(4, "图像识别")}
    );
    const auto matches = market->matches_for(wanted, 1, today);
    ASSERT_EQ(matches.size(), 1u);
    const auto& why = matches[0].why;
    EXPECT_EQ(why.contributions[0].label_zh, "动力电池回收");
    EXPECT_NE(why.summary_zh.find("共同要点：动力电池回收"), std::string::npos) << why.summary_zh;
    EXPECT_NE(why.summary_zh.find("领域一致"), std::string::npos);
    EXPECT_NE(why.summary_en.find("same field"), std::string::npos) << why.summary_en;
    EXPECT_TRUE(std::any_of(
        why.contributions.begin(),
        why.contributions.end(),
        [](const Contribution& line) {
            return line.kind == ContributionKind::term && line.label_en == "LiFePO4" &&
                   line.value > 0;
        }
    ));
    ASSERT_EQ(why.in_achievement.title.size(), 1u);
    const auto range = why.in_achievement.title[0];
    EXPECT_EQ(offered.title.substr(range.begin, range.end - range.begin), "動力電池回收");
    ASSERT_EQ(why.in_need.title.size(), 1u);
    EXPECT_EQ(wanted.title.substr(why.in_need.title[0].begin, 18), "动力电池回收");
}

TEST(Exclusion, EachReasonHoldsFromItsLimitOn) {
    using market::CooperationMode;
    struct Case {
        const char* name;
        std::optional<Exclusion> exclusion;
        void (*arrange)(Document& need, Document& achievement);
    } const table[] = {
        {"nothing stated", {}, [](Document&, Document&) {}},
        {"deadline today", {}, [](Document& n, Document&) { n.deadline_day = today; }},
        {"deadline yesterday",
         Exclusion::deadline_passed,
         [](Document& n, Document&) { n.deadline_day = today - 1; }},
        {"price at half above",
         {},
         [](Document& n, Document& a) { n.price.max_fen = 100, a.price.min_fen = 150; }},
        {"price beyond",
         Exclusion::price_above_budget,
         [](Document& n, Document& a) { n.price.max_fen = 100, a.price.min_fen = 151; }},
        {"no common mode",
         Exclusion::no_common_mode,
         [](Document& n, Document& a) {
             n.modes.add(CooperationMode::transfer);
             a.modes.add(CooperationMode::equity);
         }},
        {"mode unstated",
         {},
         [](Document& n, Document&) { n.modes.add(CooperationMode::transfer); }},
        {"two levels short", {}, [](Document& n, Document& a) { n.trl = 7, a.trl = 5; }},
        {"three levels short",
         Exclusion::trl_too_low,
         [](Document& n, Document& a) { n.trl = 7, a.trl = 4; }},
        {"same owner first",
         Exclusion::same_owner,
         [](Document& n, Document& a) {
             n.deadline_day = today - 1;
             n.sealed_owner = a.sealed_owner = SealedOwner(test::organisation(9));
         }},
    };
    for (const auto& row : table) {
        auto n = test::need(1, "电池"), a = test::achievement(1, "电池");
        row.arrange(n, a);
        EXPECT_EQ(exclusion_of(n, a, today), row.exclusion) << row.name;
        EXPECT_EQ(test::market_of({n, a})->rank_for(n, 1, today).empty(), row.exclusion.has_value())
            << row.name;
        EXPECT_EQ(test::market_of({n, a})->rank_for(a, 1, today).empty(), row.exclusion.has_value())
            << row.name;
    }
}

} // namespace
} // namespace jishi::matching
