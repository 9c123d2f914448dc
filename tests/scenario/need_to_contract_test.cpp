// The main job, walked as its people walk it: real program, real sockets, real database.
#include "tests/scenario/market_walk.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace jishi::test {
namespace {

class NeedToContract : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        opened_ = open_market("need_to_contract");
        port_ = opened_.market->port();
        university_ = std::make_unique<Organisation>(join(port_, *opened_.bureau, "university", 1));
        enterprise_ = std::make_unique<Organisation>(join(port_, *opened_.bureau, "enterprise", 2));
        rival_ = std::make_unique<Organisation>(join(port_, *opened_.bureau, "enterprise", 3));
    }
    static void TearDownTestSuite() {
        EXPECT_EQ(opened_.market->stop(), 0) << opened_.market->log();
        opened_ = {};
    }
    static Person& bureau() { return *opened_.bureau; }
    static Person& university() { return university_->person; }
    static Person& enterprise() { return enterprise_->person; }
    static Person& rival() { return rival_->person; }

    // The match is told to the one who watches, explains itself, and is answered once by each side.
    static void
    expect_match(WsClient& live, const std::string& need, const std::string& achievement) {
        std::string pushed;
        while (pushed.find("match.propose") == std::string::npos) {
            const auto frame = live.read_text();
            ASSERT_TRUE(frame.has_value());
            pushed = *frame;
        }
        EXPECT_NE(pushed.find(achievement), std::string::npos);
        const auto matches = enterprise().get("/api/v1/needs/" + need + "/matches");
        ASSERT_GE(matches.count("items"), 1u) << matches.body;
        EXPECT_EQ(matches.text("items/0/listing/id"), achievement);
        EXPECT_NE(matches.text("items/0/summary_zh").find("石墨烯"), std::string::npos);
        const auto told = enterprise().get("/api/v1/matches?listing_id=" + need);
        ASSERT_EQ(told.count("items"), 1u);
        const auto match = "/api/v1/matches/" + told.text("items/0/id");
        EXPECT_EQ(enterprise().act(match, "accept").text("need/answer"), "accepted");
        EXPECT_EQ(university().act(match, "accept").text("mutual"), "true");
        EXPECT_EQ(university().act(match, "accept").code(), "already_answered");
    }

    // Offer, counter, accept; the deal's path.
    static std::string agree(const std::string& need, const std::string& achievement) {
        const auto opened = enterprise().post(
            "/api/v1/deals",
            R"({"achievement_id":")" + achievement + R"(","need_id":")" + need +
                R"(","action":"make_offer",)" + offer_json(60'000'000) + "}"
        );
        EXPECT_EQ(opened.status, 201) << opened.body;
        const auto deal = "/api/v1/deals/" + opened.text("id");
        EXPECT_TRUE(university().get(deal).lists("available_actions", "counter"));
        EXPECT_EQ(
            university().act(deal, "counter", offer_json(80'000'000)).text("state"),
            "counter_pending"
        );
        EXPECT_EQ(enterprise().act(deal, "accept").code(), "related_party_undeclared");
        EXPECT_EQ(
            enterprise().act(deal, "declare_related_party", R"("related_party":"no")").status, 200
        );
        const auto agreed = enterprise().act(deal, "accept");
        EXPECT_EQ(agreed.text("state"), "terms_agreed") << agreed.body;
        EXPECT_EQ(agreed.text("accepted_offer/terms/price/amount_fen"), "80000000");
        return deal;
    }

    // Draft, review, read, sign, sign.
    static void contract_on(const std::string& deal_id) {
        const auto drafted = university().post("/api/v1/contracts", contract_json(deal_id));
        ASSERT_EQ(drafted.status, 201) << drafted.body;
        const auto contract = "/api/v1/contracts/" + drafted.text("id");
        EXPECT_EQ(university().act(contract, "submit").text("state"), "in_review");
        EXPECT_EQ(enterprise().act(contract, "approve").text("state"), "signing");
        const auto document = enterprise().get(contract + "/document");
        EXPECT_NE(document.body.find("800000.00 元"), std::string::npos) << document.body;
        const Signing signing{
            deal_id, drafted.text("id"), enterprise().get(contract).text("document_hash")};
        auto wrong = signing;
        wrong.document_hash = std::string(64, '0');
        EXPECT_EQ(sign(enterprise(), wrong).code(), "document_changed");
        const auto key = fresh_key();
        EXPECT_EQ(sign(enterprise(), signing, key).text("state"), "signing");
        EXPECT_EQ(
            sign(enterprise(), signing, key).text("state"), "signing"
        ); // the same request again: the same answer
        EXPECT_EQ(sign(enterprise(), signing).code(), "already_signed");
        const auto effective = sign(university(), signing);
        EXPECT_EQ(effective.text("state"), "effective") << effective.body;
        EXPECT_EQ(effective.count("signatures"), 2u);
    }

    inline static Opened opened_;
    inline static std::uint16_t port_ = 0;
    inline static std::unique_ptr<Organisation> university_, enterprise_, rival_;
};

TEST_F(NeedToContract, FromTwoPostsToOneEffectiveContract) {
    WsClient live(
        "127.0.0.1", port_, "/api/v1/live", {{"Authorization", "Bearer " + enterprise().token()}}
    );
    ASSERT_EQ(live.status(), 101);
    live.send_text(R"({"type":"hello"})");
    EXPECT_NE(live.read_text()->find("ready"), std::string::npos);

    const auto need = publish(
        enterprise(),
        bureau(),
        "/api/v1/needs",
        need_json(
            "耐高温石墨烯导热膜制备",
            "需要耐受 300℃ 的石墨烯导热膜连续制备工艺，导热系数不低于 1200 W/mK"
        )
    );
    const auto achievement = publish(
        university(),
        bureau(),
        "/api/v1/achievements",
        achievement_json(
            "石墨烯导热膜卷对卷制备工艺",
            "石墨烯导热膜连续制备，耐温 320℃，导热系数 1400 W/mK，已完成中试"
        )
    );

    expect_match(live, need, achievement);
    const auto deal = agree(need, achievement);
    contract_on(deal.substr(deal.rfind('/') + 1));

    EXPECT_EQ(enterprise().get(deal).text("state"), "contracted");
    EXPECT_EQ(enterprise().get(deal).text("achievement/confidential"), "配方第 7 号");
    EXPECT_EQ(university().get("/api/v1/achievements/" + achievement).text("state"), "closed");
    EXPECT_TRUE(eventually([&] {
        return enterprise().get("/api/v1/needs/" + need + "/matches").count("items") == 0;
    })) << "a closed achievement is no longer matched";
}

TEST_F(NeedToContract, TwoBuyersWhoSignForOneExclusiveRightAtOnceGetOneContract) {
    for (int round = 0; round < 5; ++round) {
        const auto achievement = publish(
            university(),
            bureau(),
            "/api/v1/achievements",
            achievement_json(
                "独占标的" + std::to_string(round), "一项只能独占许可一次的涂层制备技术成果说明"
            )
        );
        const auto first = bring_to_signing(enterprise(), university(), achievement, 10'000'000);
        const auto second = bring_to_signing(rival(), university(), achievement, 11'000'000);
        ASSERT_EQ(sign(university(), first).status, 201);
        ASSERT_EQ(sign(university(), second).status, 201);
        Answer answers[2];
        std::thread one([&] { answers[0] = sign(enterprise(), first); });
        std::thread two([&] { answers[1] = sign(rival(), second); });
        one.join();
        two.join();
        const int won = answers[0].status == 201 ? 0 : 1;
        EXPECT_EQ(answers[won].status, 201) << answers[won].body;
        EXPECT_EQ(answers[won].text("state"), "effective");
        EXPECT_EQ(answers[1 - won].status, 409);
        EXPECT_EQ(answers[1 - won].code(), "listing_closed_by_contract") << answers[1 - won].body;
        auto& loser = won == 0 ? rival() : enterprise();
        const auto& lost = won == 0 ? second : first;
        EXPECT_EQ(loser.get("/api/v1/deals/" + lost.deal).text("state"), "closed_by_rival");
        EXPECT_EQ(loser.get("/api/v1/contracts/" + lost.contract).text("state"), "cancelled");
    }
}

TEST_F(NeedToContract, AnAnonymousNeedShowsItsOwnerNowhereUntilItRevealsItself) {
    const auto owner = enterprise_->id;
    const auto need = publish(
        enterprise(),
        bureau(),
        "/api/v1/needs",
        need_json(
            "匿名需求：水性聚氨酯胶黏剂初粘力",
            "水性聚氨酯胶黏剂在低温下初粘力不足，需改性方案",
            R"("confidentiality":"anonymous")"
        )
    );
    ASSERT_TRUE(eventually([&] {
        return university().get("/api/v1/needs?q=%E8%81%9A%E6%B0%A8%E9%85%AF").integer("total") ==
               1;
    }));
    Person public_reader(port_);
    const auto names_owner = [&](const Answer& answer) {
        return answer.body.find(owner) != std::string::npos;
    };
    EXPECT_FALSE(names_owner(public_reader.get("/api/v1/needs/" + need)));
    EXPECT_FALSE(names_owner(public_reader.get("/api/v1/needs?q=%E8%81%9A%E6%B0%A8%E9%85%AF")));
    EXPECT_EQ(
        public_reader.get("/api/v1/needs?owner=" + owner + "&q=%E8%81%9A%E6%B0%A8%E9%85%AF")
            .integer("total"),
        0
    );
    EXPECT_FALSE(names_owner(university().get("/api/v1/events?limit=100")));
    EXPECT_TRUE(names_owner(enterprise().get("/api/v1/needs/" + need)));

    const auto opened = university().post(
        "/api/v1/deals",
        R"({"need_id":")" + need + R"(","action":"make_offer",)" +
            offer_json(5'000'000, "non_exclusive_licence") + "}"
    );
    ASSERT_EQ(opened.status, 201) << opened.body;
    const auto deal = "/api/v1/deals/" + opened.text("id");
    for (const auto& path : {deal, deal + "/offers", deal + "/history"})
        EXPECT_FALSE(names_owner(university().get(path))) << path;
    const auto newest = university().get("/api/v1/deals?limit=1");
    EXPECT_EQ(newest.text("items/0/id"), opened.text("id"));
    EXPECT_FALSE(names_owner(newest));
    EXPECT_EQ(
        university().act(deal, "declare_related_party", R"("related_party":"no")").status, 200
    );
    EXPECT_EQ(enterprise().act(deal, "accept").code(), "identity_hidden");
    EXPECT_EQ(enterprise().act(deal, "reveal_identity").status, 200);
    EXPECT_TRUE(names_owner(university().get(deal)));
    EXPECT_EQ(enterprise().act(deal, "accept").text("state"), "terms_agreed");
}

TEST_F(NeedToContract, ABrokerActsByAMandateThatItsPrincipalAccepted) {
    auto intermediary = join(port_, bureau(), "intermediary", 4);
    auto& broker = intermediary.person;
    const auto achievement = publish(
        university(),
        bureau(),
        "/api/v1/achievements",
        achievement_json(
            "可降解地膜配方",
            "生物可降解地膜配方，崩解期可调，成本与普通地膜相近",
            R"("non_exclusive_licence")"
        )
    );
    const auto need = publish(
        enterprise(),
        bureau(),
        "/api/v1/needs",
        need_json("地膜残留治理", "地膜残留严重，寻找可降解地膜替代方案，成本不高于现有产品")
    );
    const auto open_body = R"({"achievement_id":")" + achievement + R"(","need_id":")" + need +
                           R"(","action":"make_offer",)" +
                           offer_json(7'000'000, "non_exclusive_licence") + "}";
    EXPECT_EQ(broker.post("/api/v1/deals", open_body).code(), "mandate_missing");
    const auto mandate = broker.post(
        "/api/v1/mandates", R"({"listing_id":")" + achievement + R"(","commission_bp":300})"
    );
    ASSERT_EQ(mandate.status, 201) << mandate.body;
    EXPECT_EQ(
        broker.post("/api/v1/deals", open_body).code(), "mandate_missing"
    ); // not accepted yet
    EXPECT_EQ(
        university().act("/api/v1/mandates/" + mandate.text("id"), "accept").text("state"),
        "accepted"
    );
    const auto opened = broker.post("/api/v1/deals", open_body);
    ASSERT_EQ(opened.status, 201) << opened.body;
    const auto seen = enterprise().get("/api/v1/deals/" + opened.text("id"));
    EXPECT_EQ(seen.text("seller/id"), university_->id);
    EXPECT_EQ(seen.text("current_offer/by"), "seller");
}

TEST_F(NeedToContract, ASocketEndsWhenThePasswordIsResetFromTheMachine) {
    auto other = join(port_, bureau(), "enterprise", 5);
    WsClient live(
        "127.0.0.1", port_, "/api/v1/live", {{"Authorization", "Bearer " + other.person.token()}}
    );
    live.send_text(R"({"type":"hello"})");
    live.read_text();
    const auto reset = run_jishi(
        {"user",
         "reset-password",
         "--data",
         opened_.data.string(),
         "--login",
         "enterprise.5",
         "--password",
         "another-long-password"}
    );
    EXPECT_EQ(reset.exit_code, 0) << reset.errors;
    while (live.read_text()) {
    }
    EXPECT_EQ(other.person.get("/api/v1/me").code(), "session_expired");
    Person again(port_, "enterprise.5", "another-long-password");
    EXPECT_EQ(again.get("/api/v1/me").status, 200);
}

TEST_F(NeedToContract, ASavedSearchIsToldOfANewListingOnce) {
    const auto saved = rival().post(
        "/api/v1/saved-searches",
        R"({"name":"超疏水","kind":"achievement","query":"q=%E8%B6%85%E7%96%8F%E6%B0%B4"})"
    );
    ASSERT_EQ(saved.status, 201) << saved.body;
    WsClient live(
        "127.0.0.1", port_, "/api/v1/live", {{"Authorization", "Bearer " + rival().token()}}
    );
    live.send_text(R"({"type":"hello"})");
    live.read_text();
    const auto id = publish(
        university(),
        bureau(),
        "/api/v1/achievements",
        achievement_json("超疏水自清洁涂层", "含氟硅超疏水涂层，接触角大于 155 度，耐磨")
    );
    std::string pushed;
    while (pushed.find("saved_search.hit") == std::string::npos) {
        const auto frame = live.read_text();
        ASSERT_TRUE(frame.has_value());
        pushed = *frame;
    }
    EXPECT_NE(pushed.find(id), std::string::npos);
}

} // namespace
} // namespace jishi::test
