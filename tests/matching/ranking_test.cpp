#include "matching/model.hpp"
#include "matching/pair.hpp"
#include "matching/ranking.hpp"
#include "matching/scoring.hpp"
#include "matching/terms.hpp"
#include "matching/weighting.hpp"
#include "tests/matching/listings.hpp"
#include "tests/matching/ranking_oracle.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace jishi::matching {
namespace {

using test::Draw;
using test::Oracle;
constexpr std::int32_t today = 100;

void expect_places(
    const std::vector<RankedMatch>& found,
    const std::vector<Oracle::Place>& wanted,
    std::size_t k,
    const std::string& where
) {
    auto place = wanted.begin();
    for (std::size_t rank = 0; rank < found.size(); ++rank) {
        const auto& match = found[rank];
        ASSERT_NE(place, wanted.end()) << where << " rank " << rank;
        ASSERT_EQ(place->id, match.document->id) << where << " rank " << rank;
        EXPECT_EQ(match.score.raw, place->raw) << where << " rank " << rank;
        EXPECT_TRUE(
            match.score == pair_score(match.score.raw, calibration_learned) ||
            match.score == pair_score(match.score.raw, calibration_by_rarity)
        ) << where;
        ++place;
    }
    EXPECT_EQ(found.size(), std::min(k, wanted.size())) << where;
}

void expect_oracle(
    const std::vector<Document>& documents,
    const test::ModelPtr& model,
    Draw& draw,
    std::size_t step
) {
    const Oracle oracle(documents, today, model.get());
    const auto snapshot = test::market_of(documents, model);
    for (std::size_t i = 0; i < documents.size(); i += step) {
        const std::size_t k = 1 + draw.below(20);
        const auto where = "listing " + std::to_string(i) + (model ? " learned" : "");
        expect_places(
            snapshot->rank_for(documents[i], k, today, {}, Repeats::each),
            oracle.rank(documents[i], k),
            k,
            where
        );
    }
}

TEST(Ranking, EqualsTheNaiveOracleInBothDirections) {
    for (std::uint32_t seed = 0; seed < 12; ++seed) {
        Draw draw(seed);
        const auto documents = draw.market(1 + draw.below(120), 1 + draw.below(60));
        SCOPED_TRACE(seed);
        expect_oracle(documents, nullptr, draw, 7);
        expect_oracle(documents, test::model_of(documents), draw, 7);
    }
}

TEST(Ranking, TheTermsChooseTheCandidatesAndTheWholeScoreTheirOrder) {
    ASSERT_EQ(candidates_for(1), 200u);
    ASSERT_EQ(candidates_for(20), 200u);
    ASSERT_EQ(candidates_for(50), 500u);
    Draw draw(31);
    const auto documents = draw.market(700, 600);
    const auto shared = test::market_of(documents)->rank_for(documents[0], 600, today);
    ASSERT_GT(shared.size(), candidates_for(20)); // so that some are no candidates
    expect_oracle(documents, nullptr, draw, 97);
    expect_oracle(documents, test::model_of(documents), draw, 97);
}

// Letters give many terms, each in few listings.
std::string words_of_letters(Draw& draw, std::uint32_t words) {
    std::string out;
    for (std::uint32_t i = 0; i < words; ++i) {
        out += ' ';
        for (std::uint32_t letter = 4 + draw.below(3); letter > 0; --letter)
            out += static_cast<char>('a' + draw.below(5));
    }
    return out;
}

// Few listings of one kind with many terms, many of the other with few.
std::vector<Document> lopsided_market(Draw& draw, market::ListingKind asking) {
    const bool need_asks = asking == market::ListingKind::need;
    auto documents = need_asks ? draw.market(900, 3) : draw.market(3, 900);
    for (auto& document : documents) {
        const auto words_asked = need_asks ? 60u : 120u;
        document.body += words_of_letters(draw, document.id.kind == asking ? words_asked : 12);
        document.deadline_day.reset();
    }
    return documents;
}

void expect_the_heaviest_choose(market::ListingKind asking, std::size_t terms_min) {
    Draw draw(47);
    const auto documents = lopsided_market(draw, asking);
    for (const auto& model : {test::ModelPtr(), test::model_of(documents)}) {
        const auto snapshot = test::market_of(documents, model);
        const Oracle oracle(documents, today, model.get());
        for (const auto& query : documents) {
            if (query.id.kind != asking) continue;
            const auto name = std::to_string(test::number_of(query.id)) + (model ? " learned" : "");
            ASSERT_GT(terms_of(query).terms.size(), terms_min) << name;
            ASSERT_GT(oracle.rank(query, 5).size(), 0u) << name;
            ASSERT_TRUE(oracle.heaviest_choose(query, 5)) << name;
            ASSERT_FALSE(oracle.heaviest_choose(query, 100)) << name; // too few hold one
            for (const std::size_t k : {5, 100})
                expect_places(
                    snapshot->rank_for(query, k, today, {}, Repeats::each),
                    oracle.rank(query, k),
                    k,
                    name
                );
        }
    }
}

TEST(Ranking, TheHeaviestTermsOfALongNeedChooseItsCandidates) {
    expect_the_heaviest_choose(market::ListingKind::need, heavy_terms_max + 20);
}

TEST(Ranking, TheHeaviestWorthsOfALongAchievementChooseItsNeeds) {
    expect_the_heaviest_choose(market::ListingKind::achievement, heavy_worths_max + 20);
}

// All that a need of one word has to tell them apart is how often they say it, and how long they
// are.
TEST(Ranking, AShortNeedFindsItsBestAmongManyThatRepeatItsWord) {
    Draw draw(9);
    std::vector<Document> documents{test::need(1, "污泥"), test::need(2, "污泥干燥")};
    for (std::uint32_t i = 0; i < 1'500; ++i) {
        std::string body;
        for (auto times = draw.below(7); times > 0; --times)
            body += "污泥" + draw.text(draw.below(4));
        documents.push_back(test::achievement(i, draw.below(3) == 0 ? "污泥" : draw.text(3), body));
    }
    expect_oracle(documents, nullptr, draw, 1'600); // the first need
    expect_oracle(documents, test::model_of(documents), draw, 1'600);
    std::swap(documents[0], documents[1]);
    expect_oracle(documents, nullptr, draw, 1'600);
}

TEST(Ranking, ATextOfMoreTermsThanASweepHoldsIsAddedUpExactly) {
    std::string everything;
    for (char32_t code = 0x4E00; code < 0x4E00 + 9'000; ++code) {
        everything += static_cast<char>(0xE0 | code >> 12);
        everything += static_cast<char>(0x80 | (code >> 6 & 0x3F));
        everything += static_cast<char>(0x80 | (code & 0x3F));
    }
    for (const auto kind : {market::ListingKind::need, market::ListingKind::achievement}) {
        Draw draw(12);
        auto documents = draw.market(40, 40);
        for (auto& document : documents)
            document.deadline_day.reset();
        auto& asking = *std::ranges::find_if(documents, [&](const Document& document) {
            return document.id.kind == kind;
        });
        asking.body = everything;
        ASSERT_GT(terms_of(asking).terms.size(), swept_terms_max);
        std::swap(documents[0], asking);
        expect_oracle(documents, nullptr, draw, 100);
    }
}

// Fits in all but the text, of which it has half.
Document fitting(market::ListingKind kind, std::uint32_t number) {
    auto out = test::listing(kind, number, "污泥焚烧");
    out.fields = {market::TechnologyField::environment};
    out.modes = {market::CooperationMode::transfer};
    out.trl = 7;
    out.price = {100, 200};
    out.division = "330106";
    return out;
}

TEST(Ranking, WhatTheTermsDoNotChooseIsNoCandidateHoweverWellTheRestFits) {
    using market::ListingKind;
    for (const auto side : {ListingKind::need, ListingKind::achievement}) {
        const bool from_need = side == ListingKind::need;
        const auto other = from_need ? ListingKind::achievement : ListingKind::need;
        auto query = fitting(side, 1);
        query.title = "污泥干燥";
        std::vector<Document> documents{fitting(other, 999)};
        for (std::uint32_t i = 0; i < 250; ++i) {
            documents.push_back(test::listing(other, i, "污泥干燥"));
            documents.back().fields = {market::TechnologyField::new_energy};
        }
        // Of the achievements, whether they are asked for or ask.
        for (std::uint32_t i = 0; i < 60; ++i)
            documents.push_back(test::achievement(
                2000 + i,
                i % 3 == 0   ? "水稻育种"
                : i % 3 == 1 ? "污泥压滤"
                             : "粮食干燥"
            ));
        const auto market = test::market_of(documents);
        const auto raw = [&](const Document& one) {
            return (from_need ? market->score_pair(query, one) : market->score_pair(one, query))
                .raw;
        };
        ASSERT_GT(raw(documents[0]), raw(documents[1]));
        const auto first = [&](std::size_t k) {
            return test::number_of(market->rank_for(query, k, today).at(0).document->id);
        };
        EXPECT_EQ(first(20), 0u);
        EXPECT_EQ(first(40), 999u); // ten times as many are looked at
    }
}

TEST(Ranking, WholeUnitsOfWeightChangeAScoreByNoMoreThanTheirRounding) {
    Draw draw(8);
    const auto documents = draw.market(60, 30);
    for (const auto& model : {test::ModelPtr(), test::model_of(documents)}) {
        const Oracle oracle(documents, today, model.get());
        for (const auto& n : documents)
            for (const auto& a : documents) {
                if (n.id.kind != market::ListingKind::need || a.id.kind == n.id.kind) continue;
                const auto text = oracle.text(n, a);
                EXPECT_NEAR(text.lexical, text.exact, text.doubt);
                EXPECT_LT(text.doubt, 1e-3);
            }
    }
}

TEST(Ranking, BothDirectionsAndTheSinglePairGiveOneScoreToTheLastBit) {
    Draw draw(5);
    const auto documents = draw.market(60, 25);
    for (const auto& model : {test::ModelPtr(), test::model_of(documents)}) {
        const auto snapshot = test::market_of(documents, model);
        const auto ranked = [&](const Document& query) {
            return snapshot->rank_for(query, 100, today, {}, Repeats::each);
        };
        for (const auto& one : documents) {
            if (one.id.kind != market::ListingKind::need) continue;
            for (const auto& found : ranked(one)) {
                EXPECT_EQ(found.score, snapshot->score_pair(one, *found.document));
                bool back = false;
                for (const auto& reverse : ranked(*found.document))
                    if (reverse.document->id == one.id) {
                        back = true;
                        EXPECT_EQ(reverse.score, found.score);
                    }
                EXPECT_TRUE(back);
            }
        }
    }
}

// A model as a market of so many listings teaches it, of words nobody has used yet.
test::ModelPtr model_of_strangers(double listings) {
    Model::Parts parts;
    parts.mean_impacts = {100, 100, 100};
    parts.mean_length = 120, parts.mean_size = 200;
    for (auto& unseen : parts.unseen)
        unseen = {8, static_cast<float>(.5 / (listings + 1))};
    return std::make_shared<const Model>(std::move(parts));
}

TEST(Ranking, AWordThatIsNewInALargeMarketIsFound) {
    const auto offered = test::achievement(1, "perovskite", "perovskite ink for perovskite cells");
    for (const double listings : {1e3, 1e4, 3e4, 1e5, 2e5, 1e6}) {
        const auto market = test::market_of({offered}, model_of_strangers(listings));
        const auto need = test::need(1, "perovskite");
        const auto found = market->rank_for(need, 1, today);
        ASSERT_EQ(found.size(), 1u) << listings;
        EXPECT_EQ(found[0].score, market->score_pair(need, offered)) << listings;
    }
}

TEST(Ranking, ScoresLieInTheUnitIntervalAndRiseWithTheRawScore) {
    double last = -1;
    for (double raw = -100; raw <= 100; raw += .5) {
        const auto score = pair_score(raw, calibration_learned).score;
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
        const auto model = seed % 2 == 0 ? test::model_of(documents) : nullptr;
        const auto snapshot = test::market_of(documents, model);
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

TEST(Explanation, DoesNotClaimAWordOfWhichOnlyLettersAreShared) {
    const auto wanted = test::need(1, "electrolyser membrane");
    const auto market = test::market_of(
        {wanted, test::achievement(2, "membrane for electronics"), test::achievement(3, "rice")}
    );
    const auto matches = market->matches_for(wanted, 1, today);
    ASSERT_EQ(matches.size(), 1u);
    const auto& why = matches[0].why;
    EXPECT_EQ(why.summary_en.find("Shared: membrane"), 0u) << why.summary_en;
    EXPECT_EQ(why.summary_en.find("electrolyser"), std::string::npos) << why.summary_en;
    EXPECT_TRUE(std::ranges::any_of(why.contributions, [](const Contribution& line) {
        return line.label_en == "electrolyser (some letters)" &&
               line.label_zh == "electrolyser（部分字母）" && line.value > 0;
    }));
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
