// The table of a segment's terms, against a map of them: of any size, asked for those that are in
// it and those that are not.
#include "matching/archives.hpp"
#include "matching/term_table.hpp"
#include "tests/matching/listings.hpp"

#include <gtest/gtest.h>

#include <map>

namespace jishi::matching {
namespace {

using test::Draw;

std::uint64_t drawn_number(Draw& draw) {
    return std::uint64_t{draw.below(UINT32_MAX)} << 32 | draw.below(UINT32_MAX);
}

TermKey drawn_key(Draw& draw) {
    const auto code = drawn_number(draw);
    constexpr TermKey kinds[] = {
        0, bigram_bit, bigram_bit | gram_bit, word_bit, as_word_bits, as_word_bits | pair_bit};
    return kinds[draw.below(std::size(kinds))] | (code & hash_mask);
}

std::map<TermOrder, std::uint32_t> drawn_terms(Draw& draw, std::size_t count) {
    std::map<TermOrder, std::uint32_t> out;
    while (out.size() < count)
        out.emplace(order_of(drawn_key(draw)), draw.below(1'000'000));
    return out;
}

TermTable table_of(const std::map<TermOrder, std::uint32_t>& terms) {
    TermTable::Builder builder(terms.size());
    for (const auto& [order, value] : terms)
        builder.add(order, value);
    return builder.done();
}

TEST(TheOrderOfATerm, TellsItsKeyAndLeavesTheLowestBitsFree) {
    Draw draw(1);
    for (const TermKey key : {TermKey{1}, TermKey{0x6C34}, hash_mask, as_word_bits | pair_bit | 7})
        EXPECT_EQ(key_of(order_of(key)), key);
    for (int i = 0; i < 10'000; ++i) {
        const auto key = drawn_key(draw);
        EXPECT_EQ(key_of(order_of(key)), key);
        EXPECT_EQ(order_of(key) << order_bits, 0u);
    }
}

// Eight terms fill a bucket; of 65 536 buckets on a term takes four bytes, of fewer six.
constexpr std::size_t sizes[] = {0, 1, 7, 8, 9, 64, 65, 1'000, 262'144, 262'145, 300'000};

TEST(TermTable, FindsWhatItWasMadeOfAndNothingElse) {
    Draw draw(2);
    for (const auto size : sizes) {
        SCOPED_TRACE(size);
        const auto terms = drawn_terms(draw, size);
        const auto table = table_of(terms);
        ASSERT_EQ(table.size(), size);
        EXPECT_TRUE(table.is_sound());
        std::vector<TermKey> asked;
        std::vector<std::optional<std::uint32_t>> expected;
        std::size_t term = 0;
        TermTable::Walk walk(table, 0);
        for (const auto& [order, value] : terms) {
            EXPECT_EQ(walk.term(), term);
            ASSERT_EQ(walk.order(), order);
            walk.next();
            if (term % 97 == 0) {
                EXPECT_EQ(TermTable::Walk(table, term).order(), order);
                EXPECT_EQ(table.first_from(order), term);
                EXPECT_EQ(table.first_from(order - 1), term);
                EXPECT_EQ(table.first_from(order + 1), term + 1);
                EXPECT_EQ(table.find(key_of(order)), value);
                asked.push_back(key_of(order)), expected.emplace_back(value);
                const auto other = drawn_key(draw);
                if (!terms.contains(order_of(other)))
                    asked.push_back(other), expected.emplace_back();
            }
            EXPECT_EQ(table.value(term++), value);
        }
        EXPECT_EQ(table.find_all(asked), expected);
        EXPECT_EQ(table.find(drawn_key(draw)), std::nullopt);
        EXPECT_EQ(table.first_from(0), 0u);
    }
}

std::vector<std::uint8_t> kept(const TermTable& table) {
    std::vector<std::uint8_t> out;
    const ArchiveWriter::Sink sink = [&](std::span<const std::uint8_t> bytes) {
        out.insert(out.end(), bytes.begin(), bytes.end());
    };
    ArchiveWriter writer(sink);
    TermTable::archive(table, writer);
    return out;
}

// Reads one where it stands; nothing if the arrays themselves do not fit.
std::optional<TermTable> read(std::span<const std::uint8_t> bytes) {
    TermTable out;
    ArchiveReader reader(bytes);
    TermTable::archive(out, reader);
    return reader.all_read() ? std::optional(out) : std::nullopt;
}

TEST(TermTable, ThatWasKeptIsTheSameAndThatWasSpoiltIsRefused) {
    Draw draw(3);
    for (const std::size_t size : {1, 9, 300}) {
        const auto terms = drawn_terms(draw, size);
        const auto bytes = kept(table_of(terms));
        const auto same = read(bytes);
        ASSERT_TRUE(same && same->is_sound());
        for (const auto& [order, value] : terms)
            EXPECT_EQ(same->find(key_of(order)), value);
        for (int round = 0; round < 400; ++round) {
            auto spoilt = bytes;
            const auto at = draw.below(static_cast<std::uint32_t>(spoilt.size()));
            spoilt[at] = static_cast<std::uint8_t>(draw.below(256));
            const auto table = read(spoilt);
            if (!table || !table->is_sound()) continue;
            TermOrder before = 0; // another table, but one
            for (TermTable::Walk walk(*table, 0); walk.term() < table->size(); walk.next()) {
                EXPECT_LT(before, walk.order());
                before = walk.order();
                EXPECT_EQ(table->find(key_of(before)), table->value(walk.term()));
            }
        }
    }
}

} // namespace
} // namespace jishi::matching
