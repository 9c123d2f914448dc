#include "storage/options.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace jishi::storage {
namespace {

struct Accepted {
    std::string_view url, shown;
};

TEST(DatabaseUrl, IsReadPartByPartAndShownWithoutThePassword) {
    constexpr Accepted table[] = {
        {"mysql://ji:secret@db.example:3307/market", "mysql://ji@db.example:3307/market"},
        {"mysql://db.example/market", "mysql://db.example:3306/market"},
        {"mysql://ji@10.0.0.7/market", "mysql://ji@10.0.0.7:3306/market"},
        {"mysql://ji:secret@[::1]:3310/market", "mysql://ji@[::1]:3310/market"},
        {"mysql://ji:secret@[fe80::2]/market", "mysql://ji@[fe80::2]:3306/market"},
        {"mysql://ji:secret@h/market?tls=off", "mysql://ji@h:3306/market"},
        {"mysql://ji:secret@h/market?tls=required", "mysql://ji@h:3306/market?tls=required"},
        {"mysql://ji:secret@h/m?tls=verify_ca&ca=/ca.pem", "mysql://ji@h:3306/m?tls=verify_ca"},
        {"mysql://ji:secret@h/m?ca=%2fca.pem&tls=verify_identity",
         "mysql://ji@h:3306/m?tls=verify_identity"},
        {"mysql://%E5%B8%82:secret@h/%E6%8A%80", "mysql://%E5%B8%82@h:3306/%E6%8A%80"},
        {"mysql://ji:sec@ret@h/market", "mysql://ji@h:3306/market"},
        {"mysql+unix:///run/db.sock?schema=market", "mysql+unix:///run/db.sock?schema=market"},
        {"mysql+unix://ji:secret@/run/db.sock?schema=m", "mysql+unix://ji@/run/db.sock?schema=m"},
        {"mysql+unix:///s?schema=m&user=ji&password=secret", "mysql+unix://ji@/s?schema=m"},
    };
    for (const auto& [url, shown] : table) {
        const auto parsed = parse_database_url(url);
        ASSERT_TRUE(parsed.options) << url << ": " << parsed.problem;
        EXPECT_EQ(describe(*parsed.options), shown);
    }
}

TEST(DatabaseUrl, DecodesPasswordsThatHoldEveryAwkwardCharacter) {
    const auto parsed = parse_database_url("mysql://ji:%40%2F%3A%3F%25%20%E5%AF%86@h/market");
    ASSERT_TRUE(parsed.options);
    EXPECT_EQ(parsed.options->password, "@/:?% 密");
}

TEST(DatabaseUrl, SetsEveryLimit) {
    const auto parsed =
        parse_database_url("mysql://h/m?connect_timeout_s=1&read_timeout_s=2&write_timeout_s=3&"
                           "lock_wait_s=4&pool_size=1000&queue_wait_ms=0");
    ASSERT_TRUE(parsed.options) << parsed.problem;
    EXPECT_EQ(parsed.options->connect_timeout_s, 1);
    EXPECT_EQ(parsed.options->read_timeout_s, 2);
    EXPECT_EQ(parsed.options->write_timeout_s, 3);
    EXPECT_EQ(parsed.options->lock_wait_s, 4);
    EXPECT_EQ(parsed.options->pool_size, 1000U);
    EXPECT_EQ(parsed.options->queue_wait_ms, 0);
}

struct Refused {
    std::string_view url, because;
};

TEST(DatabaseUrl, IsRefusedWithTheReasonAndWithoutThePassword) {
    constexpr Refused table[] = {
        {"", "must begin with mysql://"},
        {"postgres://ji:secret@h/m", "must begin with mysql://"},
        {"mysql://ji:secret@/m", "host is missing"},
        {"mysql://ji:secret@h", "schema name is missing"},
        {"mysql://ji:secret@h/", "schema name is missing"},
        {"mysql://ji:secret@h/a/b", "schema name is not acceptable"},
        {"mysql://ji:secret@h:0/m", "port must be"},
        {"mysql://ji:secret@h:65536/m", "port must be"},
        {"mysql://ji:secret@h:33x/m", "port must be"},
        {"mysql://ji:secret@[::1/m", "not closed"},
        {"mysql://ji:secret%@h/m", "percent-encoded"},
        {"mysql://ji:secret%zz@h/m", "percent-encoded"},
        {"mysql://ji:secret%00@h/m", "percent-encoded"},
        {"mysql://ji:secret@h/m?tls=maybe", "tls must be"},
        {"mysql://ji:secret@h/m?tls=verify_ca", "need ca="},
        {"mysql://ji:secret@h/m?tls=verify_identity", "need ca="},
        {"mysql://ji:secret@h/m?ca=/ca.pem", "needs tls="},
        {"mysql://ji:secret@h/m?sslmode=require", "unknown key sslmode"},
        {"mysql://ji:secret@h/m?user=other", "unknown key user"},
        {"mysql://ji:secret@h/m?tls=off&tls=required", "given twice"},
        {"mysql://ji:secret@h/m?tls", "key=value"},
        {"mysql://ji:secret@h/m?pool_size=0", "pool_size must be a number from 1 to 1000"},
        {"mysql://ji:secret@h/m?pool_size=1001", "pool_size must be a number from 1 to 1000"},
        {"mysql://ji:secret@h/m?read_timeout_s=-1", "read_timeout_s must be"},
        {"mysql+unix://ji:secret@relative?schema=m", "begin with '/'"},
        {"mysql+unix://ji:secret@/s", "schema name is missing"},
        {"mysql+unix://ji:secret@/s?schema=m&tls=required", "unix socket"},
    };
    for (const auto& [url, because] : table) {
        const auto parsed = parse_database_url(url);
        EXPECT_FALSE(parsed.options) << url;
        EXPECT_NE(parsed.problem.find(because), std::string::npos) << url << ": " << parsed.problem;
        EXPECT_EQ(parsed.problem.find("secret"), std::string::npos) << parsed.problem;
    }
}

TEST(DatabaseUrl, ASocketPathEndsAtTheLengthThatTheKernelKnows) {
    const auto url_of = [](std::size_t length) {
        return "mysql+unix:///" + std::string(length - 1, 's') + "?schema=m";
    };
    EXPECT_TRUE(parse_database_url(url_of(107)).options);
    EXPECT_FALSE(parse_database_url(url_of(108)).options);
}

} // namespace
} // namespace jishi::storage
