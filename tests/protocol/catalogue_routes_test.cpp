#include "market/matches.hpp"
#include "protocol/explanation_json.hpp"
#include "protocol/live_json.hpp"
#include "tests/protocol/desk.hpp"

#include <algorithm>

namespace jishi::protocol::test {
namespace {

std::string listing(const std::string& title, const std::string& more = {}) {
    return R"({"title":")" + title + R"(","summary":")" + title +
           R"(，性能稳定，可以批量制备，已经完成中试验证。","fields":["new_materials"],"modes":["transfer"],
               "division":"330100","trl":6)" +
           more + "}";
}

std::vector<std::string> ids_of(const json::Array& items, bool nested) {
    std::vector<std::string> ids;
    for (const auto item : items)
        ids.emplace_back((nested ? item.object().object("listing") : item.object()).text("id"));
    return ids;
}

bool holds(const std::vector<std::string>& ids, const std::string& id) {
    return std::ranges::find(ids, id) != ids.end();
}

class CatalogueRoutes : public testing::Test {
protected:
    std::vector<std::string> found(const std::string& address, const std::string& as = {}) {
        return ids_of(
            Answer(desk.get(address, as)).items(), address.find("/matches") != address.npos
        );
    }

    Desk desk;
};

TEST_F(CatalogueRoutes, SearchFindsByWordsAndMarksThemInCharacters) {
    const auto id = desk.publish("achievements", "owner", listing("石墨烯散热膜"));
    desk.publish("achievements", "owner", listing("海水淡化反渗透组件"));
    const Answer answer(desk.get("/api/v1/achievements?q=%E6%95%A3%E7%83%AD%E8%86%9C")); // 散热膜
    ASSERT_EQ(ids_of(answer.items(), false), std::vector{id});
    const auto hit = answer.items()[0].object();
    const auto range = hit.array("title_hits")[0].array();
    EXPECT_EQ(range[0].integer(), 3);
    EXPECT_EQ(range[1].integer(), 6);
    const auto fragment = hit.array("fragments")[0].object();
    EXPECT_EQ(fragment.array("hits")[0].array()[0].integer(), 3);
    EXPECT_EQ(hit.text("province"), "浙江省");
    EXPECT_EQ(answer.text("words"), "all");
    EXPECT_EQ((*answer).integer("total"), 1);
}

TEST_F(CatalogueRoutes, SearchIsPagedAndCountsItsFacets) {
    for (const auto* title : {"石墨烯散热膜", "石墨烯电热膜", "石墨烯防腐涂料"})
        desk.publish("achievements", "owner", listing(title));
    const Answer first(desk.get("/api/v1/achievements?limit=2"));
    EXPECT_EQ(first.items().size(), 2);
    const auto facets = (*first).object("facets");
    EXPECT_EQ(facets.array("fields")[0].object().text("value"), "new_materials");
    EXPECT_EQ(facets.array("trl")[0].object().integer("value"), 6);
    EXPECT_EQ(facets.array("provinces")[0].object().integer("count"), 3);
    const Answer rest(desk.get("/api/v1/achievements?limit=2&cursor=" + first.text("next_cursor")));
    EXPECT_EQ(rest.items().size(), 1);
    EXPECT_FALSE((*rest).has("next_cursor"));
    EXPECT_EQ(problem_of(desk.get("/api/v1/achievements?cursor=forged")), "cursor_invalid");
}

TEST_F(CatalogueRoutes, AnAnonymousOwnerIsInNoCardAndBehindNoFilter) {
    const auto owner = desk.caller("buyer").organisation.text();
    const auto open = desk.publish("needs", "buyer", listing("求购石墨烯散热膜"));
    const auto hidden = desk.publish(
        "needs", "buyer", listing("急需石墨烯散热膜", R"(,"confidentiality":"anonymous")")
    );
    EXPECT_EQ(found("/api/v1/needs?owner=" + owner), std::vector{open});
    const Answer needs(desk.get("/api/v1/needs"));
    for (const auto item : needs.items())
        EXPECT_EQ(item.object().has("owner_id"), item.object().text("id") == open);
    EXPECT_TRUE(holds(found("/api/v1/needs"), hidden));
}

TEST_F(CatalogueRoutes, MatchesSayWhyAndKeepToTheLimit) {
    const auto need = desk.publish("needs", "buyer", listing("求购石墨烯散热膜"));
    const auto film = desk.publish("achievements", "owner", listing("石墨烯散热膜制备方法"));
    desk.publish("achievements", "owner", listing("石墨烯散热膜回收工艺"));
    const auto address = "/api/v1/needs/" + need + "/matches";
    EXPECT_EQ(found(address).size(), 2);
    EXPECT_EQ(found(address + "?limit=1").size(), 1);
    EXPECT_EQ(found(address + "?min_score=1").size(), 0);
    const Answer matches(desk.get(address));
    const auto match = matches.items()[0].object();
    EXPECT_FALSE(match.array("contributions").empty());
    double sum = 0;
    for (const auto part : match.array("contributions"))
        sum += part.object().find("value")->number();
    EXPECT_NEAR(sum, match.find("raw")->number(), 1e-9);
    EXPECT_FALSE(match.object("highlights").object("need").array("title").empty());
    EXPECT_TRUE(holds(found("/api/v1/achievements/" + film + "/matches"), need));
    EXPECT_EQ(problem_of(desk.get(address + "?limit=51")), "?limit too_large");
    EXPECT_EQ(problem_of(desk.get(address + "?min_score=1.1")), "?min_score bad_format");
    EXPECT_EQ(problem_of(desk.get(address + "?min_score=-0.1")), "?min_score bad_format");
}

TEST_F(CatalogueRoutes, AMissingMatchTellsNobodyWhoIsBehindAnAnonymousNeed) {
    const auto hidden = desk.publish(
        "needs", "owner", listing("求购石墨烯散热膜", R"(,"confidentiality":"anonymous")")
    );
    const auto open = desk.publish("needs", "owner", listing("采购石墨烯散热膜"));
    const auto film = desk.publish("achievements", "owner", listing("石墨烯散热膜制备方法"));
    const auto of_film = "/api/v1/achievements/" + film + "/matches";
    const auto of_hidden = "/api/v1/needs/" + hidden + "/matches";
    // Its owner does not deal with itself, and neither pair is offered to it.
    EXPECT_EQ(found(of_film, "owner").size(), 0);
    EXPECT_EQ(found(of_hidden, "owner").size(), 0);
    // For everyone else the anonymous need is like any other; the open one is visibly the same
    // owner's.
    for (const auto* as : {"", "stranger"}) {
        EXPECT_EQ(found(of_film, as), std::vector{hidden});
        EXPECT_EQ(found(of_hidden, as), std::vector{film});
        EXPECT_EQ(found("/api/v1/needs/" + open + "/matches", as).size(), 0);
    }
}

TEST_F(CatalogueRoutes, TheOwnerOfADraftSeesWhatItWouldFind) {
    const auto film = desk.publish("achievements", "owner", listing("石墨烯散热膜制备方法"));
    const auto draft =
        *desk.post("/api/v1/needs", "buyer", listing("求购石墨烯散热膜")).header("Location");
    EXPECT_EQ(found(draft + "/matches", "buyer"), std::vector{film});
    EXPECT_EQ(desk.get(draft + "/matches", "stranger").status, 404);
    EXPECT_EQ(desk.get(draft + "/matches").status, 404);
}

TEST_F(CatalogueRoutes, AResultPostedTwiceIsShownOnceAndNamesItsOtherListing) {
    const auto first = desk.publish("achievements", "owner", listing("石墨烯散热膜制备方法"));
    const auto again =
        desk.publish("achievements", "stranger", listing("一种石墨烯散热膜的制备方法"));
    const auto other = desk.publish("achievements", "owner", listing("石墨烯电热膜制备方法"));
    const auto need = desk.publish("needs", "buyer", listing("求购石墨烯散热膜"));
    for (const auto& address :
         {std::string("/api/v1/achievements?q=%E7%9F%B3%E5%A2%A8%E7%83%AF"), // 石墨烯
          "/api/v1/needs/" + need + "/matches"}) {
        const Answer answer(desk.get(address));
        ASSERT_EQ(answer.items().size(), 2) << address;
        for (const auto item : answer.items()) {
            const bool nested = address.ends_with("/matches");
            const auto shown = nested ? item.object().object("listing") : item.object();
            const auto others = item.object().array("also_posted");
            if (shown.text("id") == other) {
                EXPECT_EQ(others.size(), 0);
                EXPECT_EQ(item.object().integer("also_posted_count"), 0);
            } else {
                EXPECT_EQ(shown.text("id"), first);
                ASSERT_EQ(others.size(), 1);
                EXPECT_EQ(others[0].text(), again);
                EXPECT_EQ(item.object().integer("also_posted_count"), 1);
            }
        }
    }
    EXPECT_EQ(
        found("/api/v1/achievements?owner=" + desk.caller("stranger").organisation.text()),
        std::vector{again}
    );
}

class ToldMatch : public CatalogueRoutes {
protected:
    ToldMatch() {
        const auto need = desk.publish("needs", "buyer", listing("求购石墨烯散热膜"));
        const auto film = desk.publish("achievements", "owner", listing("石墨烯散热膜制备方法"));
        const auto snapshot = desk.engine.snapshot();
        const auto asked = snapshot->find(*market::ListingId::parse(need));
        const auto match = snapshot->matches_for(*asked, 1, 0).at(0);
        const market::FoundMatch pair{
            .need = *market::ListingId::parse(need),
            .achievement = *market::ListingId::parse(film),
            .score = match.score.score,
            .explanation_json = explanation_json(*asked, match)};
        EXPECT_EQ(market::record_matches(desk.books, std::span(&pair, 1), "test-1"), 1);
    }
    std::string address() {
        const Answer list(desk.get("/api/v1/matches", "owner"));
        return "/api/v1/matches/" + std::string(list.items()[0].object().text("id"));
    }
};

TEST_F(ToldMatch, IsReadByBothSidesWithItsReasonsAndByNobodyElse) {
    const auto match = desk.get(address(), "buyer");
    EXPECT_EQ(Answer(match).text("my_side"), "need");
    EXPECT_FALSE((*Answer(match)).object("explanation").text("summary_zh").empty());
    EXPECT_EQ(desk.get(address(), "stranger").status, 404);
    EXPECT_EQ(Answer(desk.get("/api/v1/matches", "stranger")).items().size(), 0);
    EXPECT_EQ(
        Answer(desk.get("/api/v1/matches?listing_id=" + market::NeedId{}.text(), "buyer"))
            .items()
            .size(),
        0
    );
}

TEST_F(ToldMatch, IsAnsweredOnceByEachSide) {
    const auto etag = desk.get(address(), "buyer").etag;
    const auto actions = address() + "/actions";
    EXPECT_EQ(
        problem_of(desk.act(actions, "buyer", R"({"action":"propose"})", etag)),
        "/action not_one_of"
    );
    EXPECT_EQ(
        problem_of(desk.act(actions, "buyer", R"({"action":"dismiss"})", etag)), "/reason missing"
    );
    EXPECT_EQ(
        problem_of(desk.act(actions, "buyer", R"({"action":"dismiss","reason":"ugly"})", etag)),
        "/reason not_one_of"
    );
    const auto accepted = desk.act(actions, "buyer", R"({"action":"accept"})", etag);
    ASSERT_EQ(accepted.status, 200) << accepted.body;
    EXPECT_EQ(
        problem_of(desk.act(actions, "owner", R"({"action":"accept"})", etag)), "version_stale"
    );
    EXPECT_EQ(Answer(desk.get("/api/v1/matches?pending=true", "buyer")).items().size(), 0);
    EXPECT_EQ(Answer(desk.get("/api/v1/matches?pending=true", "owner")).items().size(), 1);
    const auto dismissed =
        desk.act(actions, "owner", R"({"action":"dismiss","reason":"too_early"})", accepted.etag);
    EXPECT_EQ(
        (*Answer(desk.get(address(), "buyer"))).object("achievement").text("reason"), "too_early"
    );
    EXPECT_EQ(
        problem_of(desk.act(actions, "owner", R"({"action":"accept"})", dismissed.etag)),
        "already_answered"
    );
}

TEST_F(CatalogueRoutes, SavedSearchesAreCheckedKeptAndDeletedByTheirMember) {
    const auto save = [&](const std::string& query) {
        return desk.post(
            "/api/v1/saved-searches",
            "buyer",
            R"({"name":"散热","kind":"achievement","query":")" + query + R"("})"
        );
    };
    for (const auto* query :
         {"trl_min=12", "colour=red", "q=%zz", "q=散热", "trl_min=5&trl_max=4", "limit=0"})
        EXPECT_EQ(problem_of(save(query)), "/query bad_format") << query;
    const auto saved = save("q=%E6%95%A3%E7%83%AD&trl_min=5");
    ASSERT_EQ(saved.status, 201);
    EXPECT_EQ(Answer(desk.get("/api/v1/saved-searches", "buyer")).items().size(), 1);
    EXPECT_EQ(Answer(desk.get("/api/v1/saved-searches", "owner")).items().size(), 0);
    EXPECT_EQ(desk.remove(*saved.header("Location"), "owner").status, 404);
    EXPECT_EQ(desk.remove(*saved.header("Location"), "buyer").status, 204);
    EXPECT_EQ(desk.remove(*saved.header("Location"), "buyer").status, 404);
}

TEST_F(CatalogueRoutes, EventsReachThoseTheyAreAddressedTo) {
    const auto address =
        "/api/v1/needs/" + desk.publish("needs", "buyer", listing("求购石墨烯散热膜"));
    const auto etag = desk.get(address, "operator").etag;
    desk.act(address + "/actions", "operator", R"({"action":"suspend","reason":"核实中"})", etag);
    const auto told = [&](const std::string& as) {
        std::string names;
        const Answer events(desk.get("/api/v1/events", as));
        for (const auto event : events.items())
            (names += event.object().text("name")) += event.object().has("reason") ? "! " : " ";
        return names;
    };
    EXPECT_EQ(told("buyer"), "need.create need.submit need.publish need.suspend! ");
    EXPECT_EQ(told("operator"), "need.submit need.publish need.suspend ");
    EXPECT_EQ(told("stranger"), "need.publish need.suspend ");

    const Answer page(desk.get("/api/v1/events?after=1&limit=1", "buyer"));
    EXPECT_EQ(page.items()[0].object().text("name"), "need.submit");
    EXPECT_EQ((*page).integer("last_seq"), 2);
    EXPECT_EQ((*Answer(desk.get("/api/v1/events?after=4", "stranger"))).integer("last_seq"), 4);
    for (const auto& body :
         {desk.get("/api/v1/events", "stranger").body, desk.get("/api/v1/events", "buyer").body}) {
        EXPECT_EQ(body.find("mem_"), body.npos);
        EXPECT_EQ(body.find("org_"), body.npos);
    }
}

TEST_F(CatalogueRoutes, APushedEventForEveryoneCarriesNoReason) {
    market::LoggedEvent logged{.position = 7, .event = {}, .hash = {}};
    logged.event.name = "need.suspend";
    logged.event.reason = "核实中";
    logged.event.audience = {desk.caller("buyer").organisation};
    const auto personal = live_event(logged);
    EXPECT_EQ(personal.sequence, 7);
    EXPECT_EQ(personal.audience, std::vector{desk.caller("buyer").organisation.bytes});
    EXPECT_FALSE(personal.everyone);
    EXPECT_NE(personal.json.find("核实中"), personal.json.npos);
    logged.event.everyone_told = true;
    EXPECT_TRUE(live_event(logged).everyone);
    EXPECT_EQ(live_event(logged).json.find("核实中"), std::string::npos);
}

} // namespace
} // namespace jishi::protocol::test
