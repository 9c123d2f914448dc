// Rows of bits that tell how many are set before any of them, against counting them one by one.
#include "matching/ranked_bits.hpp"
#include "tests/matching/every_width.hpp"
#include "tests/matching/listings.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace jishi::matching {
namespace {

using test::Draw;

std::vector<std::uint8_t> drawn_bits(Draw& draw, std::size_t count, std::uint32_t one_of) {
    std::vector<std::uint8_t> out(count);
    for (auto& bit : out)
        bit = draw.below(one_of) == 0 ? 1 : 0;
    return out;
}

std::vector<std::uint8_t> encoded(std::span<const std::uint8_t> bits) {
    std::vector<std::uint8_t> out;
    RankedBits::encode(bits, out);
    EXPECT_EQ(out.size(), RankedBits::bytes_of(static_cast<std::uint32_t>(bits.size())));
    out.resize(out.size() + read_ahead_bytes, 0xAA);
    return out;
}

constexpr std::uint32_t counts[] = {1, 7, 8, 31, 32, 33, 64, 511, 512, 513, 1'025, 40'000, 65'536};

TEST(RankedBits, TellWhichAreSetAndHowManyBeforeEach) {
    test::on_every_width([] {
        Draw draw(1);
        for (const auto count : counts)
            for (const auto one_of : {1u, 2u, 5u, 300u, 1'000'000u}) {
                SCOPED_TRACE(std::to_string(count) + " bits, one of " + std::to_string(one_of));
                const auto bits = drawn_bits(draw, count, one_of);
                const auto bytes = encoded(bits);
                const RankedBits ranked(bytes.data(), count);
                EXPECT_EQ(ranked.total(), std::accumulate(bits.begin(), bits.end(), 0u));
                std::vector<std::uint32_t> places(count), ranks(count), kept_ranks, kept;
                std::iota(places.begin(), places.end(), 0u);
                std::exclusive_scan(bits.begin(), bits.end(), ranks.begin(), 0u);
                for (std::uint32_t place = 0; place < count; ++place) {
                    ASSERT_EQ(ranked.has(place), bits[place] == 1);
                    if (bits[place] == 1) kept.push_back(place), kept_ranks.push_back(ranks[place]);
                }
                auto found = places, numbers = places;
                ranked.rank(found);
                EXPECT_EQ(found, ranks);
                found = places;
                const auto n = ranked.keep(found, numbers.data());
                found.resize(n), numbers.resize(n);
                EXPECT_EQ(found, kept_ranks);
                EXPECT_EQ(numbers, kept);
                std::vector<std::uint16_t> names(places.begin(), places.end());
                names.resize(ranked.keep(names.data()));
                EXPECT_EQ(std::vector<std::uint32_t>(names.begin(), names.end()), kept);
            }
    });
}

// The n-th bit that is set in the row stays if the n-th bit here is set; also in the row itself.
TEST(RankedBits, SpreadOverARowOfAsManySetBits) {
    test::on_every_width([] {
        Draw draw(2);
        constexpr std::size_t row_bytes = 8'192;
        for (const auto one_of : {1u, 2u, 3u, 16u, 100u})
            for (const auto kept_of : {1u, 2u, 7u, 400u}) {
                std::vector<std::uint8_t> row(row_bytes, 0), expected(row_bytes, 0), out(row_bytes);
                std::vector<std::uint8_t> bits;
                for (std::size_t i = 0; i < 8 * row_bytes; ++i) {
                    if (draw.below(one_of) != 0) continue;
                    row[i / 8] |= static_cast<std::uint8_t>(1u << i % 8);
                    bits.push_back(draw.below(kept_of) == 0 ? 1 : 0);
                    if (bits.back() == 1) expected[i / 8] |= static_cast<std::uint8_t>(1u << i % 8);
                }
                const auto bytes = encoded(bits);
                const RankedBits ranked(bytes.data(), static_cast<std::uint32_t>(bits.size()));
                ranked.spread(row.data(), row_bytes, out.data());
                EXPECT_EQ(out, expected) << one_of << ' ' << kept_of;
                ranked.spread(row.data(), row_bytes, row.data());
                EXPECT_EQ(row, expected);
            }
    });
}

TEST(RankedBits, AreRefusedWhereTheyAreCutOrCountWrongly) {
    Draw draw(3);
    for (const auto count : counts) {
        auto bytes = encoded(drawn_bits(draw, count, 3));
        const auto whole = std::span(bytes).first(bytes.size() - read_ahead_bytes);
        EXPECT_TRUE(RankedBits::are_sound(whole, count));
        EXPECT_FALSE(RankedBits::are_sound(whole.first(whole.size() - 1), count));
        EXPECT_FALSE(RankedBits::are_sound(whole, 0));
        if (count % 8 != 0 || count > RankedBits::step) {
            whole[(count - 1) / 8] ^= count % 8 != 0 ? 0x80 : 0; // behind the last bit
            if (count > RankedBits::step) whole.back() ^= 1;
            EXPECT_FALSE(RankedBits::are_sound(whole, count)) << count;
        }
    }
}

} // namespace
} // namespace jishi::matching
