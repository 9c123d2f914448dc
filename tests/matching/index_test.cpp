// The index must not remember how it came to be: the same listings give the same answers, bit for
// bit.
#include "matching/collection.hpp"
#include "matching/statistics.hpp"
#include "tests/matching/portrait.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <set>
#include <thread>

namespace jishi::matching {
namespace {

using test::Draw;
using test::portrait;

TEST(Index, IncrementalEqualsRebuilt) {
    for (std::uint32_t seed = 0; seed < 6; ++seed) {
        Draw draw(seed);
        Engine engine;
        std::map<market::ListingId, Document> truth;
        for (std::uint32_t step = 0; step < 120; ++step) {
            std::vector<Change> batch;
            for (std::uint32_t i = draw.below(6); i-- > 0;) {
                const auto kind = draw.below(3) == 0 ? market::ListingKind::need
                                                     : market::ListingKind::achievement;
                const auto number = draw.below(60);
                if (draw.below(3) == 0) {
                    batch.emplace_back(test::listing_id(kind, number));
                    truth.erase(test::listing_id(kind, number));
                } else {
                    auto document = draw.document(kind, number);
                    document.revision = step;
                    truth[document.id] = document;
                    batch.emplace_back(std::move(document));
                }
            }
            engine.apply(batch);
            if (step % 30 != 29) continue;
            std::vector<Document> listed;
            for (const auto& [id, document] : truth)
                listed.push_back(document);
            EXPECT_EQ(
                portrait(*engine.snapshot(), listed), portrait(*test::market_of(listed), listed)
            ) << seed;
        }
    }
}

TEST(Index, TheOrderOfArrivalLeavesNoTrace) {
    Draw draw(9);
    auto documents = draw.market(150, 50);
    const auto askers = documents;
    const auto wanted = portrait(*test::market_of(documents), askers);
    for (int round = 0; round < 3; ++round) {
        draw.shuffle(documents);
        Engine engine;
        for (std::size_t i = 0; i < documents.size(); i += 13) {
            const auto end = std::min(i + 13, documents.size());
            engine.apply(std::vector<Change>(
                documents.begin() + static_cast<std::ptrdiff_t>(i),
                documents.begin() + static_cast<std::ptrdiff_t>(end)
            ));
        }
        EXPECT_EQ(portrait(*engine.snapshot(), askers), wanted);
    }
}

// Built by several threads, in pieces of some thousand.
TEST(Index, ManyAtOnceEqualManyBatches) {
    Draw draw(4);
    const auto documents = draw.market(9'000, 100);
    const std::vector<Document> askers(documents.end() - 20, documents.end());
    Engine engine;
    for (std::size_t i = 0; i < documents.size(); i += 700)
        engine.apply(std::vector<Change>(
            documents.begin() + static_cast<std::ptrdiff_t>(i),
            documents.begin() + static_cast<std::ptrdiff_t>(std::min(i + 700, documents.size()))
        ));
    EXPECT_EQ(portrait(*engine.snapshot(), askers), portrait(*test::market_of(documents), askers));
}

TEST(Index, ApplyingTheSameChangesTwiceChangesNothing) {
    Draw draw(11);
    const auto documents = draw.market(40, 20);
    Engine engine;
    engine.apply(test::changes(documents));
    const auto once = portrait(*engine.snapshot(), documents);
    engine.apply(test::changes(documents));
    EXPECT_EQ(portrait(*engine.snapshot(), documents), once);
    const std::vector<Change> unknown{test::listing_id(market::ListingKind::need, 9999)};
    engine.apply(unknown);
    EXPECT_EQ(portrait(*engine.snapshot(), documents), once);
}

TEST(Index, AnOlderRevisionThatComesLateIsIgnored) {
    Engine engine;
    auto document = test::achievement(1, "新标题");
    document.revision = 3;
    engine.apply(std::vector<Change>{document});
    document.revision = 2;
    document.title = "旧标题";
    engine.apply(std::vector<Change>{document});
    EXPECT_EQ(engine.snapshot()->find(document.id)->title, "新标题");
    document.revision = 3;
    document.title = "更正";
    engine.apply(std::vector<Change>{document});
    EXPECT_EQ(engine.snapshot()->find(document.id)->title, "更正");
}

TEST(Index, ASnapshotStaysAsItWas) {
    Engine engine;
    engine.apply(std::vector<Change>{test::achievement(1, "电池"), test::need(1, "电池")});
    const auto before = engine.snapshot();
    engine.apply(std::vector<Change>{test::listing_id(market::ListingKind::achievement, 1)});
    EXPECT_EQ(before->count(market::ListingKind::achievement), 1u);
    EXPECT_NE(before->find(test::listing_id(market::ListingKind::achievement, 1)), nullptr);
    EXPECT_EQ(engine.snapshot()->count(market::ListingKind::achievement), 0u);
    EXPECT_EQ(
        engine.snapshot()->find(test::listing_id(market::ListingKind::achievement, 1)), nullptr
    );
    EXPECT_EQ(engine.snapshot()->count(market::ListingKind::need), 1u);
}

TEST(Index, SegmentsStayFewAsListingsArriveOneByOne) {
    auto listings = std::make_shared<const Collection>();
    for (std::uint32_t i = 0; i < 300; ++i) {
        const Change change = test::achievement(i, "电池");
        const auto* one = &change;
        listings = listings->with(listings->plan(std::span(&one, 1)));
        EXPECT_LE(listings->views().size(), 15u); // three of each level, at most
    }
    EXPECT_EQ(listings->size(), 300u);
}

TEST(Index, SaysWhatMemoryListingsAndIndexTake) {
    Draw draw(4);
    const auto documents = draw.market(150, 50);
    std::size_t text_bytes = 0;
    for (const auto& document : documents)
        text_bytes += document.title.size() + document.body.size();
    Engine engine;
    EXPECT_EQ(engine.snapshot()->bytes().listings, 0);
    EXPECT_EQ(engine.snapshot()->bytes().index, 0);
    engine.apply(std::vector<Change>(documents.begin(), documents.end()));
    const auto all = engine.snapshot()->bytes();
    EXPECT_GT(all.listings, text_bytes);
    EXPECT_LT(all.listings, text_bytes + documents.size() * 400);
    std::set<TermKey> terms;
    for (const auto& document : documents)
        for (const auto& term : terms_of(document).terms)
            terms.insert(term.key);
    EXPECT_GT(all.index, terms.size() * sizeof(TermKey));
    std::vector<Change> removals;
    for (std::size_t i = 0; i < documents.size(); i += 4)
        for (auto gone = i; gone < std::min(i + 3, documents.size()); ++gone)
            removals.emplace_back(documents[gone].id);
    engine.apply(removals);
    const auto left = engine.snapshot()->bytes();
    EXPECT_LT(left.index, all.index) << "three of four are gone";
    EXPECT_LT(left.listings, all.listings / 2);
}

TEST(Index, StatisticsComeBackToZero) {
    Draw draw(1);
    TermStatistics table;
    std::vector<TermDelta> added, taken;
    for (std::uint32_t i = 0; i < 3000; ++i) {
        const TermDelta delta{1 + draw.below(900), {1, draw.below(255), draw.below(65025)}};
        added.push_back(delta);
        taken.push_back({delta.key, -delta.sums});
    }
    const auto full = table.plus(added);
    EXPECT_GT(full.size(), 700u);
    draw.shuffle(taken);
    const auto empty = full.plus(taken);
    EXPECT_EQ(empty.size(), 0u);
    EXPECT_EQ(empty.of(added[0].key), TermSums{});
    EXPECT_EQ(full.of(added[0].key).listings > 0, true);
}

TEST(Index, ReadersSeeWholeSnapshotsWhileTheWriterApplies) {
    Draw draw(2);
    const auto documents = draw.market(200, 60);
    Engine engine;
    std::atomic<bool> done = false;
    std::atomic<std::size_t> reads = 0;
    const auto asker = documents.back();
    const auto reader = [&] {
        do {
            const auto snapshot = engine.snapshot();
            // The same snapshot asked twice says the same, whatever is written meanwhile; from both
            // sides.
            EXPECT_EQ(
                portrait(*snapshot, {asker, documents[0]}),
                portrait(*snapshot, {asker, documents[0]})
            );
            ++reads;
        } while (!done);
    };
    std::thread one(reader), two(reader);
    for (std::size_t i = 0; i < documents.size(); i += 5)
        engine.apply(std::vector<Change>(
            documents.begin() + static_cast<std::ptrdiff_t>(i),
            documents.begin() + static_cast<std::ptrdiff_t>(i + 5)
        ));
    done = true;
    one.join();
    two.join();
    EXPECT_GE(reads.load(), 2u);
    EXPECT_EQ(
        portrait(*engine.snapshot(), documents), portrait(*test::market_of(documents), documents)
    );
}

} // namespace
} // namespace jishi::matching
