#include "protocol/json/reader.hpp"
#include "protocol/json/writer.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace jishi::protocol::json {
namespace {

std::string written(std::string_view text) {
    return Writer().value(text).take();
}

TEST(JsonWriter, PutsCommasBetweenAndNowhereElse) {
    Writer out;
    out.begin_object()
        .field("a", 1)
        .key("b")
        .begin_array()
        .value("x")
        .null()
        .begin_object()
        .end_object()
        .end_array();
    out.field("c", true)
        .field("d", std::optional<int>{})
        .field("e", std::optional<int>{5})
        .end_object();
    EXPECT_EQ(out.take(), R"({"a":1,"b":["x",null,{}],"c":true,"d":null,"e":5})");
}

TEST(JsonWriter, EscapesWhatMustBeEscapedAndLeavesTheRest) {
    EXPECT_EQ(written("a\"b\\c\n\t\r\b"), R"("a\"b\\c\n\t\r\u0008")");
    EXPECT_EQ(written(std::string_view("\0\x1f\x7f", 3)), R"("\u0000\u001f\u007f")");
    EXPECT_EQ(written("技术合同 𠮷 é"), "\"技术合同 𠮷 é\"");
}

TEST(JsonWriter, NeverWritesInvalidUtf8) {
    EXPECT_EQ(
        written("a\xFF"
                "b"),
        "\"a\xEF\xBF\xBD"
        "b\""
    );
    EXPECT_EQ(written("\xE6\x8A"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
    EXPECT_EQ(written("\xED\xA0\x80").find('\xED'), std::string::npos);
}

TEST(JsonWriter, WritesWholeNumbersExactly) {
    Writer out;
    out.begin_array()
        .value(INT64_MAX)
        .value(INT64_MIN)
        .value(UINT64_MAX)
        .value(0.1)
        .value(1e300)
        .end_array();
    EXPECT_EQ(
        out.take(), "[9223372036854775807,-9223372036854775808,18446744073709551615,0.1,1e+300]"
    );
}

TEST(JsonWriter, IsReadBackAsItWasMeant) {
    std::string every;
    for (char32_t c = 0; c < 0x80; ++c)
        every += static_cast<char>(c);
    const auto document = parse(written(every));
    ASSERT_TRUE(document);
    EXPECT_EQ(document->root().text(), every);
}

} // namespace
} // namespace jishi::protocol::json
