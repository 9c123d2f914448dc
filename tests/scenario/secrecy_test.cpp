// What is not told: other people's things in lists, confidential texts, and who stands behind an
// anonymous need, wherever it could have been named.
#include "tests/scenario/crowded_market.hpp"

#include <gtest/gtest.h>

namespace jishi::test {
namespace {

CrowdedMarket& market() {
    return CrowdedMarket::instance();
}

TEST(Secrecy, ListsShowNobodyWhatHeMayNotOpen) {
    for (const auto& name : market().people())
        for (const auto* path :
             {"/api/v1/deals",
              "/api/v1/contracts",
              "/api/v1/mandates",
              "/api/v1/matches",
              "/api/v1/my/listings"}) {
            auto& person = market().person(name);
            const auto list = person.get(std::string(path) + "?limit=100");
            for (std::size_t i = 0; i < list.count("items"); ++i) {
                const auto id = list.text("items/" + std::to_string(i) + "/id");
                const auto folder = std::string(path) != "/api/v1/my/listings" ? path
                                    : id.starts_with("ach") ? "/api/v1/achievements"
                                                            : "/api/v1/needs";
                EXPECT_EQ(person.get(std::string(folder) + "/" + id).status, 200)
                    << name << " " << id;
            }
        }
    for (const auto& thing :
         {"other/deal",
          "other/contract",
          "other/match",
          "other/achievement",
          "other/need",
          "other/mandate",
          "other/waiting_need"})
        for (const auto& name : {"full", "rival", "unverified", "broker"})
            for (const auto* path :
                 {"/api/v1/deals",
                  "/api/v1/contracts",
                  "/api/v1/mandates",
                  "/api/v1/matches",
                  "/api/v1/my/listings",
                  "/api/v1/events"})
                EXPECT_EQ(
                    market()
                        .person(name)
                        .get(std::string(path) + "?limit=100")
                        .body.find(market().id(thing)),
                    std::string::npos
                ) << name
                  << " " << path << " " << thing;
}

TEST(Secrecy, MembersTokensAndSavedSearchesAreShownToTheirOwnersAlone) {
    for (const auto& name : {"rival", "unverified", "broker", "operator", "partner"})
        for (const auto* path : {"/api/v1/members", "/api/v1/tokens", "/api/v1/saved-searches"}) {
            const auto list = market().person(name).get(path);
            EXPECT_EQ(list.status, 200);
            for (const auto* thing :
                 {"own/member",
                  "own/token",
                  "own/saved_search",
                  "other/member",
                  "other/token",
                  "other/saved_search"})
                EXPECT_EQ(list.body.find(market().id(thing)), std::string::npos)
                    << name << " " << path << " " << thing;
        }
    // Even within one organisation a token and a saved search are personal.
    EXPECT_EQ(market().person("admin").get("/api/v1/tokens").count("items"), 0u);
    EXPECT_EQ(market().person("admin").get("/api/v1/saved-searches").count("items"), 0u);
    EXPECT_NE(
        market().person("admin").get("/api/v1/members").body.find(market().id("own/member")),
        std::string::npos
    );
}

TEST(Secrecy, NoConfidentialTextIsShownBeforeAContractIsInForce) {
    const std::string secret = "配方第 7 号"; // of every achievement here
    const auto shown = [&](const char* name, const std::string& path) {
        return market().person(name).get(path).body.find(secret) != std::string::npos;
    };
    const auto achievement = "/api/v1/achievements/" + market().id("public/achievement");
    EXPECT_TRUE(shown("seller", achievement));
    EXPECT_TRUE(shown("operator", achievement));
    for (const auto* name : {"nobody", "full", "rival", "unverified", "broker"})
        EXPECT_FALSE(shown(name, achievement)) << name;
    const auto deal = "/api/v1/deals/" + market().id("own/deal"),
               agreed = "/api/v1/deals/" + market().id("own/agreed_deal");
    for (const auto& path : {deal, agreed})
        EXPECT_FALSE(shown("partner", path)) << path;
    for (const auto* name : {"nobody", "rival", "unverified", "broker"})
        for (const auto* path :
             {"/api/v1/events?limit=500",
              "/api/v1/achievements?limit=50",
              "/api/v1/deals?limit=100"})
            EXPECT_FALSE(shown(name, path)) << name << " " << path;
}

// Everything that is pushed to `name` when it asks for the whole past.
std::string heard_live(const std::string& name) {
    WsClient live(
        "127.0.0.1",
        market().port(),
        "/api/v1/live",
        {{"Authorization", "Bearer " + market().person(name).token()}}
    );
    live.send_text(R"({"type":"hello","after":0})");
    std::string all;
    while (const auto frame = live.read_text()) {
        all += *frame + "\n";
        if (frame->find("\"ready\"") != std::string::npos) break;
    }
    return all;
}

TEST(Secrecy, TheOwnerOfAnAnonymousNeedIsNamedToNobodyElse) {
    const auto need = market().id("public/need");
    const auto deal = "/api/v1/deals/" + market().id("hidden/deal"),
               brokered = "/api/v1/deals/" + market().id("hidden/brokered_deal");
    const auto owner = market().hidden_marks().front();
    for (const auto& name : market().people()) {
        if (name == "hidden" || name == "second_broker" || name == "operator") continue;
        auto& person = market().person(name);
        for (const auto& path :
             {"/api/v1/needs/" + need,
              "/api/v1/needs/" + need + "/matches?limit=50",
              "/api/v1/needs/" + need + "/revisions/1",
              "/api/v1/needs/" + need + "/history",
              std::string("/api/v1/needs?limit=50"),
              "/api/v1/needs?owner=" + owner,
              deal,
              deal + "/offers",
              deal + "/history",
              brokered,
              brokered + "/offers",
              brokered + "/history",
              std::string("/api/v1/deals?limit=100"),
              std::string("/api/v1/mandates?limit=100"),
              "/api/v1/mandates/" + market().id("hidden/mandate"),
              "/api/v1/matches?limit=100&listing_id=" + need,
              std::string("/api/v1/matches?limit=100"),
              std::string("/api/v1/organisations?limit=100"),
              std::string("/metrics")})
            person.get(path);
        for (std::int64_t after = 0;;) {
            const auto page = person.get("/api/v1/events?limit=500&after=" + std::to_string(after));
            if (page.status != 200 || page.integer("last_seq") == after) break;
            after = page.integer("last_seq");
        }
        if (person.get("/api/v1/me").status != 200) continue;
        const auto heard = heard_live(name);
        EXPECT_NE(heard.find("ready"), std::string::npos);
        for (const auto& mark : market().hidden_marks())
            EXPECT_EQ(heard.find(mark), std::string::npos) << name << " hears " << mark;
    }
    for (const auto& leak : market().leaks())
        ADD_FAILURE() << leak;

    // The search for it finds things: these are the places where it could have been named.
    const auto names_it = [&](const char* name, const std::string& path) {
        return market().person(name).get(path).body.find(owner) != std::string::npos;
    };
    EXPECT_TRUE(names_it("hidden", "/api/v1/needs/" + need));
    EXPECT_TRUE(names_it("operator", deal));
    EXPECT_EQ(market().person("full").get(deal).status, 200);
    EXPECT_EQ(market().person("full").get(deal + "/offers").count("items"), 2u);
    EXPECT_EQ(market().person("full").get(brokered).status, 200);
    EXPECT_EQ(
        market().person("broker").get("/api/v1/mandates/" + market().id("hidden/mandate")).status,
        200
    );
    EXPECT_GE(
        market().person("full").get("/api/v1/matches?listing_id=" + need).count("items") +
            market().person("full").get("/api/v1/needs/" + need + "/matches").count("items"),
        1u
    );
    EXPECT_EQ(market().person("nobody").get("/api/v1/needs?owner=" + owner).integer("total"), 0);
}

// Who guesses the owner of an anonymous need and proposes a deal between it and a thing of that
// owner, learns nothing.
TEST(Secrecy, AnAnonymousOwnerIsNotFoundOutByProposingDeals) {
    auto& owner = market().person("partner");
    auto& bureau = market().person("operator");
    const auto need = publish(
        owner,
        bureau,
        "/api/v1/needs",
        need_json(
            "匿名的另一需求", "不愿具名的需求的公开介绍文字", R"("confidentiality":"anonymous")"
        )
    );
    const auto achievement = publish(
        owner,
        bureau,
        "/api/v1/achievements",
        achievement_json("具名的成果", "同一机构具名发布的成果介绍")
    );
    for (const auto* name : {"rival", "dealer", "broker", "full"}) {
        const auto propose = [&](const std::string& with) {
            return market().person(name).post(
                "/api/v1/deals",
                R"({"achievement_id":")" + with + R"(","need_id":")" + need +
                    R"(","action":"inquire"})"
            );
        };
        const auto guessed = propose(achievement),
                   unrelated = propose(market().id("public/achievement"));
        EXPECT_EQ(guessed.code(), unrelated.code()) << name;
        EXPECT_EQ(guessed.status, 403) << name;
    }
}

TEST(Secrecy, WhatIsHiddenAnswersAsWhatIsAbsent) {
    const std::string none(26, '0');
    auto& rival = market().person("rival");
    auto& broker = market().person("broker");
    const auto same = [](const Answer& hidden, const Answer& absent) {
        EXPECT_EQ(hidden.code(), absent.code());
        EXPECT_EQ(
            hidden.text("errors/0/pointer") + hidden.text("errors/0/reason"),
            absent.text("errors/0/pointer") + absent.text("errors/0/reason")
        );
        EXPECT_EQ(hidden.text("detail"), absent.text("detail"));
    };
    const auto open = [&](const std::string& id) {
        return rival.post(
            "/api/v1/deals", R"({"achievement_id":")" + id + R"(","action":"inquire"})"
        );
    };
    same(open(market().id("other/achievement")), open("ach_" + none));
    const auto offer = [&](const std::string& id) {
        return broker.post(
            "/api/v1/mandates", R"({"listing_id":")" + id + R"(","commission_bp":1})"
        );
    };
    same(offer(market().id("other/need")), offer("need_" + none));
    const auto draft = [&](const std::string& id) {
        return rival.post("/api/v1/contracts", contract_json(id));
    };
    same(draft(market().id("other/agreed_deal")), draft("deal_" + none));
    const auto matches = [&](const std::string& id) {
        return rival.get("/api/v1/matches?listing_id=" + id);
    };
    EXPECT_EQ(matches(market().id("other/need")).body, matches("need_" + none).body);
}

} // namespace
} // namespace jishi::test
