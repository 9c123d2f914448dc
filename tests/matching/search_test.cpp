#include "matching/cursor.hpp"
#include "matching/facts.hpp"
#include "matching/query.hpp"
#include "matching/weighting.hpp"
#include "tests/matching/listings.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <set>

namespace jishi::matching {
namespace {

using market::CooperationMode;
using market::FieldReason;
using market::RefusalCode;
using market::TechnologyField;
using test::achievement;

std::string ids(const SearchPage& page) {
    std::string out;
    for (const auto& hit : page.hits)
        out += (out.empty() ? "" : " ") + std::to_string(test::number_of(hit.document->id));
    return out;
}

SearchQuery words(std::string text) {
    SearchQuery query;
    query.text = std::move(text);
    return query;
}

std::vector<Document> catalogue() {
    std::vector<Document> out{
        achievement(1, "锂电池回收工艺", "从废旧锂电池中回收锂、钴"),
        achievement(2, "電池管理系統", "適用於電動汽車的電池組"),
        achievement(3, "废水处理装置", "印染废水的深度处理与回收"),
        achievement(4, "LED照明驱动", "-40℃低温启动，支持5G基站"),
        achievement(5, "测试工具箱", "虚拟机环境下的自动测试工具"),
    };
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i].published_at_us = static_cast<std::int64_t>(1000 + i);
    return out;
}

TEST(Search, WordsPhrasesAndExclusionsMeanWhatTheySay) {
    const auto market = test::market_of(catalogue());
    struct {
        const char *text, *sorted_ids;
        WordsFound found;
    } const table[] = {
        {"电池", "1 2", WordsFound::all},
        {"电池 回收", "1", WordsFound::all},
        {"回收 电池", "1", WordsFound::all},
        {"電池", "1 2", WordsFound::all},
        {"led", "4", WordsFound::all},
        {"ＬＥＤ　５Ｇ", "4", WordsFound::all},
        {"-40℃", "4", WordsFound::all},
        {"回收 -电池", "3", WordsFound::all},
        {"\"锂电池回收\"", "1", WordsFound::all},
        {"“测试工具”", "5", WordsFound::all},
        {"\"回收电池\"", "1 2 3", WordsFound::any}, // nowhere in this order: any of it
        {"电池 废水", "1 2 3", WordsFound::any},
        {"测试工具箱", "5", WordsFound::all},
        {"锂", "1", WordsFound::all},
        {"锂 钴", "1", WordsFound::all},
        {"一 二 三 四 电池", "1 2", WordsFound::any},
        {"不存在", "", WordsFound::all},
        {"-电池", "3 4 5", WordsFound::none_asked},
        {"-\"锂电池\"", "2 3 4 5", WordsFound::none_asked},
        {"回收 -锂电池 -管理", "3", WordsFound::all},
        {"回收 -电池组件 -管理", "1 3", WordsFound::all},
        {"", "1 2 3 4 5", WordsFound::none_asked},
        {"！？", "1 2 3 4 5", WordsFound::none_asked},
        {"\"", "1 2 3 4 5", WordsFound::none_asked},
    };
    for (const auto& row : table) {
        const auto page = market->search(words(row.text));
        ASSERT_TRUE(page.ok());
        std::set<std::uint32_t> found;
        for (const auto& hit : page->hits)
            found.insert(test::number_of(hit.document->id));
        std::string sorted;
        for (const auto id : found)
            sorted += (sorted.empty() ? "" : " ") + std::to_string(id);
        EXPECT_EQ(sorted, row.sorted_ids) << row.text;
        EXPECT_EQ(page->words, row.found) << row.text;
        EXPECT_EQ(page->total, found.size());
        EXPECT_TRUE(page->total_is_exact);
    }
}

std::vector<Document> priced() {
    auto out = catalogue();
    out[0].fields = {TechnologyField::new_energy, TechnologyField::environment};
    out[1].fields = {TechnologyField::new_energy};
    out[2].fields = {TechnologyField::environment};
    out[0].price = {100, 200};
    out[1].price = {300, {}};
    out[2].price = {{}, 50};
    out[0].trl = 4, out[1].trl = 8, out[3].trl = 9;
    out[0].modes = {CooperationMode::transfer};
    out[1].modes = {CooperationMode::transfer, CooperationMode::equity};
    out[0].industry = "C384", out[1].industry = "C36";
    out[0].division = "330106", out[1].division = "330205", out[2].division = "110101";
    out[0].owner = test::organisation(7);
    return out;
}

TEST(Search, FiltersKeepWhatTheyName) {
    const auto market = test::market_of(priced());
    struct {
        const char* name;
        void (*set)(Filters&);
        const char* newest_first;
    } const table[] = {
        {"none", [](Filters&) {}, "5 4 3 2 1"},
        {"one field", [](Filters& f) { f.fields = {TechnologyField::environment}; }, "3 1"},
        {"any field",
         [](Filters& f) {
             f.fields = {TechnologyField::environment, TechnologyField::new_energy};
         },
         "3 2 1"},
        {"industry", [](Filters& f) { f.industry_prefix = "C"; }, "2 1"},
        {"industry class", [](Filters& f) { f.industry_prefix = "C38"; }, "1"},
        {"province", [](Filters& f) { f.division_prefix = "33"; }, "2 1"},
        {"district", [](Filters& f) { f.division_prefix = "330205"; }, "2"},
        {"modes",
         [](Filters& f) {
             f.modes = {CooperationMode::equity, CooperationMode::trial};
         },
         "2"},
        {"trl from", [](Filters& f) { f.trl_min = 8; }, "4 2"},
        {"trl to", [](Filters& f) { f.trl_max = 8; }, "2 1"},
        {"price overlaps, negotiable always does",
         [](Filters& f) {
             f.price = {150, 299};
         },
         "5 4 1"},
        {"price at the edge",
         [](Filters& f) {
             f.price = {200, 300};
         },
         "5 4 2 1"},
        {"cheap", [](Filters& f) { f.price.max_fen = 99; }, "5 4 3"},
        {"owner", [](Filters& f) { f.owner = test::organisation(7); }, "1"},
        {"since", [](Filters& f) { f.published_since_us = 1003; }, "5 4"},
    };
    for (const auto& row : table) {
        SearchQuery query;
        row.set(query.filters);
        const auto page = market->search(query);
        EXPECT_EQ(ids(*page), row.newest_first) << row.name;
    }
}

TEST(Search, SortsByWhatIsAskedAndPutsTheUnstatedLast) {
    const auto market = test::market_of(priced());
    struct {
        SortBy sort;
        const char* order;
    } const table[] = {
        {SortBy::newest, "5 4 3 2 1"},
        {SortBy::price_ascending, "3 1 2 4 5"},
        {SortBy::price_descending, "2 1 3 4 5"},
        {SortBy::trl, "4 2 1 3 5"},
        {SortBy::relevance, "5 4 3 2 1"}, // nothing is asked for: newest
    };
    for (const auto& row : table) {
        SearchQuery query;
        query.sort = row.sort;
        EXPECT_EQ(ids(*market->search(query)), row.order) << market::name_of(row.sort);
    }
    EXPECT_EQ(ids(*market->search(words("回收 锂电池"))), "1");
}

TEST(Search, FacetsCountEveryHitOfAllPages) {
    SearchQuery query;
    query.limit = 1;
    const auto page = test::market_of(priced())->search(query);
    EXPECT_EQ(page->facets.fields[static_cast<std::size_t>(TechnologyField::environment)], 2u);
    EXPECT_EQ(page->facets.modes[static_cast<std::size_t>(CooperationMode::transfer)], 2u);
    EXPECT_EQ(page->facets.provinces, (std::map<std::string, std::uint32_t>{{"11", 1}, {"33", 2}}));
    EXPECT_EQ(page->facets.trl[0], 2u);
    EXPECT_EQ(page->facets.trl[9], 1u);
}

TEST(Search, LimitsAndCursorsOutOfBoundsAreRefused) {
    const auto market = test::market_of(catalogue());
    const auto refused = [&](auto change) {
        SearchQuery query;
        change(query);
        const auto page = market->search(query);
        return page.ok()
                   ? std::string("ok")
                   : std::string(market::refusal_text(page.refusal().code).name) +
                         (page.refusal().fields.empty() ? ""
                                                        : " " + page.refusal().fields[0].pointer);
    };
    EXPECT_EQ(refused([](SearchQuery& q) { q.limit = 0; }), "invalid_fields /limit");
    EXPECT_EQ(refused([](SearchQuery& q) { q.limit = 1; }), "ok");
    EXPECT_EQ(refused([](SearchQuery& q) { q.limit = page_limit_max; }), "ok");
    EXPECT_EQ(
        refused([](SearchQuery& q) { q.limit = page_limit_max + 1; }), "invalid_fields /limit"
    );
    EXPECT_EQ(refused([](SearchQuery& q) { q.text.assign(query_bytes_max, 'x'); }), "ok");
    EXPECT_EQ(
        refused([](SearchQuery& q) { q.text.assign(query_bytes_max + 1, 'x'); }),
        "invalid_fields /q"
    );
    const auto exclude = [](SearchQuery& q, std::size_t times) {
        for (std::size_t i = 0; i < times; ++i)
            q.text += " -电池";
    };
    EXPECT_EQ(refused([&](SearchQuery& q) { exclude(q, exclusions_max); }), "ok");
    EXPECT_EQ(
        refused([&](SearchQuery& q) { exclude(q, exclusions_max + 1); }), "invalid_fields /q"
    );
    EXPECT_EQ(refused([](SearchQuery& q) { q.cursor = "nonsense"; }), "cursor_invalid");
    const auto of_newest =
        cursor_of({SortBy::newest, 1, test::listing_id(market::ListingKind::achievement, 1)});
    EXPECT_EQ(
        refused([&](SearchQuery& q) { q.cursor = of_newest, q.sort = SortBy::trl; }),
        "cursor_invalid"
    );
    EXPECT_EQ(
        refused([&](SearchQuery& q) { q.cursor = of_newest, q.kind = market::ListingKind::need; }),
        "cursor_invalid"
    );
    EXPECT_EQ(
        refused([&](SearchQuery& q) { q.cursor = of_newest, q.sort = SortBy::newest; }), "ok"
    );
}

TEST(Search, ACursorIsReadBackAsItWasWritten) {
    const PageEnd end{
        SortBy::price_ascending, -12345.5, test::listing_id(market::ListingKind::need, 77)};
    EXPECT_EQ(parse_cursor(cursor_of(end)), end);
    auto text = cursor_of(end);
    text.back() = 'G';
    EXPECT_FALSE(parse_cursor(text));
}

std::vector<std::uint32_t>
all_pages(const Engine& engine, SearchQuery query, std::function<void()> between) {
    std::vector<std::uint32_t> out;
    do {
        const auto page = engine.snapshot()->search(query);
        for (const auto& hit : page->hits)
            out.push_back(test::number_of(hit.document->id));
        query.cursor = page->next_cursor;
        between();
    } while (!query.cursor.empty());
    return out;
}

TEST(Search, PagesNeitherRepeatNorSkipWhileListingsArrive) {
    for (const auto sort : {SortBy::newest, SortBy::relevance, SortBy::trl}) {
        test::Draw draw(4);
        Engine engine;
        auto documents = draw.market(90, 0);
        for (auto& document : documents)
            document.body += "电池";
        engine.apply(test::changes(documents));
        auto query = words("电池");
        query.sort = sort;
        query.limit = 7;
        const auto expected = all_pages(engine, query, [] {});
        ASSERT_EQ(expected.size(), 90u);
        EXPECT_EQ(std::set(expected.begin(), expected.end()).size(), 90u);

        std::uint32_t next = 1000;
        auto seen = all_pages(engine, query, [&] {
            auto late = test::achievement(next++, "与此无关"); // no hit, yet every statistic moves
            engine.apply(std::vector<Change>{late});
        });
        EXPECT_EQ(seen, expected) << market::name_of(sort);
    }
}

std::string marked(const Fragment& fragment) {
    std::string out;
    std::uint32_t at = fragment.begin;
    for (const auto& [begin, end] : fragment.hits) {
        out += fragment.text.substr(at - fragment.begin, begin - at) + "[" +
               fragment.text.substr(begin - fragment.begin, end - begin) + "]";
        at = end;
    }
    return out + fragment.text.substr(at - fragment.begin);
}

TEST(Search, HighlightsLieInTheOriginalTextWhicheverScriptIsAsked) {
    const auto market = test::market_of(catalogue());
    const auto simplified = market->search(words("电池管理"));
    ASSERT_EQ(simplified->hits.size(), 1u);
    EXPECT_EQ(marked(simplified->hits[0].title), "[電池管理]系統");
    EXPECT_EQ(marked(simplified->hits[0].body.at(0)), "適用於電動汽車的[電池]組");
    const auto traditional = market->search(words("廢水 Ｌed 處理"));
    EXPECT_EQ(traditional->words, WordsFound::any);
    EXPECT_EQ(marked(traditional->hits[0].title), "[废水][处理]装置");
    const auto one_character = market->search(words("锂"));
    EXPECT_EQ(marked(one_character->hits[0].body.at(0)), "从废旧[锂]电池中回收[锂]、钴");
}

TEST(Search, APlainPageHasTheSameHitsWithoutMarks) {
    const auto market = test::market_of(catalogue());
    auto query = words("电池管理");
    const auto marked_page = market->search(query);
    query.plain = true;
    const auto plain = market->search(query);
    ASSERT_EQ(plain->hits.size(), 1u);
    EXPECT_EQ(plain->hits[0].document->id, marked_page->hits[0].document->id);
    EXPECT_EQ(plain->hits[0].score, marked_page->hits[0].score);
    EXPECT_EQ(marked(plain->hits[0].title), "電池管理系統");
    EXPECT_TRUE(plain->hits[0].body.empty());
    EXPECT_EQ(plain->total, marked_page->total);
    EXPECT_EQ(plain->facets, marked_page->facets);
}

TEST(Search, FragmentsOfALongBodyStandAroundTheHits) {
    std::string body;
    for (int i = 0; i < 200; ++i)
        body += "此处无关。";
    auto document =
        achievement(1, "标题", body + "首次提到污泥干燥机。" + body + "再次提到污泥。" + body);
    const auto page = test::market_of({document})->search(words("污泥"));
    ASSERT_EQ(page->hits.at(0).body.size(), 2u);
    for (const auto& fragment : page->hits[0].body) {
        ASSERT_EQ(fragment.hits.size(), 1u);
        EXPECT_EQ(document.body.substr(fragment.begin, fragment.text.size()), fragment.text);
        EXPECT_EQ(document.body.substr(fragment.hits[0].begin, 6), "污泥");
        EXPECT_LE(fragment.text.size(), 210u);
        EXPECT_NE(static_cast<unsigned char>(fragment.text[0]) & 0xC0, 0x80);
    }
}

TEST(Search, TheBestOfManyAnswersAreWhatAddingThemAllUpGives) {
    test::Draw draw(21);
    auto documents = draw.market(4'000, 1);
    for (auto& document : documents)
        for (auto times = draw.below(8); times > 0; --times)
            document.body += "污泥" + draw.text(3);
    const auto market = test::market_of(documents);
    for (const std::string text : {"污泥", "污泥 技术", "污泥 高温 干燥 电池 材料"}) {
        const auto statement = statement_of(parse_query(text).scoring, market->lexicon());
        std::vector<std::pair<double, market::ListingId>> expected, paged;
        auto query = words(text);
        query.limit = page_limit_max;
        std::size_t total = 0, shown = 0;
        do {
            const auto page = market->search(query);
            ASSERT_TRUE(page);
            ASSERT_TRUE(paged.empty() || page->total == total);
            total = page->total;
            for (const auto& hit : page->hits) {
                shown += 1 + hit.also_posted.count; // some of which may be no answers
                paged.emplace_back(hit.score, hit.document->id);
                expected.emplace_back(
                    settled(lexical_score(statement, terms_of(*hit.document)) + statement.base),
                    hit.document->id
                );
            }
            query.cursor = page->next_cursor;
        } while (!query.cursor.empty());
        ASSERT_GT(total, 2'000u) << text; // so many that they are not all added up exactly
        EXPECT_GE(shown, total) << text;
        std::ranges::sort(expected, [](const auto& a, const auto& b) {
            return a.first != b.first ? a.first > b.first : a.second < b.second;
        });
        EXPECT_EQ(
            std::ranges::unique(expected, {}, [](const auto& e) { return e.second; }).size(), 0u
        );
        for (std::size_t i = 0; i < paged.size(); ++i) {
            ASSERT_EQ(paged[i].second, expected[i].second) << text << ' ' << i;
            ASSERT_NEAR(paged[i].first, expected[i].first, 1e-6);
        }
    }
}

TEST(Search, TraitsTellOfFiltersWhatTheFactsTell) {
    test::Draw draw(22);
    std::size_t accepted = 0, told = 0;
    for (int i = 0; i < 20'000; ++i) {
        const auto facts =
            facts_of(draw.document(market::ListingKind::achievement, draw.below(1'000)));
        Filters filters;
        if (draw.below(3) == 0)
            filters.fields.bits = static_cast<decltype(filters.fields.bits)>(draw.below(1u << 11));
        if (draw.below(3) == 0)
            filters.modes.bits = static_cast<decltype(filters.modes.bits)>(draw.below(1u << 11));
        if (draw.below(3) == 0) filters.trl_min = static_cast<std::uint8_t>(draw.below(10));
        if (draw.below(3) == 0) filters.trl_max = static_cast<std::uint8_t>(draw.below(10));
        if (draw.below(3) == 0)
            filters.division_prefix = std::string("330200").substr(0, draw.below(7));
        if (draw.below(6) == 0) filters.price.max_fen = draw.below(2'000);
        if (draw.below(6) == 0) filters.published_since_us = draw.below(60);
        const TraitsFilter by_traits(filters);
        const bool answer = accepts(filters, facts);
        if (by_traits.is_all()) {
            ASSERT_EQ(by_traits.accepts(traits_of(facts)), answer) << i;
            ++told;
        } else if (answer) {
            ASSERT_TRUE(by_traits.accepts(traits_of(facts))) << i;
        }
        accepted += answer ? 1 : 0;
    }
    EXPECT_GT(accepted, 1'000u);
    EXPECT_GT(told, 1'000u);
}

TEST(Search, ThePhraseLimitIsToldAsAtLeast) {
    std::vector<Document> documents;
    const auto many = static_cast<std::uint32_t>(phrase_checks_max + 1);
    for (std::uint32_t i = 0; i < many; ++i)
        documents.push_back(achievement(i, "锂电池"));
    Engine engine;
    engine.apply(test::changes(documents));
    auto page = engine.snapshot()->search(words("\"锂电池\""));
    EXPECT_EQ(page->total, phrase_checks_max);
    EXPECT_FALSE(page->total_is_exact);
    engine.apply(std::vector<Change>{documents[0].id});
    page = engine.snapshot()->search(words("\"锂电池\""));
    EXPECT_EQ(page->total, phrase_checks_max);
    EXPECT_TRUE(page->total_is_exact);
}

} // namespace
} // namespace jishi::matching
