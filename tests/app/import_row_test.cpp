#define LLVMFuzzerTestOneInput fuzz_import
#include "tests/fuzz/import_fuzz.cpp"
#undef LLVMFuzzerTestOneInput
#include "app/settings.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace jishi::app {
namespace {

using Cells = std::vector<std::string>;

RowReader reader_of(Cells fields = {}, Cells constants = {}) {
    return RowReader(market::ListingKind::achievement, fields, constants);
}

market::Result<RowReader::Listing> read_json(RowReader& reader, const std::string& json) {
    return reader.read(protocol::json::parse(json)->object()).listing;
}

TEST(ImportRow, AColumnIsAFieldOrIsMappedToOne) {
    auto reader = reader_of({"title=技術名稱", "summary=摘要"}, {"modes=[\"transfer\"]", "trl=6"});
    const auto row =
        reader
            .read(
                Cells{"source_id", "技術名稱", "摘要", "fields", "price.min_fen", "展館"},
                Cells{"17", "離岸風電塔筒", "說明", "new_energy; new_materials", "1200", "A1"}
            )
            .listing;
    ASSERT_TRUE(row.ok());
    EXPECT_EQ(row->draft.source_id, "17");
    const auto& content = row->draft.content;
    EXPECT_EQ(content.title, "離岸風電塔筒");
    EXPECT_EQ(content.summary, "說明");
    EXPECT_TRUE(content.fields.has(market::TechnologyField::new_materials));
    EXPECT_EQ(content.price.min_fen, 1200);
    EXPECT_EQ(content.trl, 6);
    EXPECT_TRUE(content.modes.has(market::CooperationMode::transfer));
    EXPECT_EQ(reader.ignored(), std::set<std::string>{"展館"});
}

TEST(ImportRow, TheRowsOwnValueGoesBeforeTheConstant) {
    auto reader = reader_of({}, {"trl=6"});
    EXPECT_EQ(read_json(reader, R"({"title":"膜材料","trl":3})")->draft.content.trl, 3);
    EXPECT_EQ(read_json(reader, R"({"title":"膜材料","trl":null})")->draft.content.trl, 6);
}

TEST(ImportRow, WhatIsWrongIsToldByFieldAndOfWhichRow) {
    auto reader = reader_of({"source_id=编号"});
    const auto [source_id, refused] = reader.read(
        Cells{"title", "trl", "price.max_fen", "编号"}, Cells{"膜", "ten", "-1", "B-2"}
    );
    EXPECT_EQ(source_id, "B-2");
    ASSERT_FALSE(refused.ok());
    std::vector<std::string> pointers;
    for (const auto& field : refused.refusal().fields)
        pointers.push_back(field.pointer);
    EXPECT_EQ(pointers, (Cells{"/title", "/trl", "/price/max_fen"}));
    EXPECT_FALSE(reader.read(Cells{"title", "trl"}, Cells{"膜材料"}).listing.ok()
    ); // a cell is missing
    for (const auto* json : {R"({"source_id":7})", R"({"source_id":null,"title":""})", "{}"})
        EXPECT_EQ(reader.read(protocol::json::parse(json)->object()).source_id, "") << json;
}

TEST(ImportRow, AnOwnerMayStandInEveryRow) {
    auto reader = reader_of();
    EXPECT_EQ(read_json(reader, R"({"title":"膜材料","owner_uscc":"X1"})")->owner_uscc, "X1");
}

TEST(ImportRow, AMappingToNoFieldIsRefusedAtOnce) {
    EXPECT_THROW(reader_of({"titel=名称"}), SettingError);
    EXPECT_THROW(reader_of({}, {"trl=six"}), SettingError);
    EXPECT_THROW(reader_of({"title"}), SettingError);
}

TEST(ImportRow, AnyBytesAreReadOrRefused) {
    const std::filesystem::path folder = JISHI_SOURCE_DIR "/tests/fuzz/seeds/import";
    std::size_t seeds = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::ifstream file(entry.path(), std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(file), {}};
        for (std::size_t size = 0; size <= bytes.size(); ++size)
            EXPECT_EQ(fuzz_import(reinterpret_cast<const std::uint8_t*>(bytes.data()), size), 0);
        ++seeds;
    }
    EXPECT_GE(seeds, 5u);
}

} // namespace
} // namespace jishi::app
