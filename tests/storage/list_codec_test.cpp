#include "storage/error.hpp"
#include "storage/list_codec.hpp"

#include <gtest/gtest.h>

#include <random>

namespace jishi::storage {
namespace {

using Words = std::vector<std::string>;

TEST(ListCodec, IsReadableText) {
    EXPECT_EQ(encode_list(Words{"hello", "", "技"}), "5:hello,0:,3:技,");
    EXPECT_EQ(encode_list(Words{}), "");
}

TEST(ListCodec, CarriesAnyBytesInAnyNumber) {
    std::minstd_rand random(7);
    for (int round = 0; round < 300; ++round) {
        Words words(random() % 6);
        for (auto& word : words)
            for (auto left = random() % 20; left > 0; --left)
                word.push_back(static_cast<char>(
                    random() % 3 == 0 ? ":,0123456789"[random() % 12] : random() % 256
                ));
        ASSERT_EQ(decode_list<std::string>(encode_list(words)), words);
    }
}

TEST(ListCodec, KeepsPairsDatesAndNumbersApart) {
    using Pairs = std::vector<std::pair<std::string, std::int64_t>>;
    const Pairs pairs{{"a", INT64_MIN}, {"", 0}, {"1:", INT64_MAX}};
    EXPECT_EQ((decode_list<Pairs::value_type>(encode_list(pairs))), pairs);

    using Days = std::vector<std::optional<market::Date>>;
    const Days days{market::Date{2028, 2, 29}, {}, market::Date{1900, 1, 1}};
    EXPECT_EQ(decode_list<Days::value_type>(encode_list(days)), days);
}

TEST(ListCodec, RefusesWhatItNeverWrote) {
    for (const auto* text :
         {"5",
          "5:",
          "5:hell,",
          "5:hello",
          "5:hello;",
          ":,",
          "-1:,",
          "+1:a,",
          "01:a,",
          "00:,",
          " 1:a,",
          "1:a,x",
          "99999999999999999999:a,",
          "1x:a,"})
        EXPECT_THROW(decode_list<std::string>(text), StorageError) << text;
    EXPECT_THROW(decode_list<market::Date>("10:2026-02-30,"), StorageError);
    EXPECT_THROW(decode_list<std::int64_t>("2:1x,"), StorageError);
    EXPECT_THROW((decode_list<std::pair<std::string, std::string>>("1:a,")), StorageError);
    EXPECT_THROW(decode_list<market::MemberId>("4:org_,"), StorageError);
}

} // namespace
} // namespace jishi::storage
