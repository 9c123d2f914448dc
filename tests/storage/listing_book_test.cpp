#include "tests/storage/market_fixture.hpp"

#include <algorithm>

namespace jishi::storage {
namespace {

using namespace jishi::testing;
using namespace jishi::market;

struct Listings : Market {
    OrganisationId owner = some_id<OrganisationId>();

    Listing add(ListingId id, ListingState state) {
        auto listing = full_listing(id, owner);
        listing.state = state;
        books.listings.put(listing);
        return listing;
    }
    std::vector<ListingId>
    walk_owner(std::optional<ListingKind> kind, std::optional<ListingState> state) {
        return walk(
            [&](const PageRequest& page) {
                return books.listings.list_of_owner(owner, kind, state, page);
            },
            2
        );
    }
};

TEST(ListingBook, KeepsEveryFieldOfAHead) {
    Listings m;
    for (const auto id : {some_achievement(), some_need()}) {
        const auto listing = m.add(id, ListingState::engaged);
        expect_filled(listing);
        expect_same(*m.books.listings.find(id), listing);
        expect_same(*m.books.listings.take(id), listing);
        expect_same(*m.books.listings.find_by_source(id.kind, m.owner, listing.source_id), listing);
    }
    Listing blank;
    blank.id = some_need();
    m.books.listings.put(blank);
    expect_same(*m.books.listings.find(blank.id), blank);
}

TEST(ListingBook, AnIdOfTheOtherKindFindsNothing) {
    Listings m;
    auto id = m.add(some_need(), ListingState::draft).id;
    m.books.listings.add_revision(full_revision(id, 1));
    id.kind = ListingKind::achievement;
    EXPECT_FALSE(m.books.listings.find(id));
    EXPECT_FALSE(m.books.listings.take(id));
    EXPECT_FALSE(m.books.listings.find_revision(id, 1));
}

TEST(ListingBook, KeepsEveryFieldOfARevision) {
    Listings m;
    for (const auto id : {some_achievement(), some_need()}) {
        const auto revision = full_revision(id, 7);
        const bool achievement = id.kind == ListingKind::achievement;
        expect_filled(revision);
        expect_filled(revision.content, achievement ? 14 : 13);
        if (achievement)
            expect_filled(revision.content.achievement);
        else
            expect_filled(revision.content.need);
        m.books.listings.add_revision(revision);
        expect_same(*m.books.listings.find_revision(id, 7), revision);
        expect_same(m.books.listings.find_revision(id, 7)->content, revision.content);
        EXPECT_FALSE(m.books.listings.find_revision(id, 6));
        EXPECT_FALSE(m.books.listings.find_revision(id, 8));
        EXPECT_EQ(kind_of_error([&] { m.books.listings.add_revision(revision); }), Kind::duplicate);
    }
    const ListingRevision blank{
        .listing = some_achievement(),
        .number = 1,
        .content = {},
        .content_hash = {},
        .written_by = {},
        .written_at = {}};
    m.books.listings.add_revision(blank);
    expect_same(*m.books.listings.find_revision(blank.listing, 1), blank);
}

TEST(ListingBook, HoldsTheLongestTextsTheMarketAllows) {
    Listings m;
    auto revision = full_revision(some_achievement(), 1);
    std::string twenty_thousand;
    for (int i = 0; i < 20'000; ++i)
        twenty_thousand += "𠮷";
    revision.content.summary = revision.content.confidential = twenty_thousand;
    revision.content.achievement.patent_numbers.assign(50, "ZL202110000001.4");
    m.books.listings.add_revision(revision);
    EXPECT_EQ(m.books.listings.find_revision(revision.listing, 1)->content, revision.content);
}

TEST(ListingBook, APatentLeadsToTheListingsThatNameIt) {
    Listings m;
    m.books.listings.add_revision(full_revision(some_achievement(), 1));
    EXPECT_EQ(
        m.number("SELECT COUNT(*) FROM listing_patent WHERE patent_number = 'CN114000000A'"), 1
    );
}

TEST(ListingBook, ASourceIdIsUniquePerOwnerAndKindUnlessItIsEmpty) {
    Listings m;
    const auto first = m.add(some_achievement(), ListingState::draft);
    auto second = full_listing(some_achievement(), m.owner);
    second.source_id = first.source_id;
    EXPECT_EQ(error_of([&] { m.books.listings.put(second); }).constraint, "uq_listing_source");
    second.id = some_need();
    EXPECT_NO_THROW(m.books.listings.put(second));
    for (int i = 0; i < 2; ++i) {
        auto nameless = full_listing(some_need(), m.owner);
        nameless.source_id = "";
        EXPECT_NO_THROW(m.books.listings.put(nameless));
        EXPECT_EQ(m.books.listings.find(nameless.id)->source_id, "");
    }
}

TEST(ListingBook, AStalePutIsAConflict) {
    Listings m;
    auto first = m.add(some_need(), ListingState::draft), second = first;
    m.books.listings.put(first);
    EXPECT_EQ(kind_of_error([&] { m.books.listings.put(second); }), Kind::conflict);
}

TEST(ListingBook, AnOwnersListingsArePagedByKindAndState) {
    Listings m;
    const auto a = m.add(some_achievement(), ListingState::draft).id;
    const auto b = m.add(some_need(), ListingState::draft).id;
    const auto c = m.add(some_achievement(), ListingState::closed).id;
    auto foreign = full_listing(some_need(), some_id<OrganisationId>());
    m.books.listings.put(foreign);
    using Ids = std::vector<ListingId>;
    EXPECT_EQ(m.walk_owner({}, {}), (Ids{c, b, a}));
    EXPECT_EQ(m.walk_owner(ListingKind::achievement, {}), (Ids{c, a}));
    EXPECT_EQ(m.walk_owner({}, ListingState::draft), (Ids{b, a}));
    EXPECT_EQ(m.walk_owner(ListingKind::need, ListingState::closed), Ids{});
}

TEST(ListingBook, TheReviewQueueHoldsWhatTheOperatorOwesAnAnswer) {
    Listings m;
    auto answered = m.add(some_need(), ListingState::published);
    const auto waiting = m.add(some_achievement(), ListingState::submitted).id;
    answered.review_pending = false;
    m.books.listings.put(answered);
    const auto queue = [&](std::optional<ListingKind> kind) {
        return walk(
            [&](const PageRequest& page) { return m.books.listings.list_for_review(kind, page); }, 1
        );
    };
    EXPECT_EQ(queue({}), std::vector{waiting});
    EXPECT_EQ(queue(ListingKind::achievement), std::vector{waiting});
    EXPECT_TRUE(queue(ListingKind::need).empty());
}

TEST(ListingBook, LiveListingsComeInIdOrderWithTheirLiveRevisions) {
    Listings m;
    std::vector<ListingRevision> shown;
    for (int i = 0; i < 5; ++i) {
        const auto id = some_achievement();
        m.add(
            id,
            i == 2       ? ListingState::suspended
            : i % 2 == 0 ? ListingState::published
                         : ListingState::engaged
        );
        for (const std::uint32_t number : {2U, 3U, 4U}) {
            auto revision = full_revision(id, number);
            revision.content.achievement.patent_numbers = {
                std::to_string(i), std::to_string(number)};
            m.books.listings.add_revision(revision);
            if (number == 3 && i != 2)
                shown.push_back(revision); // full_listing is live in revision 3
        }
    }
    m.books.listings.add_revision(full_revision(m.add(some_need(), ListingState::published).id, 3));
    for (const std::uint32_t size : {1U, 3U, 1000U}) {
        std::vector<ListingBook::Live> seen;
        IdBytes after{};
        for (;;) {
            const auto page = m.books.listings.live_after(ListingKind::achievement, after, size);
            if (page.empty()) break;
            seen.insert(seen.end(), page.begin(), page.end());
            after = page.back().listing.id.bytes;
        }
        ASSERT_EQ(seen.size(), shown.size());
        for (std::size_t i = 0; i < seen.size(); ++i) {
            expect_same(seen[i].revision, shown[i]);
            expect_same(seen[i].listing, *m.books.listings.find(shown[i].listing));
        }
    }
    EXPECT_EQ(m.books.listings.live_after(ListingKind::need, {}, 10).size(), 1U);
    for (const std::uint32_t size : {0U, 1001U})
        EXPECT_EQ(
            kind_of_error([&] { m.books.listings.live_after(ListingKind::need, {}, size); }),
            Kind::misuse
        );
}

TEST(ListingBook, WhatAnIndexIsMadeOfIsReadWithoutWhatIsConfidential) {
    Listings m;
    std::vector<Listing> heads;
    for (const auto state :
         {ListingState::published, ListingState::suspended, ListingState::engaged})
        for (const auto& id : {some_achievement(), some_need()}) {
            const auto head = m.add(id, state);
            m.books.listings.add_revision(full_revision(id, 3)); // it is live in revision 3
            if (is_live(state)) heads.push_back(*m.books.listings.find(head.id));
        }
    for (const auto kind : {ListingKind::achievement, ListingKind::need}) {
        std::vector<ListingBook::Shown> seen;
        IdBytes after{};
        for (;;) {
            const auto page = m.books.listings.shown_after(kind, after, 1);
            if (page.empty()) break;
            seen.insert(seen.end(), page.begin(), page.end());
            after = page.back().id.bytes;
        }
        auto expected = heads;
        std::erase_if(expected, [&](const auto& head) { return head.id.kind != kind; });
        std::ranges::sort(expected, {}, [](const auto& head) { return head.id.bytes; });
        ASSERT_EQ(seen.size(), expected.size());
        for (std::size_t i = 0; i < seen.size(); ++i) {
            const auto& head = expected[i];
            EXPECT_EQ(seen[i].id, head.id);
            EXPECT_EQ(seen[i].owner, head.owner);
            EXPECT_EQ(seen[i].revision, 3U);
            EXPECT_EQ(seen[i].published_at, head.published_at);
            EXPECT_EQ(seen[i].created_at, head.created_at);
            const auto whole = m.books.listings.find_revision(head.id, 3)->content;
            ASSERT_NE(whole.confidential, "");
            auto content = whole;
            content.confidential = {};
            content.trl_basis = {};
            content.achievement = {};
            content.need = {};
            if (kind == ListingKind::need) {
                content.need = whole.need;
            } else {
                content.achievement.problem_solved = whole.achievement.problem_solved;
                content.achievement.incumbent_solution = whole.achievement.incumbent_solution;
                content.achievement.advantage = whole.achievement.advantage;
            }
            EXPECT_TRUE(seen[i].content == content) << i;
        }
    }
    for (const std::uint32_t size : {0U, 1001U})
        EXPECT_EQ(
            kind_of_error([&] { m.books.listings.shown_after(ListingKind::need, {}, size); }),
            Kind::misuse
        );
}

TEST(ListingBook, ALatePageOfLiveListingsCostsNoMoreThanTheFirst) {
    constexpr std::uint32_t size = 20;
    Listings m;
    for (int i = 0; i < 400; ++i) {
        const auto id = m.add(some_achievement(), ListingState::published).id;
        m.books.listings.add_revision(full_revision(id, 3));
    }
    std::vector<std::uint64_t> read;
    IdBytes after{};
    for (;;) {
        const auto before = rows_read(m.connection);
        const auto page = m.books.listings.live_after(ListingKind::achievement, after, size);
        if (page.empty()) break;
        read.push_back(rows_read(m.connection) - before);
        after = page.back().listing.id.bytes;
    }
    ASSERT_EQ(read.size(), 400 / size);
    EXPECT_LE(read.back(), read.front() + size);
}

TEST(ListingBook, DueListingsArePublishedAndAtTheirLastInstant) {
    Listings m;
    const auto add = [&](ListingState state, std::optional<Instant> expires_at) {
        auto listing = full_listing(some_achievement(), m.owner);
        listing.state = state;
        listing.expires_at = expires_at;
        m.books.listings.put(listing);
        return listing;
    };
    auto later = add(ListingState::published, test_now);
    const auto sooner = add(ListingState::published, test_now + -1);
    add(ListingState::engaged, test_now + -1); // outlives its period until its deals have ended
    add(ListingState::published, test_now + 1);
    add(ListingState::published, {});
    add(ListingState::withdrawn, test_now + -1);
    EXPECT_EQ(m.books.listings.due_before(test_now, 1000), (std::vector{sooner.id, later.id}));
    EXPECT_EQ(m.books.listings.due_before(test_now, 1), std::vector{sooner.id});
    later.state = ListingState::expired;
    m.books.listings.put(later);
    EXPECT_EQ(m.books.listings.due_before(test_now, 10), std::vector{sooner.id});
    EXPECT_EQ(kind_of_error([&] { m.books.listings.due_before(test_now, 1001); }), Kind::misuse);
}

} // namespace
} // namespace jishi::storage
