#include "market/ids.hpp"
#include "market/listing.hpp"
#include "tests/support/table.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace jishi::market {
namespace {

constexpr std::string_view alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

IdBytes random_bytes(std::mt19937& random) {
    IdBytes bytes;
    for (auto& byte : bytes)
        byte = static_cast<std::uint8_t>(random());
    return bytes;
}

IdBytes all_bytes(std::uint8_t byte) {
    IdBytes bytes;
    bytes.fill(byte);
    return bytes;
}

TEST(Ids, EveryIdRoundTripsThroughItsText) {
    std::mt19937 random(26);
    for (int round = 0; round < 20'000; ++round) {
        const auto bytes = random_bytes(random);
        const auto text = id_text(bytes);
        ASSERT_EQ(text.size(), 26u);
        ASSERT_EQ(text.find_first_not_of(alphabet), text.npos) << text;
        ASSERT_EQ(parse_id_text(text), bytes) << text;
    }
}

TEST(Ids, TheSmallestAndTheLargestIdAreWritten) {
    EXPECT_EQ(id_text(all_bytes(0)), "00000000000000000000000000");
    EXPECT_EQ(id_text(all_bytes(0xFF)), "7zzzzzzzzzzzzzzzzzzzzzzzzz");
    IdBytes one{};
    one.back() = 1;
    EXPECT_EQ(id_text(one), "00000000000000000000000001");
    EXPECT_TRUE(NeedId{}.is_null());
    EXPECT_FALSE(NeedId{one}.is_null());
}

TEST(Ids, TextsSortAsTheBytesDo) {
    std::mt19937 random(7);
    for (int round = 0; round < 20'000; ++round) {
        const auto a = random_bytes(random);
        auto b = random_bytes(random);
        if (round % 2) { // differ in one byte alone, anywhere
            const auto at = random() % b.size();
            const auto byte = b[at];
            b = a;
            b[at] = byte;
        }
        ASSERT_EQ(id_text(a) < id_text(b), a < b);
        ASSERT_EQ(NeedId{a} < NeedId{b}, a < b);
    }
}

TEST(Ids, NoOtherTextIsAnId) {
    tests::each_row<1>(
        R"(
        ""
        0000000000000000000000000          // 25 characters
        000000000000000000000000000        // 27
        80000000000000000000000000         // 129 bits
        zzzzzzzzzzzzzzzzzzzzzzzzzz
        0000000000000000000000000A         // upper case
        0000000000000000000000000i         // i, l, o and u are not digits
        0000000000000000000000000l
        0000000000000000000000000o
        0000000000000000000000000u
        0000000000000000000000000-
        "0000000000000000000000000 "
        -0000000000000000000000000
        /0000000000000000000000000
        )",
        [](const std::string& text) {
            EXPECT_FALSE(parse_id_text(text));
            EXPECT_FALSE(NeedId::parse("need_" + text));
        }
    );
}

TEST(Ids, AnIdOfAnotherKindIsRefusedByItsPrefix) {
    tests::each_row<2>(
        R"(
        need_06ez0000000000000000000000      yes
        ach_06ez0000000000000000000000       no
        NEED_06ez0000000000000000000000      no
        need-06ez0000000000000000000000      no
        need06ez0000000000000000000000       no
        needs_06ez0000000000000000000000     no
        " need_06ez0000000000000000000000"   no
        06ez0000000000000000000000           no
        _06ez0000000000000000000000          no
        need_                                no
        need                                 no
        ""                                   no
        )",
        [](const std::string& text, const std::string& accepted) {
            const auto id = NeedId::parse(text);
            ASSERT_EQ(id.has_value(), accepted == "yes");
            if (id) {
                EXPECT_EQ(id->text(), text);
            }
        }
    );
}

template<class... Ids>
std::set<std::string> prefixes_of() {
    return {Ids{}.text()...};
}

TEST(Ids, EveryKindHasItsOwnPrefix) {
    const auto prefixes = prefixes_of<
        OrganisationId,
        MemberId,
        SessionId,
        AchievementId,
        NeedId,
        MatchId,
        SavedSearchId,
        DealId,
        OfferId,
        MandateId,
        ContractId,
        EventId>();
    EXPECT_EQ(prefixes.size(), 12u);
    EXPECT_EQ(OrganisationId{}.text(), "org_00000000000000000000000000");
}

TEST(ListingIds, AListingIdTellsItsKind) {
    std::mt19937 random(3);
    for (const auto kind : {ListingKind::achievement, ListingKind::need}) {
        const ListingId id{kind, random_bytes(random)};
        EXPECT_TRUE(id.text().starts_with(kind == ListingKind::need ? "need_" : "ach_"));
        EXPECT_EQ(ListingId::parse(id.text()), id);
    }
    const auto bytes = random_bytes(random);
    EXPECT_EQ((ListingId{ListingKind::need, bytes}.text()), NeedId{bytes}.text());
    EXPECT_EQ((ListingId{ListingKind::achievement, bytes}.text()), AchievementId{bytes}.text());
    EXPECT_NE((ListingId{ListingKind::achievement, bytes}), (ListingId{ListingKind::need, bytes}));
}

TEST(ListingIds, NothingElseIsAListing) {
    for (const auto* text :
         {"",
          "need_",
          "ach_",
          "org_00000000000000000000000000",
          "need_0",
          "00000000000000000000000000"})
        EXPECT_FALSE(ListingId::parse(text)) << text;
}

} // namespace
} // namespace jishi::market
