#include "protocol/handlers/highlight_json.hpp"
#include "protocol/search_query.hpp"
#include "tests/support/table.hpp"

#include <gtest/gtest.h>

namespace jishi::protocol {
namespace {

using market::ListingKind;

TEST(SearchQuery, EveryParameterHasItsFilter) {
    const auto query = parse_saved_query(
        ListingKind::need,
        "q=%E7%94%B5%E6%B1%A0+film&field=new_energy&field=environment&mode=transfer&industry=C39&"
        "division=330100"
        "&trl_min=3&trl_max=7&price_min_fen=100&price_max_fen=200&published_since=1970-01-01T00:00:"
        "01Z"
        "&sort=price_ascending&plain=true&limit=7&owner=" +
            market::OrganisationId{{1}}.text()
    );
    ASSERT_TRUE(query);
    EXPECT_EQ(query->kind, ListingKind::need);
    EXPECT_EQ(query->text, "电池 film");
    const auto& filters = query->filters;
    using market::TechnologyField;
    EXPECT_EQ(
        filters.fields, market::Set({TechnologyField::new_energy, TechnologyField::environment})
    );
    EXPECT_EQ(filters.modes, market::Set({market::CooperationMode::transfer}));
    EXPECT_EQ(filters.industry_prefix, "C39");
    EXPECT_EQ(filters.division_prefix, "3301");
    EXPECT_EQ(filters.trl_min, 3);
    EXPECT_EQ(filters.trl_max, 7);
    EXPECT_EQ(filters.price, (market::PriceRange{100, 200}));
    EXPECT_EQ(filters.published_since_us, market::second_us);
    EXPECT_EQ(filters.owner, market::OrganisationId{{1}});
    EXPECT_EQ(query->sort, matching::SortBy::price_ascending);
    EXPECT_TRUE(query->plain);
    EXPECT_EQ(query->limit, 7);
}

TEST(SearchQuery, NothingAskedMeansEverything) {
    const auto query = parse_saved_query(ListingKind::achievement, "");
    ASSERT_TRUE(query);
    EXPECT_TRUE(query->text.empty());
    EXPECT_TRUE(query->filters.fields.empty());
    EXPECT_TRUE(query->filters.owner.is_null());
    EXPECT_FALSE(query->plain);
    EXPECT_EQ(query->limit, 20);
}

TEST(SearchQuery, ADivisionStandsForAllThatLiesInIt) {
    tests::each_row<2>(
        R"(
        // asked   prefix
        33         33
        3301       3301
        330000     33
        330100     3301
        330106     330106
        429004     429004
        )",
        [](const std::string& asked, const std::string& prefix) {
            const auto query = parse_saved_query(ListingKind::need, "division=" + asked);
            ASSERT_TRUE(query);
            EXPECT_EQ(query->filters.division_prefix, prefix);
        }
    );
}

TEST(SearchQuery, ASavedQueryIsRefusedAsAWholeWithTheCauseTold) {
    tests::each_row<2>(
        R"(
        // query                            cause
        trl_min=10                          "?trl_min too_large"
        trl_min=0                           "?trl_min too_small"
        price_max_fen=100000000000001       "?price_max_fen too_large"
        price_min_fen=2&price_max_fen=1     "?price_max_fen too_small"
        trl_min=6&trl_max=5                 "?trl_max too_small"
        limit=101                           "?limit too_large"
        plain=yes                           "?plain wrong_type"
        field=alchemy                       "?field not_one_of"
        division=331                        "?division bad_format"
        industry=Z1                         "?industry bad_format"
        owner=need_1                        "?owner bad_format"
        sort=luck                           "?sort not_one_of"
        colour=red                          "?colour unknown"
        q=a&q=b                             "?q duplicate"
        q=%4                                "percent encoding in the query"
        q=a#b                               "target"
        )",
        [](const std::string& asked, const std::string& cause) {
            const auto query = parse_saved_query(ListingKind::need, asked);
            ASSERT_FALSE(query);
            EXPECT_EQ(query.refusal().fields.at(0).pointer, "/query");
            EXPECT_EQ(query.refusal().about, cause);
        }
    );
}

std::string ranges_json(std::string_view text, std::vector<matching::ByteRange> ranges) {
    json::Writer out;
    write_ranges(out, text, ranges);
    return out.take();
}

TEST(Highlights, CountCharactersNotBytes) {
    EXPECT_EQ(ranges_json("石墨烯film膜", {{0, 6}, {9, 13}, {13, 16}}), "[[0,2],[3,7],[7,8]]");
    EXPECT_EQ(ranges_json("𠮷野家", {{4, 7}}), "[[1,2]]");
    EXPECT_EQ(ranges_json("", {}), "[]");
}

TEST(Highlights, PiecesHoldTheirHitsAndNeverOverlap) {
    std::string text;
    for (int i = 0; i < 400; ++i)
        text += "字";
    const auto pieces = pieces_around(
        text, std::vector<matching::ByteRange>{{300, 306}, {480, 492}, {600, 603}, {900, 903}}
    );
    ASSERT_EQ(pieces.size(), fragments_max);
    EXPECT_EQ(pieces[0].begin, 240);
    EXPECT_EQ(pieces[0].hits, (std::vector<matching::ByteRange>{{300, 306}}));
    EXPECT_GE(pieces[1].begin, pieces[0].begin + pieces[0].text.size());
    for (const auto& piece : pieces) {
        EXPECT_EQ(text.substr(piece.begin, piece.text.size()), piece.text);
        EXPECT_EQ(piece.text.size() % 3, 0);
        for (const auto& hit : piece.hits)
            EXPECT_LE(hit.end, piece.begin + piece.text.size());
    }
    EXPECT_TRUE(pieces_around(text, {}).empty());
}

TEST(Highlights, AFragmentsHitsAreCountedFromItsStart) {
    const matching::Fragment fragment{.begin = 30, .text = "石墨烯膜", .hits = {{33, 39}}};
    json::Writer out;
    write_fragments(out, std::span(&fragment, 1));
    EXPECT_EQ(out.text(), R"([{"text":"石墨烯膜","hits":[[1,3]]}])");
}

} // namespace
} // namespace jishi::protocol
