// Arrays of their own and lent ones read the same; copies stand on what the original stands on.
#include "matching/arrays.hpp"

#include <gtest/gtest.h>

namespace jishi::matching {
namespace {

using Numbers = std::vector<int>;

Numbers read(const Array<int>& array) {
    return {array.begin(), array.end()};
}

TEST(Array, GrowsAsItIsBuilt) {
    Array<int> array;
    EXPECT_TRUE(array.empty());
    array.push_back(1);
    array.append(Numbers{2, 3});
    array.build([](Numbers& own) { own.front() = 7; });
    array.finish();
    EXPECT_EQ(read(array), (Numbers{7, 2, 3}));
    EXPECT_EQ(array[2], 3);
}

TEST(Array, ReadsWhatItIsLentWhereItLies) {
    const Numbers elsewhere{4, 5};
    const auto array = Array<int>::lent(elsewhere);
    const auto copy = array;
    EXPECT_EQ(array.data(), elsewhere.data());
    EXPECT_EQ(copy.data(), elsewhere.data());
}

TEST(Array, IsSharedByItsCopiesUntilOneIsBuiltOn) {
    auto array = std::make_unique<Array<int>>(Numbers{1, 2});
    auto copy = *array;
    EXPECT_EQ(copy.data(), array->data());
    auto moved = std::move(*array);
    array.reset();
    copy.push_back(3);
    EXPECT_EQ(read(copy), (Numbers{1, 2, 3}));
    EXPECT_EQ(read(moved), (Numbers{1, 2}));
    moved = copy;
    EXPECT_EQ(read(moved), (Numbers{1, 2, 3}));
}

} // namespace
} // namespace jishi::matching
