#include "tests/protocol/desk.hpp"

namespace jishi::protocol::test {
namespace {

const std::string battery =
    R"({"title":"高安全固态电池电解质","summary":"一种室温电导率高且可批量制备的硫化物固态电解质材料。",
    "confidential":"烧结温度 540 度","keywords":["固态电池"],"fields":["new_energy"],"industry":"C3841",
    "division":"330100","trl":6,"modes":["exclusive_licence"],"price":{"min_fen":100,"max_fen":200},
    "advantage":"电导率高一倍","price_kind":"range"})";
const std::string seeking =
    R"({"title":"寻求固态电池电解质","summary":"动力电池企业需要可批量制备的固态电解质材料和工艺。",
    "fields":["new_energy"],"modes":["exclusive_licence"],"deadline":"2026-12-31",
    "target_metrics":[{"name":"电导率","op":">=","value":"5.0","unit":"mS/cm"}]})";

std::string with(std::string body, const std::string& more) {
    return body.insert(body.rfind('}'), "," + more);
}

TEST(ListingRoutes, ADraftIsItsOwnersAloneUntilItIsPublished) {
    Desk desk;
    const auto drafted = desk.post("/api/v1/achievements", "owner", battery);
    const auto address = *drafted.header("Location");
    EXPECT_EQ(drafted.etag, "\"v1\"");
    EXPECT_EQ(Answer(drafted).text("state"), "draft");
    EXPECT_EQ(desk.get(address, "owner").body, drafted.body);
    EXPECT_EQ(desk.get(address).status, 404);
    EXPECT_EQ(desk.get(address, "stranger").status, 404);
    EXPECT_EQ(desk.get(address + "/history", "stranger").status, 404);
    EXPECT_EQ(desk.get(address, "operator").status, 200);
}

TEST(ListingRoutes, WhatWasWrittenIsReadBackWordForWord) {
    Desk desk;
    const Answer read(desk.post("/api/v1/needs", "buyer", with(seeking, R"("source_id":"N-1")")));
    EXPECT_EQ(read.text("title"), "寻求固态电池电解质");
    EXPECT_EQ(read.text("deadline"), "2026-12-31");
    EXPECT_EQ(read.text("source_id"), "N-1");
    const auto metric = (*read).array("target_metrics")[0].object();
    EXPECT_EQ(metric.text("op"), ">=");
    EXPECT_EQ(metric.text("value"), "5.0");
    EXPECT_FALSE((*read).object("price").has("min_fen"));
    EXPECT_EQ((*read).array("modes")[0].text(), "exclusive_licence");
}

TEST(ListingRoutes, ThePublicSeesNeitherSecretsNorHowTheReviewStands) {
    Desk desk;
    const auto id = desk.publish("achievements", "owner", battery);
    const Answer shown(desk.get("/api/v1/achievements/" + id));
    for (const auto* name :
         {"confidential", "live_revision", "review_pending", "state_reason", "source_id"})
        EXPECT_FALSE((*shown).names(name)) << name;
    EXPECT_EQ((*shown).object("owner").text("name"), "大学");
    EXPECT_TRUE((*shown).array("available_actions").empty());
    const Answer own(desk.get("/api/v1/achievements/" + id, "owner"));
    EXPECT_EQ(own.text("confidential"), "烧结温度 540 度");
}

TEST(ListingRoutes, TheOwnerOfAnAnonymousListingShowsToItselfAndTheOperatorOnly) {
    Desk desk;
    const auto id =
        desk.publish("needs", "buyer", with(seeking, R"("confidentiality":"anonymous")"));
    const auto has_owner = [&](const std::string& as) {
        return (*Answer(desk.get("/api/v1/needs/" + id, as))).has("owner");
    };
    EXPECT_FALSE(has_owner(""));
    EXPECT_FALSE(has_owner("stranger"));
    EXPECT_TRUE(has_owner("buyer"));
    EXPECT_TRUE(has_owner("operator"));
}

TEST(ListingRoutes, ARevisionStaysHiddenUntilItIsApproved) {
    Desk desk;
    const auto address = "/api/v1/needs/" + desk.publish("needs", "buyer", seeking);
    auto changed = seeking;
    changed.replace(changed.find("寻求"), std::string("寻求").size(), "急需");
    const auto etag = desk.get(address, "buyer").etag;
    EXPECT_EQ(desk.put(address, "buyer", changed, "\"v1\"").status, 412);
    const auto revised = desk.put(address, "buyer", changed, etag);
    ASSERT_EQ(revised.status, 200) << revised.body;
    EXPECT_EQ(Answer(desk.get(address, "buyer")).text("title"), "急需固态电池电解质");
    EXPECT_EQ(Answer(desk.get(address)).text("title"), "寻求固态电池电解质");
    EXPECT_EQ(Answer(desk.get("/api/v1/review-queue", "operator")).items().size(), 1);
    EXPECT_EQ(
        Answer(desk.get(address + "/revisions/2", "operator")).text("title"), "急需固态电池电解质"
    );

    desk.act(address + "/actions", "operator", R"({"action":"approve_revision"})", revised.etag);
    EXPECT_EQ(Answer(desk.get(address)).text("title"), "急需固态电池电解质");
    EXPECT_EQ(Answer(desk.get("/api/v1/review-queue", "operator")).items().size(), 0);
    EXPECT_EQ(Answer(desk.get(address + "/history", "buyer")).items().size(), 5);
}

TEST(ListingRoutes, PapersAreForInsidersAndOthersAreToldSo) {
    Desk desk;
    const auto address = "/api/v1/needs/" + desk.publish("needs", "buyer", seeking);
    EXPECT_EQ(desk.get(address + "/revisions/1", "buyer").status, 200);
    EXPECT_EQ(problem_of(desk.get(address + "/revisions/1", "stranger")), "not_permitted");
    EXPECT_EQ(problem_of(desk.get(address + "/history", "stranger")), "not_permitted");
    for (const auto* number : {"0", "2", "x", "-1", "99999999999"})
        EXPECT_EQ(desk.get(address + "/revisions/" + number, "buyer").status, 404) << number;
}

TEST(ListingRoutes, AnAddressNamesThingsOfItsKindOnly) {
    Desk desk;
    const auto id = desk.publish("needs", "buyer", seeking);
    EXPECT_EQ(desk.get("/api/v1/achievements/" + id, "buyer").status, 404);
    EXPECT_EQ(desk.get("/api/v1/achievements/" + id + "/matches", "buyer").status, 404);
    EXPECT_EQ(desk.get("/api/v1/needs/need_x").status, 404);
}

TEST(ListingRoutes, OnlyEventsOfPeopleAreActions) {
    Desk desk;
    const auto drafted = desk.post("/api/v1/needs", "buyer", seeking);
    const auto address = *drafted.header("Location") + "/actions";
    for (const auto* event :
         {"create", "revise", "engage", "disengage", "expire", "close_by_contract", "reopen"})
        EXPECT_EQ(
            problem_of(desk.act(
                address, "buyer", R"({"action":")" + std::string(event) + R"("})", drafted.etag
            )),
            "/action not_one_of"
        );
    EXPECT_EQ(
        problem_of(desk.act(address, "buyer", R"({"action":"publish"})", drafted.etag)),
        "event_not_allowed"
    );
}

TEST(ListingRoutes, FieldsAreRefusedOneBeyondTheirLimit) {
    Desk desk;
    const auto list = [](std::size_t count, const std::string& entry) {
        std::string all;
        for (std::size_t i = 0; i < count; ++i)
            all += (i == 0 ? "" : ",") + entry;
        return "[" + all + "]";
    };
    const auto text = [](std::size_t length) {
        std::string all = "\"";
        for (std::size_t i = 0; i < length; ++i)
            all += "字";
        return all + "\"";
    };
    const auto metric = std::string(R"({"name":"x","op":"<","value":"1"})");
    const struct {
        std::string kind, field, accepted, refused, problem;
    } cases[] = {
        {"needs", "title", text(200), text(201), "/title too_long"},
        {"needs", "title", text(2), text(1), "/title too_short"},
        {"needs", "summary", text(20'000), text(20'001), "/summary too_long"},
        {"needs", "confidential", text(20'000), text(20'001), "/confidential too_long"},
        {"needs", "keywords", list(20, text(40)), list(21, text(40)), "/keywords too_many"},
        {"needs", "keywords", list(1, text(40)), list(1, text(41)), "/keywords/0 too_long"},
        {"needs", "trl", "9", "10", "/trl too_large"},
        {"needs", "trl", "1", "0", "/trl too_small"},
        {"needs", "material", text(1'000), text(1'001), "/material too_long"},
        {"needs", "current_state", text(2'000), text(2'001), "/current_state too_long"},
        {"needs", "target_metrics", list(20, metric), list(21, metric), "/target_metrics too_many"},
        {"needs", "source_id", text(100), text(101), "/source_id too_long"},
        {"achievements", "advantage", text(2'000), text(2'001), "/advantage too_long"},
        {"achievements",
         "price",
         R"({"min_fen":5,"max_fen":5})",
         R"({"min_fen":5,"max_fen":4})",
         "/price/max_fen too_small"},
        {"achievements",
         "price",
         R"({"max_fen":100000000000000})",
         R"({"max_fen":100000000000001})",
         "/price/max_fen too_large"},
        {"achievements",
         "fields",
         R"(["aerospace"])",
         R"(["aerospace","aerospace"])",
         "/fields/1 duplicate"},
        {"achievements", "service_achievement", "true", "1", "/service_achievement wrong_type"},
    };
    for (const auto& row : cases) {
        const auto body = [&](const std::string& value) {
            const auto title = row.field == "title" ? "" : std::string(R"("title":"固态电池",)");
            return "{" + title + "\"" + row.field + "\":" + value + "}";
        };
        const auto as = row.kind == "needs" ? "buyer" : "owner";
        const auto accepted = desk.post("/api/v1/" + row.kind, as, body(row.accepted));
        EXPECT_EQ(accepted.status, 201) << row.field << accepted.body;
        EXPECT_EQ(problem_of(desk.post("/api/v1/" + row.kind, as, body(row.refused))), row.problem);
    }
}

TEST(ListingRoutes, AMemberOfTheOtherKindIsUnknown) {
    Desk desk;
    EXPECT_EQ(
        problem_of(desk.post(
            "/api/v1/achievements", "owner", R"({"title":"电池","deadline":"2026-12-31"})"
        )),
        "/deadline unknown"
    );
    EXPECT_EQ(
        problem_of(desk.post("/api/v1/needs", "buyer", R"({"title":"电池","advantage":"快"})")),
        "/advantage unknown"
    );
}

TEST(ListingRoutes, MyListingsArePagedAndFilteredByKindAndState) {
    Desk desk;
    for (int i = 0; i < 3; ++i)
        desk.post("/api/v1/needs", "buyer", seeking);
    desk.post("/api/v1/achievements", "buyer", battery);
    EXPECT_EQ(Answer(desk.get("/api/v1/my/listings", "buyer")).items().size(), 4);
    EXPECT_EQ(Answer(desk.get("/api/v1/my/listings?kind=achievement", "buyer")).items().size(), 1);
    EXPECT_EQ(Answer(desk.get("/api/v1/my/listings?state=published", "buyer")).items().size(), 0);
    EXPECT_EQ(Answer(desk.get("/api/v1/my/listings", "owner")).items().size(), 0);

    const Answer first(desk.get("/api/v1/my/listings?kind=need&limit=2", "buyer"));
    EXPECT_EQ(first.items().size(), 2);
    const Answer rest(desk.get(
        "/api/v1/my/listings?kind=need&limit=2&cursor=" + first.text("next_cursor"), "buyer"
    ));
    EXPECT_EQ(rest.items().size(), 1);
    EXPECT_FALSE((*rest).has("next_cursor"));
    EXPECT_EQ(problem_of(desk.get("/api/v1/my/listings?cursor=forged", "buyer")), "cursor_invalid");
    EXPECT_EQ(desk.get("/api/v1/review-queue", "buyer").status, 403);
}

} // namespace
} // namespace jishi::protocol::test
