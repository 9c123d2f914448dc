#include "tests/protocol/market_house.hpp"

namespace jishi::protocol::house {

namespace {

using market::Confidentiality;
using market::ListingKind;
using market::OrganisationKind;

// A university with an achievement, an enterprise that may want it.
struct Market : MarketHouse {
    Person seller = join(OrganisationKind::university, "seller");
    Person buyer = join(OrganisationKind::enterprise, "buyer");
    std::string achievement = publish(seller, ListingKind::achievement);

    std::string offer(int amount_fen = 1'250'000) const {
        const auto amount = std::to_string(amount_fen);
        return R"("offer":{"terms":{"mode":"exclusive_licence","price":{"amount_fen":)" + amount +
               R"(},"payment_mode":"instalment","instalments":[{"label":"签约","amount_fen":)" +
               amount +
               R"(,"due_on":"2027-01-31"},{"label":"验收","amount_fen":100}],"deliverables":"工艺包","acceptance":"样品合格"},)"
               R"("message":"请审阅","valid_until":")" +
               market::format_instant(now + 10 * market::day_us) + R"("})";
    }
    // The instalments are the price and 100 fen more.
    std::string fair_offer() const {
        auto text = offer();
        const std::string price = R"("price":{"amount_fen":1250000})";
        return text.replace(
            text.find(price), price.size(), R"("price":{"amount_fen":1250100,"currency":"CNY"})"
        );
    }
    std::string inquire() {
        const auto opened = post(
            "/api/v1/deals",
            buyer,
            R"({"achievement_id":")" + achievement + R"(","action":"inquire","message":"您好"})"
        );
        EXPECT_EQ(opened.outcome(), "201");
        return opened.location;
    }
};

std::string action(std::string_view name) {
    return R"({"action":")" + std::string(name) + R"("})";
}
std::string action_because(std::string_view name) {
    return R"({"action":")" + std::string(name) + R"(","reason":"另有打算"})";
}

} // namespace

TEST(Deals, GoFromAnInquiryOverOffersToAgreedTerms) {
    Market house;
    const auto deal = house.inquire();
    const auto seen = house.get(deal, house.seller);
    EXPECT_EQ(seen.at("/state"), "inquiry");
    EXPECT_EQ(seen.at("/your_side"), "seller");
    EXPECT_EQ(seen.at("/buyer/id"), house.buyer.organisation);
    EXPECT_EQ(seen.at("/achievement/title"), "高镍正极材料制备方法");
    EXPECT_EQ(seen.at("/need"), "null");
    EXPECT_EQ(seen.at("/current_offer"), "null");
    EXPECT_EQ(seen.at("/available_actions"), "[make_offer withdraw]");

    EXPECT_EQ(
        house.act(deal, house.seller, R"({"action":"make_offer",)" + house.offer() + "}").outcome(),
        "422 invalid_fields /offer/terms/instalments sum_mismatch"
    );
    EXPECT_EQ(
        house.act(deal, house.seller, action("make_offer")).outcome(),
        "422 invalid_fields /offer missing"
    );
    const auto offered =
        house.act(deal, house.seller, R"({"action":"make_offer",)" + house.fair_offer() + "}");
    EXPECT_EQ(offered.at("/state"), "offer_pending");
    EXPECT_EQ(offered.at("/current_offer/by"), "seller");
    EXPECT_EQ(offered.at("/current_offer/terms/price/amount_fen"), "1250100");
    EXPECT_EQ(offered.at("/current_offer/terms/instalments/0/due_on"), "2027-01-31");
    EXPECT_EQ(
        house.act(deal, house.buyer, R"({"action":"counter",)" + house.fair_offer() + "}")
            .at("/offer_count"),
        "2"
    );
    EXPECT_EQ(
        house.act(deal, house.seller, action("accept")).outcome(), "409 related_party_undeclared"
    );
    EXPECT_EQ(
        house.act(deal, house.seller, action("declare_related_party")).outcome(),
        "422 invalid_fields /related_party missing"
    );
    const std::string declared = R"({"action":"declare_related_party","related_party":"no"})";
    EXPECT_EQ(house.act(deal, house.seller, declared).at("/related_party"), "no");
    EXPECT_EQ(house.act(deal, house.buyer, action("accept")).outcome(), "403 not_permitted");
    const auto agreed = house.act(deal, house.seller, action("accept"));
    EXPECT_EQ(agreed.at("/state"), "terms_agreed");
    EXPECT_EQ(agreed.at("/accepted_offer/by"), "buyer");
    EXPECT_EQ(agreed.at("/accepted_offer/terms_hash"), agreed.at("/terms_hash"));

    const auto offers = house.get(deal + "/offers", house.buyer);
    EXPECT_EQ(offers.at("/items/0/by") + " " + offers.at("/items/1/by"), "seller buyer");
    EXPECT_EQ(offers.at("/items/0/message"), "请审阅");
    const auto history = house.get(deal + "/history", house.buyer);
    EXPECT_EQ(history.at("/items/0/name"), "deal.inquire");
    EXPECT_EQ(history.at("/items/4/name"), "deal.accept");
    EXPECT_EQ(history.at("/items/4/to"), "terms_agreed");
    EXPECT_FALSE(history.mentions("mem_"));
}

TEST(Deals, AreHiddenFromStrangersAndShownToTheOperator) {
    Market house;
    const auto deal = house.inquire();
    const auto stranger = house.join(OrganisationKind::enterprise, "stranger");
    for (const auto* part : {"", "/offers", "/history"})
        EXPECT_EQ(house.get(deal + part, stranger).outcome(), "404 not_found") << part;
    EXPECT_EQ(house.get("/api/v1/deals", stranger).at("/items/0"), "null");
    EXPECT_EQ(
        house
            .send(
                "POST",
                deal + "/actions",
                stranger.token,
                {.body = action_because("withdraw"), .etag = "\"v1\""}
            )
            .outcome(),
        "404 not_found"
    );
    EXPECT_EQ(house.get(deal, house.operate()).at("/your_side"), "null");
    EXPECT_EQ(
        house.act(deal, house.operate(), action_because("operator_withdraw")).at("/state"),
        "withdrawn"
    );
    EXPECT_EQ(
        house.get("/api/v1/deals?state=withdrawn", house.buyer).at("/items/0/state_reason"),
        "另有打算"
    );
    EXPECT_EQ(house.get("/api/v1/deals?state=inquiry", house.buyer).at("/items/0"), "null");
}

TEST(Deals, ShowNoConfidentialTextBeforeTheContractIsInForce) {
    Market house;
    const auto deal = house.inquire();
    EXPECT_EQ(house.get(deal, house.buyer).at("/achievement/confidential"), "null");
    EXPECT_EQ(house.get(deal, house.seller).at("/achievement/confidential"), "烧结温度 742 摄氏度");
    house.act(deal, house.seller, R"({"action":"make_offer",)" + house.fair_offer() + "}");
    house.act(deal, house.buyer, R"({"action":"declare_related_party","related_party":"yes"})");
    EXPECT_EQ(
        house.act(deal, house.buyer, action("accept")).at("/achievement/confidential"), "null"
    );
}

TEST(Deals, KeepAnAnonymousBuyerHiddenUntilItRevealsItself) {
    Market house;
    const auto need = house.publish(house.buyer, ListingKind::need, Confidentiality::anonymous);
    const auto opened = house.post(
        "/api/v1/deals",
        house.seller,
        R"({"need_id":")" + need + R"(","action":"make_offer",)" + house.fair_offer() + "}"
    );
    EXPECT_EQ(opened.outcome(), "201");
    const auto deal = opened.location;
    EXPECT_EQ(opened.at("/buyer"), "null");
    EXPECT_EQ(opened.at("/buyer_hidden"), "true");
    EXPECT_EQ(
        house.act(deal, house.buyer, R"({"action":"counter",)" + house.fair_offer() + "}")
            .at("/your_side"),
        "buyer"
    );
    for (const auto* address : {"", "/offers", "/history"}) {
        const auto seen = house.get(deal + address, house.seller);
        EXPECT_EQ(seen.outcome(), "200");
        EXPECT_FALSE(seen.mentions(house.buyer.organisation)) << address;
        EXPECT_FALSE(seen.mentions(house.buyer.member)) << address;
        EXPECT_FALSE(seen.mentions("机构 buyer")) << address;
    }
    EXPECT_FALSE(house.get("/api/v1/deals", house.seller).mentions(house.buyer.organisation));
    house.act(deal, house.buyer, R"({"action":"declare_related_party","related_party":"no"})");
    EXPECT_EQ(house.act(deal, house.seller, action("accept")).outcome(), "409 identity_hidden");
    EXPECT_EQ(house.act(deal, house.buyer, action("reveal_identity")).at("/buyer_hidden"), "false");
    EXPECT_EQ(house.get(deal, house.seller).at("/buyer/name"), "机构 buyer");
    EXPECT_EQ(house.act(deal, house.seller, action("accept")).at("/state"), "terms_agreed");
}

TEST(Deals, ActOnTheVersionThatWasReadAndOncePerKey) {
    Market house;
    const auto deal = house.inquire();
    const MarketHouse::Sending sending{
        .body = action_because("withdraw"), .etag = "\"v1\"", .key = "k"};
    const auto stale = house.send(
        "POST",
        deal + "/actions",
        house.buyer.token,
        {.body = action_because("withdraw"), .etag = "\"v4294967297\""}
    );
    EXPECT_EQ(stale.outcome(), "412 version_stale");
    EXPECT_EQ(
        house.send("POST", deal + "/actions", house.buyer.token, sending).at("/state"), "withdrawn"
    );
    EXPECT_TRUE(house.send("POST", deal + "/actions", house.buyer.token, sending).replayed);
    EXPECT_EQ(house.get(deal, house.buyer).etag, "\"v2\"");
}

TEST(Deals, RefuseAnOpeningThatNamesNothing) {
    Market house;
    const auto open = [&](const std::string& body) {
        return house.post("/api/v1/deals", house.buyer, body).outcome();
    };
    EXPECT_EQ(open(action("inquire")), "422 invalid_fields /achievement_id missing");
    EXPECT_EQ(
        open(R"({"need_id":")" + house.achievement + R"(","action":"inquire"})"),
        "422 invalid_fields /need_id bad_format"
    );
    EXPECT_EQ(
        open(R"({"achievement_id":")" + house.achievement + R"(","action":"accept"})"),
        "422 invalid_fields /action not_one_of"
    );
    EXPECT_EQ(
        open(R"({"achievement_id":"ach_00000000000000000000000001","action":"inquire"})"),
        "422 invalid_fields /achievement_id not_found"
    );
}

TEST(Mandates, TellTheBrokerWhoseListingItIsWhenTheyAreAccepted) {
    Market house;
    const auto broker = house.join(OrganisationKind::intermediary, "broker");
    const auto need = house.publish(house.buyer, ListingKind::need, Confidentiality::anonymous);
    const auto offered = house.post(
        "/api/v1/mandates",
        broker,
        R"({"listing_id":")" + need + R"(","commission_bp":300,"note":"可代理"})"
    );
    EXPECT_EQ(offered.outcome(), "201");
    const auto mandate = offered.location;
    EXPECT_EQ(offered.at("/principal"), "null");
    for (const auto& address : {mandate, std::string("/api/v1/mandates")}) {
        const auto seen = house.get(address, broker);
        EXPECT_EQ(seen.outcome(), "200");
        EXPECT_FALSE(seen.mentions(house.buyer.organisation));
    }
    EXPECT_EQ(house.get(mandate, house.seller).outcome(), "404 not_found");
    EXPECT_EQ(house.get(mandate, house.buyer).at("/available_actions"), "[accept decline]");
    EXPECT_EQ(house.get(mandate, house.buyer).at("/broker_organisation/id"), broker.organisation);
    EXPECT_EQ(house.act(mandate, house.buyer, action("accept")).at("/state"), "accepted");
    EXPECT_EQ(house.get(mandate, broker).at("/principal/id"), house.buyer.organisation);
    EXPECT_EQ(house.act(mandate, broker, action("end")).at("/state"), "ended");
}

TEST(Mandates, LetTheBrokerSeeTheDealsItOpensForItsPrincipal) {
    Market house;
    const auto broker = house.join(OrganisationKind::intermediary, "broker");
    const auto mandate = house.post(
        "/api/v1/mandates",
        broker,
        R"({"listing_id":")" + house.achievement + R"(","commission_bp":3000})"
    );
    EXPECT_EQ(mandate.outcome(), "201");
    house.act(mandate.location, house.seller, action("accept"));
    const auto need = house.publish(house.buyer, ListingKind::need);
    const auto opened = house.post(
        "/api/v1/deals",
        broker,
        R"({"achievement_id":")" + house.achievement + R"(","need_id":")" + need +
            R"(","action":"inquire"})"
    );
    EXPECT_EQ(opened.outcome(), "201");
    const auto seen = house.get(opened.location, broker);
    EXPECT_EQ(seen.at("/seller/id"), house.seller.organisation);
    EXPECT_EQ(seen.at("/achievement/confidential"), "null");
    EXPECT_EQ(
        house
            .post(
                "/api/v1/mandates",
                broker,
                R"({"listing_id":")" + need + R"(","commission_bp":3001})"
            )
            .outcome(),
        "422 invalid_fields /commission_bp too_large"
    );
}

} // namespace jishi::protocol::house
