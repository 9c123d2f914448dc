// Lists of who holds a term and how often: whatever way is the shortest to write one, it says the
// same.
#include "matching/postings.hpp"
#include "matching/scoring.hpp"
#include "tests/matching/listings.hpp"

#include <gtest/gtest.h>

#include <set>

namespace jishi::matching {
namespace {

using test::Draw;

// `listings` of those below `below`; one of `unusual_each` of them has another count than 1, and
// of these again.
std::vector<Posting>
drawn_list(Draw& draw, std::size_t listings, std::uint32_t below, std::uint32_t unusual_each) {
    std::set<SlotIndex> slots;
    while (slots.size() < listings)
        slots.insert(static_cast<SlotIndex>(draw.below(below)));
    std::vector<Posting> out;
    for (const auto slot : slots) {
        std::uint8_t packed = 1;
        while (packed + 1 < TermCount::packed_count && draw.below(unusual_each) == 0)
            ++packed;
        out.push_back({slot, TermCount{packed}});
    }
    return out;
}

// And what can be read behind it.
std::vector<std::uint8_t> encoded(std::span<const Posting> postings) {
    std::vector<std::uint8_t> out;
    encode(postings, out);
    out.resize(out.size() + read_ahead_bytes, 0xAA);
    return out;
}

void expect_says(const std::vector<Posting>& postings, Draw& draw) {
    const auto bytes = encoded(postings);
    const PostingList list(bytes.data());
    ASSERT_EQ(list.size(), postings.size());
    auto expected = postings.begin();
    list.for_each([&](SlotIndex slot, TermCount count) {
        ASSERT_NE(expected, postings.end());
        EXPECT_EQ(slot, expected->slot);
        EXPECT_EQ(count.packed, (expected++)->count.packed);
    });
    EXPECT_EQ(expected, postings.end());

    std::set<SlotIndex> asked;
    for (int i = 0; i < 40; ++i) {
        asked.insert(postings[draw.below(static_cast<std::uint32_t>(postings.size()))].slot);
        asked.insert(static_cast<SlotIndex>(draw.below(65'536)));
    }
    const std::vector<SlotIndex> slots(asked.begin(), asked.end());
    Holders found;
    list.find(SoughtSlots(slots), found);
    ASSERT_EQ(found.numbers.size(), found.counts.size());
    std::size_t at = 0;
    for (std::uint32_t number = 0; number < slots.size(); ++number) {
        const auto holder = std::ranges::lower_bound(postings, slots[number], {}, &Posting::slot);
        if (holder == postings.end() || holder->slot != slots[number]) continue;
        ASSERT_LT(at, found.numbers.size());
        EXPECT_EQ(found.numbers[at], number);
        EXPECT_EQ(found.counts[at++].packed, holder->count.packed);
    }
    EXPECT_EQ(at, found.numbers.size());

    Sweep sweep;
    sweep.begin(65'536);
    list.for_each_layer(adding(sweep, [](TermCount count) { return count.packed * count.packed; }));
    sweep.end();
    std::vector<Sweep::Sum> sums(65'536, 0);
    for (const auto& [slot, count] : postings)
        sums[slot] = static_cast<Sweep::Sum>(count.packed * count.packed);
    EXPECT_EQ(sweep.sums(), sums);

    const auto slots_below = std::size_t{postings.back().slot} + 1;
    const auto size = bytes.size() - read_ahead_bytes;
    const auto whole = std::span(bytes).first(size), shorter = whole.first(size - 1);
    EXPECT_EQ(encoded_size(whole, slots_below), size);
    EXPECT_EQ(encoded_size(bytes, slots_below), size);
    EXPECT_EQ(encoded_size(whole, slots_below - 1), std::nullopt);
    EXPECT_EQ(encoded_size(shorter, slots_below), std::nullopt);
}

TEST(APostingList, SaysWhatItWasMadeOfInEveryShape) {
    Draw draw(1);
    for (const std::size_t size : {1, 2, 3, 8, 40, 41, 60, 400, 401, 4'000, 4'001, 9'000, 40'000})
        for (const auto unusual_each : {1u, 2u, 3u, 30u, 1'000u, 1'000'000u}) {
            SCOPED_TRACE(std::to_string(size) + " one of " + std::to_string(unusual_each));
            expect_says(drawn_list(draw, size, 65'536, unusual_each), draw);
        }
}

// A bit for each listing, and one more for each whose count is not the usual one.
TEST(APostingList, SaysCountsInOneBitForEachOfThoseThatMayHaveAnother) {
    constexpr std::size_t names = SlotSet::label_bytes;
    for (const std::size_t size : {8, 9, 40}) {
        std::vector<Posting> postings;
        for (std::size_t i = 0; i < size; ++i)
            postings.push_back({static_cast<SlotIndex>(3 * i), TermCount{1}});
        const auto bytes = [&] { return encoded(postings).size() - read_ahead_bytes; };
        EXPECT_EQ(bytes(), names + 2 * size);
        postings[1].count = {2};
        EXPECT_EQ(bytes(), names + 1 + 2 * size + (size + 7) / 8);
        postings[2].count = {3};
        EXPECT_EQ(bytes(), names + 2 + 2 * size + (size + 7) / 8 + 1);
    }
}

// Where all listings are a row, so are those with another count, however few.
TEST(APostingList, TellsItsLayersByRowsOrByName) {
    Draw draw(2);
    for (const std::size_t size : {4'000, 4'001, 40'000}) {
        auto postings = drawn_list(draw, size, 65'536, 1'000'000);
        for (auto& posting : postings)
            posting.count = {1};
        for (const std::size_t unusual : {1, 1'999, 2'000, 4'000, 4'001, 15'000}) {
            if (2 * unusual > size) continue;
            for (std::size_t i = 0; i < unusual; ++i)
                postings[i].count = {static_cast<std::uint8_t>(i % 3 == 0 ? 3 : 2)};
            expect_says(postings, draw);
            std::vector<bool> are_rows;
            const auto bytes = encoded(postings);
            PostingList(bytes.data()).for_each_layer([&](Layers& layers, TermCount) {
                are_rows.push_back(layers.get().row != nullptr);
            });
            EXPECT_EQ(are_rows, std::vector<bool>(unusual == 1 ? 2 : 3, size > 4'000));
        }
    }
}

// Whoever changed a byte may have changed what is said, but nothing is read that is not there.
TEST(APostingList, ThatIsSpoiltIsRefusedOrCanBeReadAllTheSame) {
    Draw draw(4);
    std::size_t refused = 0, accepted = 0;
    for (const std::size_t size : {5, 30, 401, 2'100, 5'000})
        for (int round = 0; round < 300; ++round) {
            auto bytes = encoded(drawn_list(draw, size, size < 4'000 ? 4'000 : 65'536, 3));
            const auto length = static_cast<std::uint32_t>(bytes.size() - read_ahead_bytes);
            bytes[draw.below(std::min(length, 60u))] = static_cast<std::uint8_t>(draw.below(256));
            if (!encoded_size(std::span(bytes).first(length), 65'536)) {
                ++refused;
                continue;
            }
            ++accepted;
            const PostingList list(bytes.data());
            std::uint32_t read = 0;
            list.for_each([&](SlotIndex, TermCount) { ++read; });
            EXPECT_EQ(read, list.size());
            const std::vector<SlotIndex> slots{1, 100, 2'000, 60'000};
            Holders found;
            list.find(SoughtSlots(slots), found);
            Sweep sweep;
            sweep.begin(65'536);
            list.for_each_layer(adding(sweep, [](TermCount count) { return count.packed; }));
            sweep.end();
        }
    EXPECT_GT(refused, 100u);
    EXPECT_GT(accepted, 100u);
}

} // namespace
} // namespace jishi::matching
