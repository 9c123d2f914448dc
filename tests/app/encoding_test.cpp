#include "app/encoding.hpp"
#include "tests/app/encoded.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace jishi::app {
namespace {

std::string encoding_of(const std::string& text) {
    std::istringstream in(text);
    const auto encoding = Encoding::of(in);
    EXPECT_EQ(in.tellg(), 0);
    return encoding.name();
}

const std::string simplified = "编号,名称,简介\n1,海上风电塔筒防腐涂层,盐雾环境下长期免维护\n"
                               "2,动力电池回收,从废旧锂电池中浸出钴和镍\n"
                               "3,污泥低温干燥,出料含水率可以调节,每天处理三十吨\n";
const std::string traditional = "編號,名稱,簡介\n1,海上風電塔筒防腐塗層,鹽霧環境下長期免維護\n"
                                "2,動力電池回收,從廢舊鋰電池中浸出鈷和鎳\n"
                                "3,污泥低溫乾燥,出料含水率可以調節,每天處理三十噸\n";

TEST(Encoding, KnowsTablesAsSpreadsheetsSaveThem) {
    EXPECT_EQ(encoding_of(""), "UTF-8");
    EXPECT_EQ(encoding_of("id,title\n1,coating\n"), "UTF-8");
    EXPECT_EQ(encoding_of(simplified), "UTF-8");
    EXPECT_EQ(encoding_of("\xef\xbb\xbf" + simplified), "UTF-8");
    EXPECT_EQ(encoding_of(test::encoded("GB18030", simplified)), "GB18030");
    EXPECT_EQ(encoding_of(test::encoded("GB18030", traditional)), "GB18030");
    EXPECT_EQ(encoding_of(test::encoded("Big5", traditional)), "Big5");
}

TEST(Encoding, ASpoiltLineDoesNotChangeWhatMostLinesSay) {
    EXPECT_EQ(encoding_of(simplified + test::encoded("GB18030", "3,回收,电池\n")), "UTF-8");
    EXPECT_EQ(encoding_of(test::encoded("GB18030", simplified) + "3,回收,电池\n"), "GB18030");
}

TEST(Encoding, OfTooFewCharactersNothingIsSaid) {
    EXPECT_EQ(encoding_of(test::encoded("GB18030", "回收,电池\n")), "UTF-8");
    EXPECT_EQ(
        encoding_of(test::encoded("Big5", "高溫輻照環境波紋管密封閥壽命提升技術\n")), "UTF-8"
    );
}

TEST(Encoding, WhatIsKnownInNoneIsLeftToBeRefused) {
    EXPECT_EQ(encoding_of("title\n\xff\xfe\xff\xff\xff\xff\n"), "UTF-8");
    EXPECT_EQ(
        encoding_of(test::encoded("ISO-8859-1", "title\nfaçade déjà rénovée à Orléans\n")), "UTF-8"
    );
}

TEST(Encoding, ReadsWhatSpreadsheetsInTaiwanWriteBesides) {
    std::istringstream in(test::encoded("Big5", traditional));
    auto text = std::string("\xc6\xa1\xb9\x71"); // a number in a circle, in Eten's extension
    EXPECT_TRUE(Encoding::of(in).bring_to_utf8(text));
    EXPECT_EQ(text, "①電");
}

TEST(Encoding, BringsTextToUtf8OrLeavesItAsItIs) {
    std::istringstream in(test::encoded("GB18030", simplified));
    const auto encoding = Encoding::of(in);
    auto text = test::encoded("GB18030", "电池𠮷");
    EXPECT_TRUE(encoding.bring_to_utf8(text));
    EXPECT_EQ(text, "电池𠮷");
    for (const std::string wrong :
         {"ab\xb5", "电池", "\xaa\xa1"}) { // cut off, UTF-8, agreed by nobody
        text = wrong;
        EXPECT_FALSE(encoding.bring_to_utf8(text)) << wrong;
        EXPECT_EQ(text, wrong);
    }
    text = test::encoded("GB18030", "联通"); // which is UTF-8 by chance
    EXPECT_TRUE(encoding.bring_to_utf8(text));
    EXPECT_EQ(text, "联通");
    text = "\x80"
           "500";
    EXPECT_TRUE(encoding.bring_to_utf8(text));
    EXPECT_EQ(text, "€500");
    EXPECT_TRUE(Encoding().bring_to_utf8(text)); // says nothing of what UTF-8 should be
}

} // namespace
} // namespace jishi::app
