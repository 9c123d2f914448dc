#include "storage/uuid7.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <thread>
#include <vector>

namespace jishi::storage {
namespace {

std::int64_t milliseconds_of(const market::IdBytes& id) {
    std::int64_t ms = 0;
    for (int i = 0; i < 6; ++i)
        ms = ms << 8 | id[static_cast<std::size_t>(i)];
    return ms;
}

TEST(Uuid7, TellsItsTimeVersionAndVariant) {
    Uuid7 generator;
    const auto id = generator.next(0x0123456789ab);
    EXPECT_EQ(milliseconds_of(id), 0x0123456789ab);
    EXPECT_EQ(id[6] >> 4, 7);
    EXPECT_EQ(id[8] >> 6, 2);
}

TEST(Uuid7, GrowsWithinAMillisecondBeyondTheCounterAndWhenTheClockStepsBack) {
    Uuid7 generator;
    auto last = generator.next(1'000);
    for (int i = 0; i < 10'000; ++i) {
        const auto id = generator.next(i % 2 == 0 ? 1'000 : 400);
        ASSERT_LT(last, id);
        last = id;
    }
    EXPECT_LE(milliseconds_of(last), 1'003); // 4,096 ids a millisecond are borrowed at most
    EXPECT_EQ(milliseconds_of(generator.next(2'000)), 2'000);
}

TEST(Uuid7, ThreadsOfOneProcessNeverMakeTheSameIdAndEachSeesItsOwnGrow) {
    std::vector<std::vector<market::IdBytes>> made(4);
    {
        std::vector<std::jthread> threads;
        for (auto& ids : made)
            threads.emplace_back([&ids] {
                for (int i = 0; i < 5'000; ++i)
                    ids.push_back(new_uuid7());
            });
    }
    std::set<market::IdBytes> all;
    for (const auto& ids : made) {
        EXPECT_TRUE(std::ranges::is_sorted(ids));
        all.insert(ids.begin(), ids.end());
    }
    EXPECT_EQ(all.size(), 20'000U);
}

TEST(Sha256, IsTheStandardOne) {
    EXPECT_EQ(
        sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

} // namespace
} // namespace jishi::storage
