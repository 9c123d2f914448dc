// What a market's own texts teach: which words matter, and which mean alike.
#include "matching/learning.hpp"
#include "tests/matching/listings.hpp"
#include "tests/support/topics.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstring>

namespace jishi::matching {
namespace {

using jishi::test::topics;
using market::ListingKind;
using test::Draw;
constexpr std::int32_t today = 100;

template<class T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

TEST(Learning, TheSameListingsInAnyOrderTeachTheSameToTheLastBit) {
    Draw draw(3);
    auto documents = draw.market(70, 40);
    const auto wanted = test::model_of(documents);
    for (int round = 0; round < 3; ++round) {
        draw.shuffle(documents);
        const auto model = test::model_of(documents);
        EXPECT_EQ(model->version(), wanted->version());
        const auto &a = model->parts(), &b = wanted->parts();
        EXPECT_TRUE(same_bits(a.term_keys, b.term_keys) && same_bits(a.word_keys, b.word_keys));
        EXPECT_TRUE(same_bits(a.terms, b.terms));
        EXPECT_TRUE(same_bits(a.word_vectors, b.word_vectors));
        EXPECT_TRUE(same_bits(a.word_scales, b.word_scales));
        EXPECT_TRUE(same_bits(a.mean, b.mean) && same_bits(a.covariance, b.covariance));
        EXPECT_TRUE(same_bits(a.need_mean, b.need_mean));
        EXPECT_EQ(a.mean_length, b.mean_length);
        EXPECT_EQ(a.mean_size, b.mean_size);
        EXPECT_EQ(a.mean_impacts, b.mean_impacts);
        EXPECT_EQ(a.listings, b.listings);
    }
    documents.back().body += "。另有催化剂";
    EXPECT_NE(test::model_of(documents)->version(), wanted->version());
}

TEST(Learning, OfMoreListingsThanItMayReadItTakesSomeEvenly) {
    Draw draw(4);
    auto documents = draw.market(60, 0);
    std::vector<const Document*> all;
    for (const auto& document : documents)
        all.push_back(&document);
    const LearningLimits limits{.listings_max = 20, .dimensions = 0};
    const auto model = learn(all, {}, {}, limits);
    EXPECT_EQ(model->parts().listings, 20u);
    draw.shuffle(all);
    EXPECT_EQ(learn(all, {}, {}, limits)->version(), model->version());
}

TermKey key_of(std::string_view word) { // of a bigram or a Latin word
    TermKey key = 0;
    for (const auto& term : offered_terms(word, "").terms)
        if (space_of(term.key) != Space::character && !is_gram(term.key)) key = term.key;
    return key;
}

// 沸石 and zeolite stand in both halves of a text or in none, 催化 and catalyst in as many halves
// but never in both, 装置 and unit here and there.
std::vector<Document> recurring() {
    static constexpr std::string_view fillers[] = {"甲乙", "丙丁", "戊己", "庚辛", "壬癸", "子丑"};
    Draw draw(13);
    std::vector<Document> out;
    for (std::uint32_t i = 0; i < 80; ++i) {
        std::string halves[2];
        for (auto& half : halves) {
            for (int filler = 0; filler < 2; ++filler)
                half += fillers[draw.below(std::size(fillers))];
            if (draw.below(4) > 0) half += "装置 unit ";
        }
        if (i % 4 == 0) halves[0] += "沸石 zeolite", halves[1] += "沸石 zeolite";
        if (i % 4 == 1) halves[0] += "催化 catalyst";
        if (i % 4 == 2) halves[1] += "催化 catalyst";
        out.push_back(test::achievement(i, "", halves[0] + "。" + halves[1]));
    }
    return out;
}

TEST(Learning, AWordThatRecursIsWorthMoreThanOneThatDoesNotAndMoreThanOneThatIsEverywhere) {
    const auto model = test::model_of(recurring(), 0);
    const auto weight = [&](TermKey key) { return model->term_weight(key).weight; };
    EXPECT_GT(weight(key_of("沸石")), weight(key_of("催化")) + 1);
    EXPECT_GT(weight(as_word(key_of("沸石"))), weight(as_word(key_of("催化"))) + 1);
    EXPECT_GT(weight(key_of("zeolite")), weight(key_of("catalyst")) + 1);
    EXPECT_GT(weight(key_of("沸石")), weight(key_of("装置")) + 1);
    EXPECT_GT(weight(key_of("zeolite")), weight(key_of("unit")) + 1);
    for (const auto& term : model->parts().terms) {
        EXPECT_GE(term.weight, 0);
        EXPECT_GT(term.rate, 0);
        EXPECT_LT(term.rate, 1);
    }
}

// Titles leave 的 out, needs cannot: that it stands in few titles makes it no rare word.
TEST(Learning, WhatEveryNeedSaysIsWorthLittleThoughFewTitlesHaveIt) {
    static constexpr std::string_view things[] = {"沸石", "催化", "电池", "废水", "涂层"};
    std::vector<Document> documents;
    for (std::uint32_t i = 0; i < 200; ++i)
        documents.push_back(test::achievement(i, std::string(things[i % 5]) + "装置"));
    documents.push_back(test::achievement(200, "汀的合成"));
    for (std::uint32_t i = 0; i < 50; ++i) {
        const std::string thing(things[i % 5]);
        documents.push_back(test::need(
            i,
            thing + (i % 4 == 0 ? "改进" : "的改进"),
            "现有" + thing + "的寿命短。希望得到" + thing + (i % 3 == 0 ? "工艺" : "的工艺")
        ));
    }
    const auto model = test::model_of(documents, 0);
    EXPECT_LT(3 * model->term_weight(U'的').weight, model->term_weight(U'沸').weight);
    const auto market = test::market_of(documents, model);
    for (const auto& match : market->rank_for(documents[201], 5, today))
        EXPECT_NE(test::number_of(match.document->id), 200u);
}

// Two English texts have "the" in common whatever they are about, however few are English.
TEST(Learning, WhatEveryTextOfItsScriptSaysIsWorthLittleThoughFewAreOfThatScript) {
    static constexpr std::string_view things[] = {"battery", "turbine", "membrane", "coating"};
    std::vector<Document> documents;
    for (std::uint32_t i = 0; i < 300; ++i)
        documents.push_back(test::achievement(
            i,
            "装置",
            i % 2 == 0 ? "沸石的催化装置，沸石的再生工艺" : "废水的处理装置，废水的回用工艺"
        ));
    for (std::uint32_t i = 0; i < 24; ++i) {
        const std::string thing(things[i % 4]);
        documents.push_back(test::achievement(
            300 + i,
            (i % 3 == 0 ? "the " : "a ") + thing,
            "we improve the life of the " + thing + ", measured in the field for the " + thing
        ));
    }
    const auto model = test::model_of(documents, 0);
    const auto weight_of = [&](std::string_view word) {
        return model->term_weight(stated_keys(word).front()).weight;
    };
    EXPECT_LT(4 * weight_of("the"), weight_of("battery"));
}

TEST(Learning, ASearchPutsWhatHoldsTheWordThatMattersFirst) {
    const auto market = test::market_of(
        {test::achievement(1, "装置的装置"), test::achievement(2, "沸石的制备")},
        test::model_of(recurring(), 0)
    );
    const auto found = market->rank_for(test::need(1, "沸石装置"), 2, today);
    ASSERT_FALSE(found.empty());
    EXPECT_EQ(test::number_of(found[0].document->id), 2u);
}

TEST(Learning, CharactersCountLessAndWordsAndMeaningMoreTheLongerTextsAre) {
    constexpr std::uint64_t taught = 1'200; // half of what a meaning is worth at most
    const auto of_ideographs = [](double size) { return shares_of(size, size, taught); };
    const auto brief = of_ideographs(40), lengthy = of_ideographs(120);
    EXPECT_EQ(of_ideographs(5), brief);
    EXPECT_EQ(of_ideographs(5000), lengthy);
    const auto expect = [](const Shares& shares, std::array<double, 3> spaces, double meaning) {
        double all = meaning;
        for (const double share : spaces)
            all += share;
        for (std::size_t i = 0; i < 3; ++i)
            EXPECT_NEAR(shares.spaces[i], 1.5 * spaces[i] / all, 1e-12);
        EXPECT_NEAR(shares.meaning, 1.5 * meaning / all, 1e-12);
    };
    expect(brief, {2, 1, .5}, 3.5 * .5 / 2);
    expect(lengthy, {.2, .9, 1}, 2.1 * 1.5 / 2);
    expect(shares_of(100, 400, taught), {.2, .9, 1}, 2.1 * .5 / 2); // words of Latin letters
    for (double size = 40; size < 120; size += 5) {
        const auto less = of_ideographs(size), more = of_ideographs(size + 5);
        EXPECT_GT(less.spaces[0], more.spaces[0]);
        EXPECT_LT(less.spaces[2] / less.spaces[0], more.spaces[2] / more.spaces[0]);
        EXPECT_LT(less.meaning, more.meaning);
    }
    const auto by_rarity = shares_by_rarity(80);
    EXPECT_NEAR(by_rarity.spaces[0] + by_rarity.spaces[1] + by_rarity.spaces[2], 1, 1e-12);
    EXPECT_EQ(by_rarity.meaning, 0);
}

TEST(Learning, AMeaningCountsTheMoreTheMoreListingsTaughtIt) {
    // What it counts beside all spaces of terms together.
    const auto meaning_of = [](std::uint64_t listings) {
        const auto shares = shares_of(200, 200, listings);
        EXPECT_NEAR(
            shares.spaces[0] + shares.spaces[1] + shares.spaces[2] + shares.meaning, 1.5, 1e-12
        );
        return shares.meaning / (1.5 - shares.meaning);
    };
    EXPECT_EQ(meaning_of(0), 0);
    EXPECT_NEAR(meaning_of(300), .3, 1e-12);
    EXPECT_NEAR(meaning_of(1'200), .75, 1e-12);
    EXPECT_NEAR(meaning_of(450'000), 1.5, .005);
}

// ---- meanings ----

std::string two_of(const std::array<std::string_view, 3>& words, Draw& draw) {
    const auto left_out = draw.below(3);
    std::string out;
    for (std::uint32_t i = 0; i < 3; ++i)
        if (i != left_out) out += (out.empty() ? "" : "、") + std::string(words[i]);
    return out;
}

// Texts that tell a problem in some clauses and its solution in others, forty of each topic; and
// of each topic one achievement, numbered 1000 and on, that tells the solution alone.
std::vector<Document> problems_and_solutions() {
    Draw draw(77);
    std::vector<Document> out;
    std::uint32_t number = 0;
    for (int round = 0; round < 40; ++round)
        for (const auto& topic : topics) {
            const auto kind = round % 3 == 0 ? ListingKind::need : ListingKind::achievement;
            out.push_back(test::listing(
                kind,
                number++,
                "项目",
                "现场常见" + two_of(topic.problem, draw) + "。本方采用" +
                    two_of(topic.solution, draw) + "。能够减轻" + two_of(topic.problem, draw) +
                    "。配套提供" + two_of(topic.solution, draw)
            ));
        }
    number = 1000;
    for (const auto& topic : topics)
        out.push_back(test::achievement(
            number++,
            std::string(topic.solution[0]) + "、" + std::string(topic.solution[1]) + "服务"
        ));
    return out;
}
// A need that knows its problem, and one word that every achievement above 1000 has.
Document asking(std::size_t topic) {
    const auto& words = topics[topic].problem;
    return test::need(5000, std::string(words[0]) + "、" + std::string(words[1]) + "服务");
}

std::vector<std::uint32_t> solutions_found(const Snapshot& market, const Document& need) {
    std::vector<std::uint32_t> out;
    for (const auto& match : market.rank_for(need, 1000, today, {}, Repeats::each))
        if (const auto number = test::number_of(match.document->id); number >= 1000)
            out.push_back(number);
    return out;
}

TEST(Learning, AProblemFindsItsSolutionThoughTheyShareNoWord) {
    const auto documents = problems_and_solutions();
    const auto plain = test::market_of(documents),
               learned = test::market_of(documents, test::model_of(documents, 64));
    std::vector<std::uint32_t> all;
    for (std::uint32_t i = 0; i < topics.size(); ++i)
        all.push_back(1000 + i);
    for (std::uint32_t topic = 0; topic < topics.size(); ++topic) {
        // By words alone they all answer alike.
        EXPECT_EQ(solutions_found(*plain, asking(topic)), all);
        const auto found = solutions_found(*learned, asking(topic));
        ASSERT_EQ(found.size(), all.size());
        EXPECT_EQ(found[0], 1000 + topic);
    }
}

// The word in common is what the test above lets the index find them by.
TEST(Learning, AProblemFindsItsSolutionThoughNotEvenACharacterIsShared) {
    const auto learned_from = problems_and_solutions();
    const auto model = test::model_of(learned_from, 64);
    std::vector<Document> market;
    for (std::uint32_t topic = 0; topic < topics.size(); ++topic) {
        const auto& [problem, solution] = topics[topic];
        market.push_back(test::need(topic, std::string(problem[0]) + "、" + std::string(problem[1]))
        );
        market.push_back(
            test::achievement(topic, std::string(solution[0]) + "、" + std::string(solution[1]))
        );
    }
    const auto plain = test::market_of(market), learned = test::market_of(market, model);
    for (const auto& asker : market) {
        EXPECT_TRUE(plain->rank_for(asker, 20, today).empty()) << asker.title;
        const auto found = learned->matches_for(asker, 20, today);
        ASSERT_FALSE(found.empty()) << asker.title;
        EXPECT_EQ(test::number_of(found[0].document->id), test::number_of(asker.id));
        EXPECT_NE(found[0].why.summary_zh.find("~"), std::string::npos) << found[0].why.summary_zh;
        EXPECT_LT(found.size(), topics.size()) << "what is no more alike than usual is no match";
    }
}

// Needs that tell a problem alone and achievements that tell a solution alone, each need with the
// achievement behind it a match of people; then the achievements numbered 1000 and on.
std::vector<Document> told_apart(std::uint32_t seed) {
    Draw draw(seed);
    std::vector<Document> out;
    for (std::uint32_t number = 0; number < 24 * topics.size(); number += 2) {
        const auto& topic = topics[number / 2 % topics.size()];
        const auto text = [&](const auto& words) {
            return two_of(words, draw) + "。" + two_of(words, draw);
        };
        out.push_back(test::need(number, "项目", "现场常见" + text(topic.problem)));
        out.push_back(test::achievement(number + 1, "项目", "本方采用" + text(topic.solution)));
    }
    for (auto& last : problems_and_solutions())
        if (test::number_of(last.id) >= 1000) out.push_back(std::move(last));
    return out;
}

TEST(Learning, ConfirmedMatchesTeachWhatNoTextTells) {
    std::size_t ranks_taught = 0, ranks_untaught = 0;
    for (const std::uint32_t seed : {78, 79, 80}) {
        const auto documents = told_apart(seed);
        std::vector<const Document*> achievements, needs;
        std::vector<ConfirmedMatch> confirmed;
        for (const auto& document : documents) {
            const bool is_need = document.id.kind == ListingKind::need;
            if (is_need) confirmed.push_back({&document, &document + 1});
            (is_need ? needs : achievements).push_back(&document);
        }
        const auto model_after = [&](std::span<const ConfirmedMatch> matches) {
            return learn(achievements, needs, matches, {.dimensions = 64});
        };
        const auto add_ranks = [&](const std::shared_ptr<const Model>& model, std::size_t& sum) {
            const auto market = test::market_of(documents, model);
            for (std::uint32_t topic = 0; topic < topics.size(); ++topic) {
                const auto found = solutions_found(*market, asking(topic));
                sum += static_cast<std::size_t>(
                    std::ranges::find(found, 1000 + topic) - found.begin()
                );
            }
        };
        const auto taught = model_after(confirmed);
        add_ranks(taught, ranks_taught), add_ranks(model_after({}), ranks_untaught);
        std::ranges::reverse(confirmed);
        EXPECT_EQ(model_after(confirmed)->version(), taught->version());
    }
    EXPECT_LT(ranks_taught, 3 * topics.size() / 2) << "nearly each is first";
    EXPECT_GT(ranks_untaught, 3 * 2 * topics.size()) << "by chance it is 3 * 28";
}

std::vector<std::string> split(std::string text, const std::string& by) {
    std::vector<std::string> out;
    for (auto at = text.find(by); at != std::string::npos; at = text.find(by)) {
        out.push_back(text.substr(0, at));
        text.erase(0, at + by.size());
    }
    out.push_back(text);
    return out;
}

// Whether it is one of the words, or as much of one as the dictionary of words knows.
bool is_part(const std::string& label, const std::array<std::string_view, 3>& words) {
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
        return word.find(label) != std::string_view::npos;
    });
}

TEST(Learning, AnExplanationNamesTheWordsThatAnswerEachOther) {
    const auto documents = problems_and_solutions();
    const auto market = test::market_of(documents, test::model_of(documents, 64));
    for (std::uint32_t topic = 0; topic < topics.size(); ++topic) {
        const auto need = asking(topic);
        const auto solution =
            market->find(test::listing_id(ListingKind::achievement, 1000 + topic));
        const auto why = market->explain_pair(need, *solution);
        bool named = false;
        for (const auto& line : why.contributions) {
            const auto gap = line.label_zh.find(" ~ ");
            if (line.kind != ContributionKind::bridge || gap == std::string::npos) continue;
            EXPECT_GT(line.value, 0);
            const auto asked = line.label_zh.substr(0, gap);
            EXPECT_TRUE(is_part(asked, topics[topic].problem)) << line.label_zh;
            for (const auto& answer : split(line.label_zh.substr(gap + 3), "、")) {
                EXPECT_TRUE(is_part(answer, topics[topic].solution)) << line.label_zh;
                EXPECT_EQ((need.title + need.body).find(answer), std::string::npos) << answer;
                named = true;
            }
        }
        EXPECT_TRUE(named) << topic << ' ' << why.summary_zh;
        EXPECT_NE(why.summary_zh.find("相关用语"), std::string::npos) << why.summary_zh;
    }
}

// The norm of a meaning: over the market it was learned from, likeness to any need has the mean 0
// and the deviation of its share.
TEST(Learning, LikenessInMeaningComparesOverNeeds) {
    const auto documents = problems_and_solutions();
    const auto model = test::model_of(documents, 64);
    for (std::size_t topic = 0; topic < topics.size(); ++topic) {
        const auto need = model->meaning_of(terms_of(asking(topic)));
        const auto norm = model->meaning_norm(need);
        double sum = 0, squares = 0, count = 0;
        for (const auto& document : documents) {
            if (document.id.kind != ListingKind::achievement) continue;
            const double likeness = static_cast<double>(norm.scale) *
                                        alignment(need, model->meaning_of(terms_of(document))) -
                                    static_cast<double>(norm.base);
            sum += likeness, squares += likeness * likeness, ++count;
        }
        EXPECT_NEAR(sum / count, 0, 1e-3);
        EXPECT_NEAR(std::sqrt(squares / count), model->shares().meaning, 1e-3);
    }
}

// Of what all needs speak, no need's meaning is made.
TEST(Learning, ANeedMeansWhatSetsItApart) {
    const auto documents = problems_and_solutions();
    const auto model = test::model_of(documents, 64);
    std::vector<double> whole(64, 0), own(64, 0);
    const auto length_of = [](const std::vector<double>& sums) {
        double squares = 0;
        for (const double sum : sums)
            squares += sum * sum;
        return std::sqrt(squares);
    };
    for (const auto& document : documents) {
        if (document.id.kind != ListingKind::need) continue;
        const auto meaning = numbers_of(model->meaning_of(terms_of(document))),
                   need_meaning = numbers_of(model->need_meaning_of(terms_of(document)));
        for (std::size_t i = 0; i < 64; ++i)
            whole[i] += meaning[i], own[i] += need_meaning[i];
    }
    EXPECT_LT(length_of(own), .3 * length_of(whole));
    for (const auto value : numbers_of(model->need_meaning_of(offered_terms("与此无关", ""))))
        EXPECT_EQ(value, 0);
}

TEST(Learning, AMeaningIsADirectionOfItsWords) {
    const auto documents = problems_and_solutions();
    const auto model = test::model_of(documents, 64);
    EXPECT_EQ(model->dimensions(), 64u);
    for (const auto& document : documents) {
        const auto terms = terms_of(document);
        const auto numbers = numbers_of(model->meaning_of(terms));
        ASSERT_EQ(numbers.size(), 64u);
        std::vector<float> direction(64, 0);
        std::vector<ScaledRow> rows;
        for (const auto& term : terms.terms)
            if (const auto word = model->word_of(term.key))
                rows.push_back(
                    {static_cast<float>(statement_weight(term.count)) * model->scale_of(*word),
                     model->vector_of(*word)}
                );
        add_scaled(direction, rows);
        double squares = 0;
        for (const double value : direction)
            squares += value * value;
        ASSERT_GT(squares, 0);
        const double factor = model->meaning_length() / std::sqrt(squares);
        for (std::size_t i = 0; i < 64; ++i)
            EXPECT_NEAR(numbers[i], std::clamp(factor * double{direction[i]}, -3.0, 3.0), 1.001);
    }
    for (const auto value : numbers_of(model->meaning_of(offered_terms("与此无关", ""))))
        EXPECT_EQ(value, 0);
    EXPECT_TRUE(test::model_of(documents, 0)->meaning_of(terms_of(documents[0])).empty());
}

// ---- small markets ----

TEST(Learning, AnEmptyMarketAndAMarketOfOneListingTeachLittleAndEverythingIsStillFound) {
    const auto need = test::need(1, "废旧锂电池回收");
    for (const auto& taught :
         {std::vector<Document>{},
          std::vector<Document>{test::achievement(1, "锂电池回收", "从废旧锂电池中回收锂")},
          std::vector<Document>{need}}) {
        const auto model = test::model_of(taught);
        EXPECT_EQ(model->version(), test::model_of(taught)->version());
        const auto market = test::market_of(
            {test::achievement(1, "锂电池回收", "从废旧锂电池中回收锂"),
             test::achievement(2, "水稻育种"),
             need},
            model
        );
        SearchQuery query;
        query.text = "锂电池";
        const auto page = *market->search(query);
        ASSERT_EQ(page.hits.size(), 1u);
        EXPECT_EQ(test::number_of(page.hits[0].document->id), 1u);
        EXPECT_TRUE(std::isfinite(page.hits[0].score));
        const auto matches = market->matches_for(need, 10, today);
        ASSERT_EQ(matches.size(), 1u);
        EXPECT_EQ(test::number_of(matches[0].document->id), 1u);
        EXPECT_TRUE(std::isfinite(matches[0].score.raw));
        const auto back = market->rank_for(*matches[0].document, 10, today);
        ASSERT_EQ(back.size(), 1u);
        EXPECT_EQ(back[0].score, matches[0].score);
    }
}

} // namespace
} // namespace jishi::matching
