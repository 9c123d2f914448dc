// Numbers by their upper halves in unary and a byte for the lower ones, against the numbers.
#include "matching/blocked_slots.hpp"
#include "tests/matching/every_width.hpp"
#include "tests/matching/listings.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <set>

namespace jishi::matching {
namespace {

using test::Draw;
using Slots = std::vector<std::uint16_t>;

Slots drawn(Draw& draw, std::size_t count, std::uint32_t from, std::uint32_t below) {
    std::set<std::uint16_t> out;
    while (out.size() < count)
        out.insert(static_cast<std::uint16_t>(from + draw.below(below - from)));
    return {out.begin(), out.end()};
}

struct Encoded {
    std::vector<std::uint8_t> bytes;
    std::uint32_t count;
    explicit Encoded(const Slots& slots) : count(static_cast<std::uint32_t>(slots.size())) {
        BlockedSlots::encode(slots, bytes);
        EXPECT_EQ(bytes.size(), BlockedSlots::bytes_of(count));
        bytes.resize(bytes.size() + read_ahead_bytes, 0xAA);
    }
    BlockedSlots slots() const { return {bytes.data(), count}; }
    std::span<std::uint8_t> own() { return std::span(bytes).first(BlockedSlots::bytes_of(count)); }
};

// Few and many, all over the place and crowded into few blocks, at its ends too.
std::vector<Slots> examples() {
    Draw draw(1);
    std::vector<Slots> out{{0}, {65'535}, {0, 65'535}, {255, 256}, {511, 512, 65'279, 65'280}};
    for (const std::size_t count : {2, 31, 32, 33, 63, 64, 65, 400, 4'000, 20'000, 65'536})
        out.push_back(drawn(draw, count, 0, 65'536));
    for (const std::size_t count : {56, 57, 58, 112, 113, 200, 256, 700, 2'000})
        for (const std::uint32_t first : {0u, 1'000u, 65'536u - 2'000u}) {
            Slots slots(count);
            std::iota(slots.begin(), slots.end(), static_cast<std::uint16_t>(first));
            out.push_back(slots);
        }
    for (const std::uint32_t below : {256u, 3'000u})
        out.push_back(drawn(draw, 200, 0, below));
    return out;
}

TEST(BlockedSlots, AreReadAsTheyWere) {
    for (const auto& slots : examples()) {
        const Encoded encoded(slots);
        test::on_every_width([&] {
            Slots read(slots.size() + BlockedSlots::more_room);
            encoded.slots().read(read.data());
            read.resize(slots.size());
            EXPECT_EQ(read, slots);
        });
    }
}

TEST(BlockedSlots, AreFoundWithTheirPlaces) {
    Draw draw(2);
    for (const auto& slots : examples())
        for (const std::size_t asked : {1, 31, 32, 33, 500}) {
            auto wanted = drawn(draw, asked, 0, 65'536);
            if (asked > 1) // half of them are there
                for (std::size_t i = 0; i < wanted.size(); i += 2)
                    wanted[i] = slots[draw.below(static_cast<std::uint32_t>(slots.size()))];
            std::ranges::sort(wanted);
            wanted.erase(std::ranges::unique(wanted).begin(), wanted.end());
            std::vector<std::uint32_t> expected, expected_places;
            for (std::uint32_t i = 0; i < wanted.size(); ++i) {
                const auto at = std::ranges::lower_bound(slots, wanted[i]);
                if (at == slots.end() || *at != wanted[i]) continue;
                expected.push_back(i);
                expected_places.push_back(static_cast<std::uint32_t>(at - slots.begin()));
            }
            const Encoded encoded(slots);
            test::on_every_width([&] {
                std::vector<std::uint32_t> numbers(wanted.size()), places(wanted.size());
                const auto found = encoded.slots().find(wanted, numbers.data(), places.data());
                numbers.resize(found), places.resize(found);
                EXPECT_EQ(numbers, expected);
                EXPECT_EQ(places, expected_places);
            });
        }
}

TEST(BlockedSlots, AreRefusedWhereTheyAreCutOrOfAnotherNumber) {
    for (const auto& slots : examples()) {
        Encoded encoded(slots);
        const auto own = encoded.own();
        EXPECT_TRUE(BlockedSlots::are_sound(own, encoded.count));
        EXPECT_FALSE(BlockedSlots::are_sound(own.first(own.size() - 1), encoded.count));
        if (encoded.count > 1) {
            EXPECT_FALSE(BlockedSlots::are_sound(own, encoded.count - 1));
        }
        own[slots.size() / 16] ^= 1; // one more or one less is set
        EXPECT_FALSE(BlockedSlots::are_sound(own, encoded.count));
        own[slots.size() / 16] ^= 1;
        const auto last = encoded.count + BlockedSlots::blocks - 1; // ends the last block
        own[last / 8] ^= static_cast<std::uint8_t>(1 << last % 8);
        own[(slots[0] >> 8) / 8] ^= static_cast<std::uint8_t>(1 << (slots[0] >> 8) % 8);
        EXPECT_FALSE(BlockedSlots::are_sound(own, encoded.count)) << "a block too many";
    }
}

} // namespace
} // namespace jishi::matching
