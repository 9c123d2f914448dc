#include "protocol/target.hpp"

#include <gtest/gtest.h>

namespace jishi::protocol {
namespace {

// "seg|seg ? name=value&..." or "refused".
std::string taken_apart(std::string_view target) {
    const auto parsed = parse_target(target);
    if (!parsed) return "refused";
    std::string out;
    for (const auto& segment : parsed->segments)
        (out += out.empty() ? "" : "|") += segment;
    for (const auto& [name, value] : parsed->query)
        ((out += " ") += name + "=") += value;
    return out;
}

TEST(Target, IsTakenApartAndDecoded) {
    EXPECT_EQ(taken_apart("/"), "");
    EXPECT_EQ(taken_apart("/a/b%20c"), "a|b c");
    EXPECT_EQ(taken_apart("/a+b"), "a+b");
    EXPECT_EQ(taken_apart("/a?q=%E6%8A%80+x&b&c="), "a q=技 x b= c=");
    EXPECT_EQ(taken_apart("/a?q=1=2&&q=3"), "a q=1=2 q=3");
    EXPECT_EQ(taken_apart("http://market.example/a?b=1"), "a b=1");
    EXPECT_EQ(taken_apart("HTTP://market.example"), "");
}

TEST(Target, IsRefusedWhenAProxyMightReadItOtherwise) {
    for (const std::string_view target : {"",          "*",
                                          "a",         "/..",
                                          "/a/../b",   "/a/.",
                                          "/%2e%2e/b", "/a//b",
                                          "/a/",       "//a",
                                          "/a%2fb",    "/a%00",
                                          "/%",        "/%4",
                                          "/%zz",      "/a?x=%",
                                          "/a b",      "/a#b",
                                          "/\x80",     "/a\x7f",
                                          "ftp://x/a", "example.com:443"})
        EXPECT_EQ(taken_apart(target), "refused") << target;
}

TEST(Target, BoundsSegmentsAndParameters) {
    std::string path;
    for (std::size_t i = 0; i < segments_max; ++i)
        path += "/a";
    EXPECT_NE(taken_apart(path), "refused");
    EXPECT_EQ(taken_apart(path + "/a"), "refused");
    std::string query = "/a?p=0";
    for (std::size_t i = 1; i < query_parameters_max; ++i)
        query += "&p=0";
    EXPECT_NE(taken_apart(query), "refused");
    EXPECT_EQ(taken_apart(query + "&p=0"), "refused");
}

} // namespace
} // namespace jishi::protocol
