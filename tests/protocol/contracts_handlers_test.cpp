#include "tests/protocol/market_house.hpp"

namespace jishi::protocol::house {

namespace {

using market::ListingKind;
using market::OrganisationKind;

std::string action(std::string_view name) {
    return R"({"action":")" + std::string(name) + R"("})";
}
std::string action_because(std::string_view name) {
    return R"({"action":")" + std::string(name) + R"(","reason":"条款有误"})";
}

// Two sides that agreed on an exclusive licence.
struct Agreed : MarketHouse {
    Person seller = join(OrganisationKind::university, "seller");
    Person buyer = join(OrganisationKind::enterprise, "buyer");
    std::string achievement = publish(seller, ListingKind::achievement);
    std::string deal = agree(buyer);

    std::string agree(const Person& with) {
        const auto until = market::format_instant(now + 10 * market::day_us);
        const auto opened = post(
            "/api/v1/deals",
            with,
            R"({"achievement_id":")" + achievement +
                R"(","action":"make_offer","offer":{"terms":{"mode":"exclusive_licence","price":{"amount_fen":1000000},)"
                R"("payment_mode":"entry_fee_plus_royalty","instalments":[{"label":"入门费","amount_fen":1000000}],)"
                R"("royalty_bp":150,"royalty_base":"product_sales","territory":"中国","valid_to":"2030-12-31",)"
                R"("deliverables":"工艺包","acceptance":"样品合格"},"valid_until":")" +
                until + R"("}})"
        );
        EXPECT_EQ(opened.outcome(), "201");
        act(opened.location, with, R"({"action":"declare_related_party","related_party":"no"})");
        EXPECT_EQ(act(opened.location, seller, action("accept")).at("/state"), "terms_agreed");
        return opened.location;
    }
    static std::string content(std::string_view project) {
        return R"("kind":"licence","sub_kind":"know_how_licence","project_name":")" +
               std::string(project) +
               R"(","subject":"正极材料制备技术","confidentiality":"五年内保密","results_ownership":"各自所有",)"
               R"("valid_from":"2026-12-01","valid_to":"2030-12-31",)"
               R"("non_technical":[{"label":"设备","amount_fen":200000}])";
    }
    std::string draft(const std::string& on) {
        const auto id = on.substr(on.rfind('/') + 1);
        const auto drafted = post(
            "/api/v1/contracts", buyer, R"({"deal_id":")" + id + R"(",)" + content("项目一") + "}"
        );
        EXPECT_EQ(drafted.outcome(), "201");
        return drafted.location;
    }
    Answer sign(const std::string& contract, const Person& who, const std::string& hash) {
        return post(contract + "/signatures", who, R"({"document_hash":")" + hash + R"("})");
    }
};

} // namespace

TEST(Contracts, AreDraftedReviewedSignedByBothAndThenInForce) {
    Agreed house;
    const auto contract = house.draft(house.deal);
    const auto drafted = house.get(contract, house.seller);
    EXPECT_EQ(drafted.at("/state"), "draft");
    EXPECT_EQ(drafted.at("/drafter"), "buyer");
    EXPECT_EQ(drafted.at("/your_side"), "seller");
    EXPECT_EQ(drafted.at("/technology_amount/amount_fen"), "800000");
    EXPECT_EQ(drafted.at("/terms/royalty_bp"), "150");
    EXPECT_EQ(drafted.at("/terms/royalty_base"), "product_sales");
    EXPECT_EQ(house.get(contract, house.buyer).at("/available_actions"), "[revise submit cancel]");

    const auto etag = drafted.etag;
    const auto revised = house.send(
        "PUT",
        contract,
        house.buyer.token,
        {.body = "{" + Agreed::content("项目二") + "}", .etag = etag}
    );
    EXPECT_EQ(revised.at("/content/project_name"), "项目二");
    EXPECT_NE(revised.at("/document_hash"), drafted.at("/document_hash"));
    EXPECT_EQ(
        house
            .send(
                "PUT",
                contract,
                house.buyer.token,
                {.body = "{" + Agreed::content("项目三") + "}", .etag = etag}
            )
            .outcome(),
        "412 version_stale"
    );
    EXPECT_EQ(house.act(contract, house.buyer, action("submit")).at("/state"), "in_review");
    EXPECT_EQ(
        house.act(contract, house.seller, action_because("return_to_drafter")).at("/state_reason"),
        "条款有误"
    );
    house.act(contract, house.buyer, action("submit"));
    EXPECT_EQ(house.act(contract, house.seller, action("approve")).at("/state"), "signing");

    const auto document = house.get(contract + "/document", house.seller);
    EXPECT_TRUE(document.mentions("项目名称：项目二"));
    const auto hash = sha256_hex(document.body);
    EXPECT_EQ(
        house.sign(contract, house.seller, drafted.at("/document_hash")).outcome(),
        "409 document_changed"
    );
    EXPECT_EQ(house.sign(contract, house.seller, hash).at("/signatures/0/side"), "seller");
    EXPECT_EQ(house.sign(contract, house.seller, hash).outcome(), "409 already_signed");
    EXPECT_EQ(house.get(contract, house.seller).at("/available_actions"), "[decline]");
    const auto signed_by_both = house.sign(contract, house.buyer, hash);
    EXPECT_EQ(signed_by_both.at("/state"), "effective");
    EXPECT_NE(signed_by_both.at("/effective_at"), "null");
    EXPECT_EQ(house.get(house.deal, house.buyer).at("/state"), "contracted");

    const auto history = house.get(contract + "/history", house.buyer);
    EXPECT_EQ(history.at("/items/0/name"), "contract.create");
    EXPECT_EQ(history.at("/items/7/to"), "effective");
    EXPECT_FALSE(history.mentions("mem_"));
    EXPECT_EQ(
        house.get("/api/v1/contracts?state=effective", house.seller).at("/items/0/project_name"),
        "项目二"
    );
}

TEST(Contracts, CloseTheRivalsOfAnExclusiveLicence) {
    Agreed house;
    const auto rival = house.join(OrganisationKind::enterprise, "rival");
    const auto lost = house.agree(rival);
    const auto contract = house.draft(house.deal);
    house.act(contract, house.buyer, action("submit"));
    house.act(contract, house.seller, action("approve"));
    const auto hash = house.get(contract, house.buyer).at("/document_hash");
    house.sign(contract, house.buyer, hash);
    EXPECT_EQ(house.sign(contract, house.seller, hash).at("/state"), "effective");
    EXPECT_EQ(house.get(lost, rival).at("/state"), "closed_by_rival");
    EXPECT_FALSE(house.get(lost + "/history", rival).mentions(house.buyer.organisation));
}

TEST(Contracts, TellWhatIsMissingOrDoesNotAgree) {
    Agreed house;
    const auto id = house.deal.substr(house.deal.rfind('/') + 1);
    const auto drafted = [&](std::string content, const std::string& from, const std::string& to) {
        content.replace(content.find(from), from.size(), to);
        return house
            .post(
                "/api/v1/contracts", house.buyer, R"({"deal_id":")" + id + R"(",)" + content + "}"
            )
            .outcome();
    };
    const auto content = Agreed::content("项目");
    EXPECT_EQ(drafted(content, "五年内保密", ""), "422 invalid_fields /confidentiality missing");
    EXPECT_EQ(
        drafted(content, R"("amount_fen":200000)", R"("amount_fen":1000000)"),
        "422 invalid_fields /non_technical too_large"
    );
    EXPECT_EQ(
        drafted(content, "know_how_licence", "patent_licence"),
        "422 invalid_fields /ip_items too_few"
    );
    EXPECT_EQ(
        drafted(content, "2026-12-01", "2026-02-30"), "422 invalid_fields /valid_from bad_format"
    );
    EXPECT_EQ(drafted(content, "项目", "项目"), "201");
    EXPECT_EQ(drafted(content, "项目", "项目"), "409 contract_exists");
}

TEST(Contracts, AreForTheirTwoSidesAndTheOperator) {
    Agreed house;
    const auto contract = house.draft(house.deal);
    const auto stranger = house.join(OrganisationKind::enterprise, "stranger");
    for (const auto* part : {"", "/document", "/history"})
        EXPECT_EQ(house.get(contract + part, stranger).outcome(), "404 not_found") << part;
    EXPECT_EQ(house.get("/api/v1/contracts", stranger).at("/items/0"), "null");
    EXPECT_EQ(house.sign(contract, stranger, std::string(64, 'a')).outcome(), "404 not_found");
    EXPECT_EQ(house.get(contract, house.operate()).at("/your_side"), "null");
    EXPECT_EQ(
        house.act(contract, house.seller, action("sign")).outcome(),
        "422 invalid_fields /action not_one_of"
    );
}

} // namespace jishi::protocol::house
