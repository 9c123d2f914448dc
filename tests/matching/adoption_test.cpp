// A market may rank by what was learned from it, from any moment on: when it began to leaves no
// trace, and neither does which thread asks or in which script.
#include "tests/matching/portrait.hpp"

#include <gtest/gtest.h>

#include <map>
#include <thread>

namespace jishi::matching {
namespace {

using market::ListingKind;
using test::Draw;
using test::portrait;

TEST(Adoption, IncrementalAfterItEqualsAdoptedWhenAllWasThere) {
    for (std::uint32_t seed = 0; seed < 4; ++seed) {
        Draw draw(seed);
        const auto model = test::model_of(draw.market(80, 40));
        Engine engine;
        std::map<market::ListingId, Document> truth;
        const std::uint32_t adopted_at = seed * 20;
        for (std::uint32_t step = 0; step < 90; ++step) {
            if (step == adopted_at) engine.adopt(model);
            std::vector<Change> batch;
            for (std::uint32_t i = draw.below(6); i-- > 0;) {
                const auto kind = draw.below(3) == 0 ? ListingKind::need : ListingKind::achievement;
                const auto id = test::listing_id(kind, draw.below(50));
                if (draw.below(3) == 0) {
                    truth.erase(id);
                    batch.emplace_back(id);
                    continue;
                }
                auto document = draw.document(kind, test::number_of(id));
                document.revision = step;
                truth[id] = document;
                batch.emplace_back(std::move(document));
            }
            engine.apply(batch);
        }
        std::vector<Document> listed;
        for (const auto& [id, document] : truth)
            listed.push_back(document);
        EXPECT_EQ(
            portrait(*engine.snapshot(), listed), portrait(*test::market_of(listed, model), listed)
        ) << seed;
    }
}

TEST(Adoption, ChangesWhatIsBestAndTakingItBackRestoresIt) {
    Draw draw(21);
    const auto documents = draw.market(90, 30);
    const auto first = test::model_of(documents), second = test::model_of(draw.market(60, 60));
    Engine engine;
    engine.apply(test::changes(documents));
    const auto before = engine.snapshot();
    const auto by_rarity = portrait(*before, documents);

    engine.adopt(first);
    EXPECT_EQ(engine.snapshot()->model(), first);
    const auto by_first = portrait(*engine.snapshot(), documents);
    EXPECT_NE(by_first, by_rarity);
    EXPECT_EQ(before->model(), nullptr); // a snapshot stays as it was
    EXPECT_EQ(portrait(*before, documents), by_rarity);

    engine.adopt(second);
    EXPECT_NE(portrait(*engine.snapshot(), documents), by_first);
    engine.adopt(first);
    EXPECT_EQ(portrait(*engine.snapshot(), documents), by_first);
    engine.adopt(nullptr);
    EXPECT_EQ(portrait(*engine.snapshot(), documents), by_rarity);
}

TEST(Adoption, TheOrderOfArrivalLeavesNoTrace) {
    Draw draw(9);
    auto documents = draw.market(120, 40);
    const auto askers = documents;
    const auto model = test::model_of(documents);
    const auto wanted = portrait(*test::market_of(documents, model), askers);
    for (int round = 0; round < 3; ++round) {
        draw.shuffle(documents);
        Engine engine;
        for (std::size_t i = 0; i < documents.size(); i += 13) {
            if (i == 39) engine.adopt(model);
            const auto end = std::min(i + 13, documents.size());
            engine.apply(std::vector<Change>(
                documents.begin() + static_cast<std::ptrdiff_t>(i),
                documents.begin() + static_cast<std::ptrdiff_t>(end)
            ));
        }
        EXPECT_EQ(portrait(*engine.snapshot(), askers), wanted);
    }
}

TEST(Adoption, TwoThreadsThatReadASnapshotReadTheSame) {
    Draw draw(12);
    const auto documents = draw.market(70, 30);
    const auto model = test::model_of(documents);
    const std::vector<Grade> grades{
        {test::listing_id(ListingKind::need, 1), test::listing_id(ListingKind::achievement, 2), 4},
        {test::listing_id(ListingKind::need, 3), test::listing_id(ListingKind::achievement, 5), 1},
    };
    const auto wanted = portrait(*test::market_of(documents, model), documents, grades);
    const auto snapshot = test::market_of(documents, model);
    std::string read[2];
    std::thread one([&] { read[0] = portrait(*snapshot, documents, grades); });
    std::thread two([&] { read[1] = portrait(*snapshot, documents, grades); });
    one.join(), two.join();
    EXPECT_EQ(read[0], wanted);
    EXPECT_EQ(read[1], wanted);
}

// Some of the characters of a text, now in the one and now in the other script.
std::string rewritten(std::string text, Draw& draw) {
    static constexpr std::pair<std::string_view, std::string_view> pairs[] = {
        {"电", "電"},
        {"锂", "鋰"},
        {"废", "廢"},
        {"处", "處"},
        {"术", "術"},
        {"图", "圖"},
        {"识", "識"},
        {"别", "別"},
        {"温", "溫"},
        {"层", "層"},
        {"干", "乾"},
        {"算", "算"},
    };
    for (std::size_t at = 0; at < text.size(); ++at)
        for (const auto& [simplified, traditional] : pairs)
            if (text.compare(at, simplified.size(), simplified) == 0 && draw.below(3) > 0)
                text.replace(at, simplified.size(), traditional);
    return text;
}

TEST(Adoption, TheScriptOfAQuestionDoesNotMatter) {
    Draw draw(17);
    const auto documents = draw.market(80, 40);
    for (const auto& model : {test::ModelPtr(), test::model_of(documents)}) {
        const auto snapshot = test::market_of(documents, model);
        std::size_t found = 0, written_otherwise = 0;
        for (const auto& document : documents) {
            auto twin = document;
            twin.title = rewritten(twin.title, draw);
            twin.body = rewritten(twin.body, draw);
            written_otherwise += twin.title != document.title;
            const auto wanted = snapshot->rank_for(document, 10, 100),
                       got = snapshot->rank_for(twin, 10, 100);
            ASSERT_EQ(got.size(), wanted.size());
            for (std::size_t i = 0; i < got.size(); ++i, ++found) {
                EXPECT_EQ(got[i].document->id, wanted[i].document->id);
                EXPECT_EQ(got[i].score, wanted[i].score);
            }
            SearchQuery query, query_of_twin;
            query.text = document.title, query_of_twin.text = twin.title;
            const auto page = *snapshot->search(query),
                       page_of_twin = *snapshot->search(query_of_twin);
            EXPECT_EQ(page_of_twin.total, page.total);
            ASSERT_EQ(page_of_twin.hits.size(), page.hits.size()) << document.title;
            for (std::size_t i = 0; i < page.hits.size(); ++i) {
                EXPECT_EQ(page_of_twin.hits[i].document->id, page.hits[i].document->id);
                EXPECT_EQ(page_of_twin.hits[i].score, page.hits[i].score);
                EXPECT_EQ(page_of_twin.hits[i].title.hits, page.hits[i].title.hits);
            }
        }
        EXPECT_GT(found, 300u);
        EXPECT_GT(written_otherwise, 60u);
    }
}

} // namespace
} // namespace jishi::matching
