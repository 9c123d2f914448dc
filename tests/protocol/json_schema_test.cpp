#include "market/ids.hpp"
#include "protocol/json/reader.hpp"
#include "protocol/json/schema.hpp"

#include <gtest/gtest.h>

namespace jishi::protocol::json {
namespace {

constexpr std::array<std::string_view, 2> colours{"red", "blue"};
constexpr Schema colour = one_of(colours);
constexpr Schema word = text(1, 3);
constexpr std::array price_fields{
    required("fen", integer(0, 100)), optional("note", text(0, 5).or_null())};
constexpr Schema price = object("Price", price_fields);
constexpr Schema count = integer(0, 9);
constexpr std::array fields{
    optional("title", text(2, 4)),
    optional("body", paragraphs(0, 10)),
    optional("colour", colour),
    optional("need", id("need")),
    optional("thing", id("ach|need")),
    optional("day", date()),
    optional("at", instant()),
    optional("amount", decimal()),
    optional("n", integer(-5, 5)),
    optional("ratio", number()),
    optional("flag", boolean()),
    optional("price", price.or_null()),
    optional("words", array(word, 1, 2).all_distinct()),
    optional("counts", map_of(count, 2)),
    optional("any", anything()),
};
constexpr Schema everything = object("Everything", fields);

// "pointer reason bound" of each refusal, joined by "; ".
std::string wrong(std::string_view json_text, const Schema& schema = everything) {
    std::string all;
    for (const auto& line : fits(schema, json_text))
        (all += all.empty() ? "" : "; ") += line;
    return all;
}

TEST(JsonSchema, AcceptsWhatFits) {
    const auto need = market::NeedId{}.text();
    EXPECT_EQ(
        wrong(
            R"({"title":"技术转移","body":"a\nb\tc","colour":"red","need":")" + need +
            R"(","thing":")" + need +
            R"(","day":"2024-02-29","at":"2026-11-22T05:07:17Z","amount":"-12.50","n":5,"ratio":0.5,"flag":false,
            "price":{"fen":100,"note":null},"words":["a","b"],"counts":{"x":9},"any":[null]})"
        ),
        ""
    );
    EXPECT_EQ(wrong("{}"), "");
    EXPECT_EQ(wrong(R"({"price":null})"), "");
}

TEST(JsonSchema, NamesEachFaultWithItsPointerAndBound) {
    const struct {
        std::string_view json, expected;
    } rows[] = {
        {R"({"title":"a"})", "/title too_short 2"},
        {R"({"title":"技术转移"})", ""},
        {R"({"title":"技术转移啊"})", "/title too_long 4"},
        {R"({"title":7})", "/title wrong_type string"},
        {R"({"title":null})", "/title wrong_type string"},
        {R"({"title":"a\nb"})", "/title control_character "},
        {R"({"title":"ab\u0000"})", "/title control_character "},
        {R"({"title":"ab\u202e"})", "/title control_character "},
        {R"({"body":"a\u0007"})", "/body control_character "},
        {R"({"colour":"green"})", "/colour not_one_of red, blue"},
        {R"({"need":"need_1"})", "/need bad_format need_…"},
        {R"({"thing":"deal_00000000000000000000000000"})", "/thing bad_format ach|need_…"},
        {R"({"need":"ach_00000000000000000000000000"})", "/need bad_format need_…"},
        {R"({"thing":"ach|need_00000000000000000000000000"})", "/thing bad_format ach|need_…"},
        {R"({"day":"2023-02-29"})", "/day bad_format YYYY-MM-DD"},
        {R"({"at":"2026-11-22"})", "/at bad_format YYYY-MM-DDThh:mm:ssZ"},
        {R"({"amount":"1e5"})", "/amount bad_format -12.50"},
        {R"({"n":6})", "/n too_large 5"},
        {R"({"n":-6})", "/n too_small -5"},
        {R"({"n":18446744073709551616})", "/n too_large 5"},
        {R"({"n":-18446744073709551616})", "/n too_small -5"},
        {R"({"n":1.5})", "/n wrong_type integer"},
        {R"({"n":"1"})", "/n wrong_type integer"},
        {R"({"flag":0})", "/flag wrong_type boolean"},
        {R"({"ratio":"x"})", "/ratio wrong_type number"},
        {R"({"price":{}})", "/price/fen missing "},
        {R"({"price":{"fen":-1,"x":1}})", "/price/fen too_small 0; /price/x unknown "},
        {R"({"words":[]})", "/words too_few 1"},
        {R"({"words":["a","b","c"]})", "/words too_many 2"},
        {R"({"words":["a","a"]})", "/words/1 duplicate "},
        {R"({"words":["a","long"]})", "/words/1 too_long 3"},
        {R"({"counts":{"a":1,"b":2,"c":3}})", "/counts too_many 2"},
        {R"({"counts":{"a/b~":10}})", "/counts/a~1b~0 too_large 9"},
        {R"({"nope":1})", "/nope unknown "},
        {R"([])", " wrong_type object"},
    };
    for (const auto& [text, expected] : rows)
        EXPECT_EQ(wrong(text), expected) << text;
}

TEST(JsonSchema, TellsAllFaultsAtOnceUnknownFieldsLast) {
    EXPECT_EQ(
        wrong(R"({"zzz":1,"n":9,"title":"x","colour":1})"),
        "/title too_short 2; /colour wrong_type string; /n too_large 5; /zzz unknown "
    );
}

TEST(JsonSchema, StopsCountingFaultsAtOneHundred) {
    std::string text = "{\"a0\":0";
    for (int i = 1; i < 500; ++i)
        text += ",\"a" + std::to_string(i) + "\":0";
    EXPECT_EQ(fits(everything, text + "}").size(), 100U);
}

TEST(JsonSchema, ChecksTextThatCameOutsideJson) {
    const auto reason = [](const Schema& schema, std::string_view text) -> std::string {
        const auto refused = check_text(schema, text, "?x");
        return refused ? std::string(market::field_reason_text(refused->reason).name) : "fits";
    };
    EXPECT_EQ(reason(integer(1, 100), "100"), "fits");
    EXPECT_EQ(reason(integer(1, 100), "101"), "too_large");
    EXPECT_EQ(reason(integer(1, 100), "0"), "too_small");
    EXPECT_EQ(reason(integer(1, 100), "1x"), "wrong_type");
    EXPECT_EQ(reason(integer(1, 100), ""), "wrong_type");
    EXPECT_EQ(reason(integer(1, 100), "99999999999999999999"), "wrong_type");
    EXPECT_EQ(reason(boolean(), "true"), "fits");
    EXPECT_EQ(reason(boolean(), "yes"), "wrong_type");
    EXPECT_EQ(reason(text(1, 5), "\xFF"), "not_utf8");
    EXPECT_EQ(reason(date(), "2024-02-30"), "bad_format");
}

} // namespace
} // namespace jishi::protocol::json
