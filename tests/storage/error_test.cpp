#include "storage/error.hpp"

#include <gtest/gtest.h>

namespace jishi::storage {
namespace {

using Kind = StorageError::Kind;

TEST(StorageErrors, AreSortedByWhatTheCallerCanDo) {
    for (const int code :
         {1213, 1205, 1020, 1180, 3100, 3101, 3572, 8002, 8022, 9007, 6002, 6235}) {
        EXPECT_EQ(classify(code, "").kind, Kind::conflict) << code;
    }
    for (const int code :
         {2002,
          2003,
          2006,
          2013,
          2014,
          2026,
          2030,
          2055,
          1040,
          1045,
          1047,
          1049,
          1927,
          1969,
          3024}) {
        EXPECT_EQ(classify(code, "").kind, Kind::unavailable) << code;
    }
    for (const int code : {0, 1064, 1146, 1366, 1406, 1048, 4025}) {
        EXPECT_EQ(classify(code, "").kind, Kind::misuse) << code;
    }
    EXPECT_EQ(classify(1062, "").kind, Kind::duplicate);
    EXPECT_EQ(classify(1877, "").kind, Kind::corrupt);
}

TEST(StorageErrors, NameTheDuplicateKeyAlikeForMariaDbAndMySql) {
    constexpr std::pair<std::string_view, std::string_view> table[] = {
        {"Duplicate entry 'x' for key 'uq_login'", "uq_login"},
        {"Duplicate entry 'x' for key 'member.uq_login'", "uq_login"},
        {"Duplicate entry 'it's for key 'uq_other'' for key 'uq_login'", "uq_login"},
        {"Duplicate entry 'x' for key 'PRIMARY'", "PRIMARY"},
        {"no quotes", ""},
        {"one ' quote", ""},
        {"'", ""},
        {"", ""},
    };
    for (const auto& [text, name] : table)
        EXPECT_EQ(classify(1062, text).constraint, name) << text;
}

TEST(StorageErrors, DoNotRepeatTheDuplicateValue) {
    const std::string told =
        classify(1062, "Duplicate entry '13800000000' for key 'uq_phone'").what();
    EXPECT_EQ(told, "duplicate key uq_phone (1062)");
}

TEST(StorageErrors, ShowTheBeginningOfTheStatement) {
    const std::string told = classify(1064, "near", std::string(121, 'S')).what();
    EXPECT_TRUE(told.ends_with("(1064) in: " + std::string(120, 'S'))) << told;
}

} // namespace
} // namespace jishi::storage
