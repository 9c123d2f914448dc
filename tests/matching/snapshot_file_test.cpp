// An engine written to bytes and read again answers the same, goes on the same, and bytes that are
// not what was written change nothing.
#include "matching/learning.hpp"
#include "matching/snapshot_file.hpp"
#include "tests/fuzz/lent_bytes.hpp"
#include "tests/matching/listings.hpp"

#include <gtest/gtest.h>

#include <cstring>

namespace jishi::matching::test {
namespace {

using market::ListingKind;
using File = std::vector<std::uint8_t>;

File file_of(const Engine& engine, std::string_view mark = "here") {
    File out;
    engine.save(mark, [&](Bytes bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); });
    return out;
}

std::string told(const Document& document) {
    return document.id.text() + "|" + document.title + "|" + document.body + "|" +
           document.industry + "|" + document.division + "|" + std::to_string(document.revision) +
           "|" + std::to_string(document.keywords.size()) + "|" +
           std::to_string(document.deadline_day.value_or(-1)) + "|" +
           std::to_string(document.price.min_fen.value_or(-1)) + "|" + document.owner.text() + "|";
}

void tell(std::string& out, double number) { // every bit of it
    std::uint64_t bits = 0;
    std::memcpy(&bits, &number, sizeof bits);
    out += std::to_string(bits) + " ";
}

// What there is to be seen of a market.
std::string answers_of(const Snapshot& snapshot) {
    std::string out;
    for (const auto kind : {ListingKind::achievement, ListingKind::need}) {
        out += std::to_string(snapshot.count(kind)) + "\n";
        const auto listings = snapshot.listings(kind, 60);
        for (std::size_t i = 0; i < listings.size(); ++i) {
            const auto listing = listings.read(i);
            out += told(listing);
            for (const auto& match : snapshot.matches_for(listing, 5, 100)) {
                out += told(*match.document) + std::to_string(match.also_posted.count);
                tell(out, match.score.raw);
            }
            out += "\n";
        }
        for (const auto* text : {"", "电池", "图像识别 -算法", "LiFePO4", "motors"}) {
            SearchQuery query;
            query.kind = kind;
            query.text = text;
            query.limit = 20;
            const auto page = snapshot.search(query);
            out += std::to_string(page->total) + page->next_cursor;
            for (const auto& hit : page->hits)
                out += told(*hit.document) + std::to_string(hit.also_posted.count);
            out += "\n";
        }
    }
    return out;
}

std::shared_ptr<const Model> learned_from(const std::vector<Document>& documents) {
    std::vector<const Document*> achievements, needs;
    for (const auto& document : documents)
        (document.id.kind == ListingKind::need ? needs : achievements).push_back(&document);
    return learn(achievements, needs, {}, {.dimensions = 16});
}

// A market with merges, changes and removals behind it, and some results posted twice.
void fill(Engine& engine, Draw& draw, const std::vector<Document>& documents) {
    for (const auto& document : documents)
        engine.apply(std::vector<Change>{document});
    for (std::uint32_t i = 0; i < documents.size() / 4; ++i) {
        const auto& one = documents[draw.below(static_cast<std::uint32_t>(documents.size()))];
        if (i % 3 == 0) {
            engine.apply(std::vector<Change>{one.id});
            continue;
        }
        auto changed = one;
        ++changed.revision;
        changed.body = documents[i].body + "一套成熟的低温热泵带式污泥干燥装置，运行稳定";
        if (i % 3 == 1) changed.title = documents[i].title;
        engine.apply(std::vector<Change>{changed});
    }
}

class SnapshotFile : public ::testing::TestWithParam<bool> {
protected:
    SnapshotFile() {
        if (GetParam()) engine_.adopt(learned_from(documents_));
        fill(engine_, draw_, documents_);
    }
    std::unique_ptr<Engine> empty() const {
        auto out = std::make_unique<Engine>();
        out->adopt(engine_.snapshot()->model());
        return out;
    }
    std::unique_ptr<Engine> restored(const File& file) const {
        auto out = empty();
        std::string problem;
        EXPECT_TRUE(out->restore(lent(file), problem)) << problem;
        return out;
    }

    Draw draw_{7};
    const std::vector<Document> documents_ = draw_.market(150, 70);
    Engine engine_;
};

TEST_P(SnapshotFile, GivesAnEngineThatAnswersTheSame) {
    const auto file = file_of(engine_);
    EXPECT_EQ(snapshot_mark(file), "here");
    const auto again = restored(file);
    EXPECT_EQ(answers_of(*again->snapshot()), answers_of(*engine_.snapshot()));
    EXPECT_EQ(file_of(*again), file); // nothing was lost on the way
}

TEST_P(SnapshotFile, GivesAnEngineThatGoesOnTheSame) {
    const auto again = restored(file_of(engine_));
    Draw one(11), other(11);
    const auto more = Draw(12).market(100, 40);
    fill(engine_, one, more);
    fill(*again, other, more);
    EXPECT_EQ(answers_of(*again->snapshot()), answers_of(*engine_.snapshot()));
    const auto model = GetParam() ? nullptr : learned_from(documents_);
    engine_.adopt(model);
    again->adopt(model);
    EXPECT_EQ(answers_of(*again->snapshot()), answers_of(*engine_.snapshot()));
}

// What was learned goes, what was read of the file stays.
TEST_P(SnapshotFile, GivesAnEngineThatTakesAnotherModel) {
    const auto again = restored(file_of(engine_));
    for (const auto& model : {learned_from({documents_[3]}), std::shared_ptr<const Model>()}) {
        engine_.adopt(model);
        again->adopt(model);
        EXPECT_EQ(answers_of(*again->snapshot()), answers_of(*engine_.snapshot()));
    }
}

TEST_P(SnapshotFile, IsOfOneModel) {
    const auto file = file_of(engine_);
    for (const auto& model : {std::shared_ptr<const Model>(), learned_from({documents_[3]})}) {
        Engine other;
        other.adopt(model);
        std::string problem;
        const bool same = model == nullptr && !GetParam();
        EXPECT_EQ(other.restore(lent(file), problem), same);
        EXPECT_EQ(problem, same ? "" : "it is of another model");
    }
}

INSTANTIATE_TEST_SUITE_P(WithoutAndWithAModel, SnapshotFile, ::testing::Bool());

TEST(ASnapshotFile, KeepsListsOfEveryShape) {
    std::vector<Document> documents; // more than 400, 7 900 and in full blocks hold one term
    for (std::uint32_t i = 0; i < 9'000; ++i)
        documents.push_back(achievement(
            i,
            i % 20 == 0 ? "电池" : "污泥",
            std::string(i % 2 == 0 ? "废水" : "") + (i < 300 ? "锂" : "") +
                (i % 7 == 0 ? "合金合金" : "合金")
        ));
    Engine engine, again;
    engine.apply(changes(documents));
    std::string problem;
    ASSERT_TRUE(again.restore(lent(file_of(engine)), problem)) << problem;
    for (const auto* text : {"电池", "污泥", "废水", "锂", "合金"}) {
        SearchQuery query;
        query.text = text;
        const auto one = engine.snapshot()->search(query), other = again.snapshot()->search(query);
        EXPECT_EQ(one->total, other->total);
        EXPECT_EQ(one->hits[0].document->id, other->hits[0].document->id);
    }
}

TEST(ASnapshotFile, MayBeOfAnEmptyMarket) {
    Engine empty, engine;
    engine.apply(changes({achievement(1, "污泥干燥")}));
    std::string problem;
    ASSERT_TRUE(engine.restore(lent(file_of(empty)), problem)) << problem;
    EXPECT_EQ(engine.snapshot()->count(ListingKind::achievement), 0U);
}

// A small market whose file is tried with every fault.
class SpoiltSnapshotFile : public ::testing::Test {
protected:
    SpoiltSnapshotFile() {
        const std::vector<Document> documents{
            achievement(1, "污泥干燥", "低温热泵带式干燥"),
            achievement(2, "电池回收", "LiFePO4 电池"),
            need(3, "污泥含水率太高", "求干燥"),
        };
        model_ = learned_from(documents);
        engine_.adopt(model_);
        engine_.apply(changes(documents));
        file_ = file_of(engine_);
        held_.adopt(model_);
        held_.apply(changes({need(9, "别的")}));
        before_ = answers_of(*held_.snapshot());
    }
    void expect_refused(const File& file) {
        std::string problem;
        ASSERT_FALSE(held_.restore(lent(file), problem));
        ASSERT_FALSE(problem.empty());
    }
    void TearDown() override { EXPECT_EQ(answers_of(*held_.snapshot()), before_); }

    std::shared_ptr<const Model> model_;
    Engine engine_, held_;
    File file_;
    std::string before_;
};

TEST_F(SpoiltSnapshotFile, IsRefusedWhereverItIsCut) {
    for (std::size_t size = 0; size < file_.size(); ++size) {
        auto cut = File(file_.begin(), file_.begin() + static_cast<std::ptrdiff_t>(size));
        expect_refused(cut);
        reseal_snapshot(cut);
        expect_refused(cut);
    }
    auto longer = file_;
    longer.resize(file_.size() + 8);
    expect_refused(longer);
}

TEST_F(SpoiltSnapshotFile, IsRefusedForAnyBit) {
    for (std::size_t at = 0; at < file_.size(); ++at)
        for (int bit = 0; bit < 8; bit += 3) {
            file_[at] ^= static_cast<std::uint8_t>(1 << bit);
            expect_refused(file_);
            file_[at] ^= static_cast<std::uint8_t>(1 << bit);
        }
}

// Whatever passes behind a forged checksum can be asked and changed without harm.
TEST_F(SpoiltSnapshotFile, DoesNoHarmBehindAForgedChecksum) {
    std::size_t passed = 0;
    for (std::size_t at = 0; at + 8 < file_.size(); ++at)
        for (const int value : {0, 1, 0x7F, 0xFF}) {
            auto forged = file_;
            forged[at] = static_cast<std::uint8_t>(value);
            if (forged == file_) continue;
            reseal_snapshot(forged);
            Engine engine;
            engine.adopt(model_);
            std::string problem;
            if (!engine.restore(lent(forged), problem)) continue;
            ++passed;
            if (passed % 5 != 0) continue; // each takes its time
            answers_of(*engine.snapshot());
            engine.apply(changes({achievement(2, "电池回收"), need(3, "污泥干燥")}));
            answers_of(*engine.snapshot());
        }
    EXPECT_GT(passed, 0U); // a letter of a title
}

} // namespace
} // namespace jishi::matching::test
