#include "protocol/json/reader.hpp"

#include <gtest/gtest.h>

namespace jishi::protocol::json {
namespace {

std::string complaint(std::string_view text) {
    const auto document = parse(text);
    if (document) return "accepted";
    EXPECT_EQ(document.refusal().code, market::RefusalCode::malformed_json);
    return document.refusal().about;
}

std::string nested(std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

std::string object_of(std::size_t members) {
    std::string text = "{";
    for (std::size_t i = 0; i < members; ++i)
        text += (i ? ",\"k" : "\"k") + std::to_string(i) + "\":0";
    return text + "}";
}

TEST(JsonReader, TellsWhereTheTextIsMalformed) {
    EXPECT_EQ(complaint("{\"a\":1,}").substr(0, 7), "byte 7:");
    EXPECT_EQ(complaint("").substr(0, 7), "byte 0:");
}

TEST(JsonReader, RefusesEverythingThatIsNotExactlyOneValue) {
    for (const std::string_view text :
         {"",       " ",       "{",       "[1,]",   "{\"a\"}",       "{a:1}",
          "'a'",    "nul",     "1 2",     "{} {}",  "[1]x",          "01",
          "+1",     "1.",      ".5",      "NaN",    "Infinity",      "-",
          "\"\t\"", "\"\\x\"", "// c\n1", "[1,,2]", "\xEF\xBB\xBF{}"})
        EXPECT_NE(complaint(text), "accepted") << text;
}

TEST(JsonReader, LooksBehindANulByte) {
    EXPECT_EQ(complaint(std::string_view("{}\0garbage", 10)), "byte 2: NUL");
}

TEST(JsonReader, AcceptsTheGreatestDepthAndRefusesOneMore) {
    EXPECT_EQ(complaint(nested(depth_max)), "accepted");
    EXPECT_EQ(complaint(nested(depth_max + 1)), "byte 32: the nesting is too deep");
    EXPECT_NE(complaint(std::string(200'000, '[')), "accepted");
    std::string objects;
    for (int i = 0; i < 100'000; ++i)
        objects += "{\"a\":";
    EXPECT_NE(complaint(objects), "accepted");
}

TEST(JsonReader, AcceptsTheMostMembersAndRefusesOneMore) {
    EXPECT_EQ(complaint(object_of(members_max)), "accepted");
    EXPECT_NE(complaint(object_of(members_max + 1)).find("too many members"), std::string::npos);
}

TEST(JsonReader, RefusesAKeyThatOccursTwiceAlsoWhenSpelledDifferently) {
    EXPECT_NE(complaint(R"({"a":1,"a":2})").find("twice"), std::string::npos);
    EXPECT_NE(complaint(R"({"a":1,"\u0061":2})").find("twice"), std::string::npos);
    EXPECT_EQ(complaint(R"([{"a":1},{"a":2}])"), "accepted");
    EXPECT_EQ(complaint(R"({"a":{"a":1}})"), "accepted");
}

TEST(JsonReader, KeepsWholeNumbersExactAndNeverWrapsThem) {
    const auto document = parse("[9223372036854775807,-9223372036854775808,9223372036854775808,"
                                "18446744073709551616,1.0,1e2,-0]");
    ASSERT_TRUE(document);
    const auto numbers = document->root().array();
    EXPECT_EQ(numbers[0].integer(), INT64_MAX);
    EXPECT_EQ(numbers[1].integer(), INT64_MIN);
    EXPECT_FALSE(numbers[2].is_integer());
    EXPECT_FALSE(numbers[3].is_integer());
    EXPECT_TRUE(numbers[3].is_number());
    EXPECT_FALSE(numbers[4].is_integer());
    EXPECT_FALSE(numbers[5].is_integer());
    EXPECT_EQ(numbers[6].integer(), 0);
}

TEST(JsonReader, BoundsTheLengthAndSizeOfNumbers) {
    EXPECT_EQ(complaint("0." + std::string(number_length_max - 2, '1')), "accepted");
    EXPECT_NE(complaint("0." + std::string(number_length_max - 1, '1')), "accepted");
    EXPECT_NE(complaint("1e400"), "accepted");
}

TEST(JsonReader, RefusesInvalidUtf8AndLoneSurrogates) {
    for (const std::string_view text :
         {"\"\xC3\"",
          "\"\xC0\x80\"",
          "\"\xED\xA0\x80\"",
          "\"\xF4\x90\x80\x80\"",
          "\"\xFF\"",
          R"("\ud800")",
          R"("\udc00")",
          R"("\ud800\u0041")"})
        EXPECT_NE(complaint(text), "accepted") << text;
    const auto document = parse(R"("\ud842\udfb7")");
    ASSERT_TRUE(document);
    EXPECT_EQ(document->root().text(), "𠮷");
}

TEST(JsonReader, ReadsAbsentAndNullMembersAsNothing) {
    const auto document = parse(R"({"a":null,"t":"x","n":5,"o":{"p":true},"l":["a","b"]})");
    ASSERT_TRUE(document);
    const auto object = document->object();
    EXPECT_FALSE(object.has("a"));
    EXPECT_TRUE(object.names("a"));
    EXPECT_FALSE(object.names("b"));
    EXPECT_EQ(object.text("b"), "");
    EXPECT_EQ(object.optional_integer("a"), std::nullopt);
    EXPECT_EQ(object.integer("n"), 5);
    EXPECT_TRUE(object.object("o").boolean("p"));
    EXPECT_TRUE(object.array("b").empty());
    std::string all;
    for (const auto value : object.array("l"))
        all += value.text();
    EXPECT_EQ(all, "ab");
}

} // namespace
} // namespace jishi::protocol::json
