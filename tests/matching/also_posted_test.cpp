// A result that several have posted is one answer, which says where else it was posted.
#include "tests/matching/listings.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace jishi::matching {
namespace {

using market::ListingKind;
using Numbers = std::vector<std::uint32_t>;

const std::string text = "低温热泵带式干燥，每天处理三十吨，出料含水率可在一成至四成之间调节。";

Document posted(ListingKind kind, std::uint32_t number, std::uint8_t owner, std::string title) {
    auto out = test::listing(kind, number, std::move(title), text);
    out.owner = test::organisation(owner);
    out.sealed_owner = SealedOwner(out.owner);
    out.published_at_us = number;
    return out;
}
Document offered(std::uint32_t number, std::uint8_t owner, std::string title = "污泥干燥设备") {
    return posted(ListingKind::achievement, number, owner, std::move(title));
}
Document wanted(std::uint32_t number, std::uint8_t owner, std::string title = "污泥干燥设备") {
    return posted(ListingKind::need, number, owner, std::move(title));
}
Document anonymous(Document document) {
    document.owner = {};
    return document;
}

Numbers numbers(const std::vector<market::ListingId>& ids) {
    Numbers out;
    for (const auto& id : ids)
        out.push_back(test::number_of(id));
    return out;
}
Numbers hits(const SearchPage& page) {
    Numbers out;
    for (const auto& hit : page.hits)
        out.push_back(test::number_of(hit.document->id));
    return out;
}
Numbers ranked(
    const Snapshot& market, const Document& query, std::size_t k, Repeats repeats = Repeats::once
) {
    Numbers out;
    for (const auto& match : market.rank_for(query, k, 0, {}, repeats))
        out.push_back(test::number_of(match.document->id));
    return out;
}
SearchQuery search_for(std::string words, ListingKind kind = ListingKind::achievement) {
    SearchQuery query;
    query.kind = kind;
    query.text = std::move(words);
    return query;
}

const auto three_and_one =
    test::market_of({offered(1, 11), offered(2, 12), offered(3, 13), offered(4, 14, "污泥焚烧设备")}
    );

// ---- search ----

TEST(AlsoPosted, AResultIsOneHitThatNamesItsOtherListings) {
    const auto page = *three_and_one->search(search_for("污泥"));
    EXPECT_EQ(hits(page), (Numbers{1, 4}));
    EXPECT_EQ(numbers(page.hits[0].also_posted.ids), (Numbers{2, 3}));
    EXPECT_EQ(page.hits[0].also_posted.count, 2u);
    EXPECT_EQ(page.hits[1].also_posted, AlsoPosted{});
    EXPECT_EQ(page.total, 4u); // listings
    EXPECT_EQ(page.facets.trl[0], 4u);
    EXPECT_TRUE(page.next_cursor.empty());
}

TEST(AlsoPosted, WhereTheFirstListingIsNoAnswerTheNextIs) {
    auto query = search_for("污泥");
    query.filters.owner = test::organisation(13);
    const auto page = *three_and_one->search(query);
    EXPECT_EQ(hits(page), Numbers{3});
    EXPECT_EQ(numbers(page.hits[0].also_posted.ids), (Numbers{1, 2}));
}

TEST(AlsoPosted, TheSecondListingTakesTheFirstOnesPlaceWhenThatIsGone) {
    Engine engine;
    engine.apply(test::changes({offered(1, 11), offered(2, 12)}));
    const auto before = engine.snapshot();
    engine.apply(std::vector<Change>{offered(1, 11).id});
    EXPECT_EQ(hits(*engine.snapshot()->search(search_for("污泥"))), Numbers{2});
    EXPECT_EQ(engine.snapshot()->also_posted(offered(2, 12).id), AlsoPosted{});
    EXPECT_EQ(before->also_posted(offered(2, 12).id).count, 1u); // a snapshot never changes
}

TEST(AlsoPosted, AWholeGroupMayGoInOneBatch) {
    Engine engine;
    engine.apply(test::changes({offered(1, 11), offered(2, 12), offered(3, 13)}));
    engine.apply(std::vector<Change>{offered(1, 11).id, offered(2, 12).id, offered(3, 13).id});
    EXPECT_TRUE(hits(*engine.snapshot()->search(search_for(""))).empty());
    engine.apply(test::changes({offered(3, 13)}));
    EXPECT_EQ(engine.snapshot()->also_posted(offered(3, 13).id), AlsoPosted{});
}

// Past a thousand changes the listings and their groups change at the same time.
TEST(AlsoPosted, ManyChangesAtOnceGroupAsOneByOne) {
    test::Draw draw(5);
    auto documents = draw.market(900, 600);
    for (std::size_t i = 0; i < documents.size(); i += 3) { // posted again by another
        documents[i + 1].title = documents[i].title = draw.text(6);
        documents[i + 1].body = documents[i].body = draw.text(30);
    }
    auto first = test::changes(documents);
    std::vector<Change> second;
    for (std::size_t i = 0; i < documents.size(); ++i) {
        auto later = documents[i];
        later.revision = i % 5 == 0 ? 3 : 2;
        if (i % 4 == 0) later.body = draw.text(12);
        if (i % 7 == 0)
            second.emplace_back(later.id);
        else
            second.emplace_back(later);
    }
    for (std::size_t i = 0; i < documents.size(); i += 10) { // comes late, and is ignored
        documents[i].revision = 1;
        second.emplace_back(documents[i]);
    }
    ASSERT_GE(second.size(), 1'000u);
    Engine at_once, one_by_one;
    for (const auto& changes : {first, second}) {
        at_once.apply(changes);
        for (const auto& change : changes)
            one_by_one.apply(std::span(&change, 1));
        const auto a = at_once.snapshot(), b = one_by_one.snapshot();
        std::size_t repeated = 0;
        for (const auto& document : documents) {
            EXPECT_EQ(a->also_posted(document.id), b->also_posted(document.id));
            EXPECT_EQ(a->find(document.id) != nullptr, b->find(document.id) != nullptr);
            repeated += a->also_posted(document.id).count > 0 ? 1 : 0;
        }
        EXPECT_GT(repeated, 100u);
    }
}

TEST(AlsoPosted, PagesShowEachResultOnce) {
    test::Draw draw(7);
    std::vector<Document> listings;
    for (std::uint32_t number = 0; number < 120; ++number) {
        const auto title = "污泥设备" + std::to_string(number % 30) + "型"; // four of each
        listings.push_back(offered(number, static_cast<std::uint8_t>(1 + draw.below(9)), title));
        listings.back().trl = static_cast<std::uint8_t>(1 + draw.below(9));
    }
    const auto market = test::market_of(listings);
    for (const auto sort : {SortBy::relevance, SortBy::newest, SortBy::trl})
        for (const std::size_t limit : {1, 7, 100}) {
            auto query = search_for("污泥");
            query.sort = sort;
            query.limit = limit;
            query.filters.trl_min = 3;
            std::multiset<std::string> titles;
            for (;;) {
                const auto page = *market->search(query);
                EXPECT_FALSE(page.hits.empty());
                for (const auto& hit : page.hits)
                    titles.insert(hit.document->title);
                query.cursor = page.next_cursor;
                if (query.cursor.empty()) break;
                EXPECT_EQ(page.hits.size(), limit);
            }
            std::set<std::string> expected;
            for (const auto& listing : listings)
                if (*listing.trl >= 3) expected.insert(listing.title);
            EXPECT_EQ(titles, std::multiset(expected.begin(), expected.end())) << limit;
        }
}

// ---- matches ----

TEST(AlsoPosted, AResultIsOneMatchAndLeavesRoomForOthers) {
    const auto need = wanted(9, 21);
    EXPECT_EQ(ranked(*three_and_one, need, 10), (Numbers{1, 4}));
    EXPECT_EQ(ranked(*three_and_one, need, 2), (Numbers{1, 4}));
    EXPECT_EQ(ranked(*three_and_one, need, 1), Numbers{1});
    EXPECT_EQ(ranked(*three_and_one, need, 0), Numbers{});
    EXPECT_EQ(ranked(*three_and_one, need, 3, Repeats::each), (Numbers{1, 2, 3}));
    const auto matches = three_and_one->matches_for(need, 1, 0);
    EXPECT_EQ(numbers(matches.at(0).also_posted.ids), (Numbers{2, 3}));
}

TEST(AlsoPosted, OnesOwnListingHidesNobodyElses) {
    EXPECT_EQ(ranked(*three_and_one, wanted(9, 11), 10), (Numbers{2, 4})); // excluded: same owner
    auto asked_by_the_public = wanted(9, 11);
    asked_by_the_public.sealed_owner = {};
    EXPECT_EQ(ranked(*three_and_one, asked_by_the_public, 10), (Numbers{1, 2, 4}));
}

// ---- anonymity ----

TEST(AlsoPosted, AnAnonymousNeedIsNeverShownAsATwin) {
    const auto market =
        test::market_of({wanted(1, 11), anonymous(wanted(2, 11)), anonymous(wanted(3, 12))});
    const auto page = *market->search(search_for("污泥", ListingKind::need));
    EXPECT_EQ(hits(page), (Numbers{1, 2, 3}));
    for (const auto& hit : page.hits)
        EXPECT_EQ(hit.also_posted, AlsoPosted{});
    EXPECT_EQ(ranked(*market, offered(9, 21), 10).size(), 3u);
}

TEST(AlsoPosted, ANeedThatTurnsAnonymousLeavesItsTwins) {
    Engine engine;
    engine.apply(test::changes({wanted(1, 11), wanted(2, 12)}));
    EXPECT_EQ(engine.snapshot()->also_posted(wanted(1, 11).id).count, 1u);
    engine.apply(test::changes({anonymous(wanted(1, 11))}));
    EXPECT_EQ(engine.snapshot()->also_posted(wanted(1, 11).id), AlsoPosted{});
    EXPECT_EQ(engine.snapshot()->also_posted(wanted(2, 12).id), AlsoPosted{});
}

} // namespace
} // namespace jishi::matching
