#include "tests/matching/listings.hpp"

#include <gtest/gtest.h>

#include <cstring>

namespace jishi::matching {
namespace {

market::ListingContent content(market::Confidentiality confidentiality) {
    market::ListingContent out;
    out.title = "求购污泥干燥设备";
    out.summary = "日处理五十吨";
    out.confidential = "绝密配方";
    out.confidentiality = confidentiality;
    out.need.efficacy = "含水率降至四成";
    return out;
}

Document indexed(market::Confidentiality confidentiality) {
    return document_of(
        test::listing_id(market::ListingKind::need, 1),
        1,
        content(confidentiality),
        test::organisation(42),
        {}
    );
}

TEST(Anonymity, TheOwnerOfAnAnonymousNeedIsReachedByNoFilter) {
    const auto market = test::market_of({indexed(market::Confidentiality::anonymous)});
    SearchQuery query;
    query.kind = market::ListingKind::need;
    ASSERT_EQ(market->search(query)->hits.size(), 1u);
    EXPECT_TRUE(market->search(query)->hits[0].document->owner.is_null());
    for (int owner = 1; owner < 256; ++owner) {
        query.filters.owner = test::organisation(static_cast<std::uint8_t>(owner));
        EXPECT_TRUE(market->search(query)->hits.empty());
    }
}

TEST(Anonymity, TheOwnerOfAnOpenNeedIsFound) {
    const auto market = test::market_of({indexed(market::Confidentiality::open)});
    SearchQuery query;
    query.kind = market::ListingKind::need;
    query.filters.owner = test::organisation(42);
    EXPECT_EQ(market->search(query)->hits.size(), 1u);
}

TEST(Anonymity, AnAnonymousNeedStillKeepsAwayFromItsOwnersAchievements) {
    const auto own = indexed(market::Confidentiality::anonymous);
    auto offered = test::achievement(1, "污泥干燥设备");
    offered.sealed_owner = SealedOwner(test::organisation(42));
    EXPECT_EQ(exclusion_of(own, offered, 0), Exclusion::same_owner);
    offered.sealed_owner = SealedOwner(test::organisation(43));
    EXPECT_EQ(exclusion_of(own, offered, 0), std::nullopt);
    EXPECT_FALSE(same_owner(SealedOwner(), SealedOwner())); // nobody is not somebody's likeness
}

TEST(Anonymity, TheConfidentialPartIsInNoIndex) {
    const auto document = indexed(market::Confidentiality::open);
    EXPECT_EQ(document.body.find("绝密"), std::string::npos);
    EXPECT_NE(document.body.find("含水率"), std::string::npos);
    SearchQuery query;
    query.kind = market::ListingKind::need;
    query.text = "绝密配方";
    EXPECT_EQ(test::market_of({document})->search(query)->total, 0u);
}

} // namespace
} // namespace jishi::matching
