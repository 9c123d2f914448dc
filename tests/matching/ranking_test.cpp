#include "matching/model.hpp"
#include "matching/pair.hpp"
#include "matching/ranking.hpp"
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

// The definition of score and ranking, computed the slow way over plain lists: no index, no
// shortcuts.
class Oracle {
public:
    explicit Oracle(const std::vector<Document>& documents, const Model* model = nullptr)
        : model_(model),
          impacts_(model != nullptr ? impacts(model->reference_length()) : impacts()) {
        for (const auto& document : documents) {
            (document.id.kind == market::ListingKind::need ? needs_ : achievements_)
                .push_back(document);
            terms_[document.id] = terms_of(document);
        }
        double mean_length = 0;
        for (const auto& achievement : achievements_) {
            const auto& terms = terms_.at(achievement.id);
            mean_length += terms.length / static_cast<double>(achievements_.size());
            for (const auto& term : terms.terms)
                held_[term.key].push_back(impact_in(terms, term.key));
        }
        shares_ = shares_of(model != nullptr ? model->parts().mean_size : mean_length);
        if (model != nullptr)
            for (std::size_t i = 0; i < model->parts().term_keys.size(); ++i)
                learned_[model->parts().term_keys[i]] = model->parts().terms[i];
    }

    struct Text {
        double sum = 0;     // of weight times impact over what both hold
        double lexical = 0; // L
        double exact = 0;   // L with weights that are not rounded to whole units
        double doubt = 0;   // how far the two may be apart
    };
    Text text(const Document& need, const Document& achievement) const {
        const auto &asked = terms_.at(need.id), &offered = terms_.at(achievement.id);
        Text out;
        for (std::size_t space = 0; space < space_count; ++space) {
            double mean = 0, variance = 0;
            for_each(asked, space, [&](double q, const Worth& worth, TermKey) {
                mean += q * worth.mean, variance += q * q * worth.variance;
            });
            if (variance <= 0) continue;
            const double scale = shares_.spaces[space] / std::sqrt(variance);
            const auto kept_scale = static_cast<float>(scale); // as norms are kept
            for_each(asked, space, [&](double q, const Worth& worth, TermKey key) {
                const double weight = scale * q * worth.weight;
                const double kept = static_cast<double>(kept_scale) * q * worth.weight;
                const double x = impact_in(offered, sought(key));
                out.sum += std::round(kept / weight_unit) * weight_unit * x;
                out.exact += weight * x;
                out.doubt += (.5 * weight_unit + 1e-7 * weight) * x;
            });
            out.lexical -= static_cast<double>(static_cast<float>(scale * mean));
            out.exact -= scale * mean;
            out.doubt += 1e-7 * scale * mean;
        }
        out.lexical += out.sum;
        return out;
    }

    double meaning(const Document& need, const Document& achievement) const {
        if (model_ == nullptr) return 0;
        const auto asked = model_->meaning_of(terms_.at(need.id)),
                   offered = model_->meaning_of(terms_.at(achievement.id));
        double product = 0;
        for (std::size_t i = 0; i < asked.size(); ++i)
            product += asked[i] * offered[i];
        const auto norm = model_->meaning_norm(asked);
        return static_cast<double>(norm.scale) * product - static_cast<double>(norm.base);
    }

    struct Place {
        double raw;
        market::ListingId id;
        bool doubtful = false; // rounding decides whether the terms choose it as a candidate
    };
    // First the terms choose the candidates; of these the whole score decides.
    std::vector<Place> rank(const Document& query, std::size_t k) const {
        const bool from_need = query.id.kind == market::ListingKind::need;
        std::vector<std::pair<Text, const Document*>> found;
        for (const auto& other : from_need ? achievements_ : needs_) {
            const auto& n = from_need ? query : other;
            const auto& a = from_need ? other : query;
            const auto scored = text(n, a);
            if (scored.sum > 0 && !exclusion_of(n, a, today)) found.emplace_back(scored, &other);
        }
        // Sums of units are exact; from the needs' side L is made from norms in single precision.
        const double slack = from_need ? 0 : 2e-3;
        double last = -1e300;
        if (const auto n = candidates_for(k); found.size() > n) {
            std::nth_element(
                found.begin(),
                found.begin() + static_cast<std::ptrdiff_t>(n - 1),
                found.end(),
                [](const auto& x, const auto& y) { return x.first.lexical > y.first.lexical; }
            );
            last = found[n - 1].first.lexical;
        }
        std::vector<Place> out;
        for (const auto& [scored, other] : found) {
            if (scored.lexical < last - slack) continue;
            const auto& n = from_need ? query : *other;
            const auto& a = from_need ? *other : query;
            const double raw = settled(scored.lexical + meaning(n, a) + sum_of(factors_of(n, a)));
            out.push_back({raw, other->id, scored.lexical < last + slack && last > -1e300});
        }
        std::sort(out.begin(), out.end(), [](const Place& x, const Place& y) {
            return x.raw != y.raw ? x.raw > y.raw : x.id < y.id;
        });
        return out;
    }

private:
    struct Worth {
        double weight, mean, variance;
    };

    template<class Visit>
    void for_each(const DocumentTerms& asked, std::size_t space, Visit visit) const {
        for (const auto& term : asked.terms)
            if (index_of(space_of(term.key)) == space)
                visit(statement_weight(term.count), worth_of(term.key), term.key);
    }
    double impact_in(const DocumentTerms& terms, TermKey key) const {
        const auto at = std::lower_bound(
            terms.terms.begin(),
            terms.terms.end(),
            key,
            [](const CountedTerm& term, TermKey wanted) { return term.key < wanted; }
        );
        return at == terms.terms.end() || at->key != key
                   ? 0
                   : impacts_[length_class_of(terms.length)][at->count.total()];
    }
    Worth worth_of(TermKey key) const {
        return model_ != nullptr ? learned_worth(key) : worth_by_rarity(key);
    }
    Worth learned_worth(TermKey key) const {
        const auto& parts = model_->parts();
        const auto at = learned_.find(key);
        const auto& term =
            at == learned_.end() ? parts.unseen[index_of(space_of(key))] : at->second;
        const double w = term.weight;
        const double rate = std::max<double>(term.rate, rarest_rate);
        const double x = parts.mean_impacts[index_of(space_of(sought(key)))];
        // Impacts vary among those that hold a term: a tenth on top of whether they do.
        return {w, w * rate * x, w * w * rate * (1 - rate) * 1.1 * x * x};
    }
    // As if ten more listings had been seen whose impact is that of an average one.
    Worth worth_by_rarity(TermKey key) const {
        const double n = static_cast<double>(achievements_.size()) + 10;
        const auto at = held_.find(sought(key));
        const double df = at == held_.end() ? 0 : static_cast<double>(at->second.size());
        const double idf = std::log(1 + (n - df + .5) / (df + .5));
        const double w = space_of(key) == Space::character ? idf * idf : idf;
        double sum = 10 / n * 116, squares = 10 / n * 116 * 116;
        if (at != held_.end())
            for (const double x : at->second)
                sum += x, squares += x * x;
        return {w, w * sum / n, w * w * (squares / n - sum / n * sum / n)};
    }

    const Model* model_;
    const ImpactTable& impacts_;
    std::vector<Document> achievements_, needs_;
    std::map<market::ListingId, DocumentTerms> terms_;
    std::map<TermKey, std::vector<double>> held_;
    std::map<TermKey, Model::Term> learned_;
    Shares shares_;
};

// What is doubtful may be there or not; everything else must be, in this order.
void expect_places(
    const std::vector<RankedMatch>& found,
    const std::vector<Oracle::Place>& wanted,
    std::size_t k,
    const std::string& where
) {
    auto place = wanted.begin();
    for (std::size_t rank = 0; rank < found.size(); ++rank) {
        const auto& match = found[rank];
        while (place != wanted.end() && place->doubtful && place->id != match.document->id)
            ++place;
        ASSERT_NE(place, wanted.end()) << where << " rank " << rank;
        ASSERT_EQ(place->id, match.document->id) << where << " rank " << rank;
        EXPECT_NEAR(match.score.raw, place->raw, 1e-9) << where << " rank " << rank;
        EXPECT_TRUE(
            match.score == pair_score(match.score.raw, calibration_learned) ||
            match.score == pair_score(match.score.raw, calibration_by_rarity)
        ) << where;
        ++place;
    }
    const bool that_was_all =
        std::all_of(place, wanted.end(), [](const auto& left) { return left.doubtful; });
    EXPECT_TRUE(found.size() == k || that_was_all) << where;
    EXPECT_LE(found.size(), k);
}

void expect_oracle(
    const std::vector<Document>& documents,
    const test::ModelPtr& model,
    Draw& draw,
    std::size_t step
) {
    const Oracle oracle(documents, model.get());
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
        const Oracle oracle(documents, model.get());
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
