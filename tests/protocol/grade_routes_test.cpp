// Grading over the routes: what is taken and refused, what a side is shown and others are not.
#include "market/feedback.hpp"
#include "tests/protocol/desk.hpp"

namespace jishi::protocol::test {
namespace {

std::string listing(const std::string& title) {
    return R"({"title":")" + title + R"(","summary":")" + title +
           R"(，性能稳定，可以批量制备，已经完成中试验证。","fields":["new_materials"],"modes":["transfer"],
               "division":"330100","trl":6})";
}

class GradeRoutes : public testing::Test {
protected:
    static std::string graded(int grade) { return R"({"grade":)" + std::to_string(grade) + "}"; }
    std::string for_need(const std::string& other) const { return of_need + "/grades/" + other; }
    std::string for_film(const std::string& other) const { return of_film + "/grades/" + other; }

    Reply put(const std::string& address, const std::string& as, const std::string& body) {
        return desk.put(address, as, body, {});
    }
    // "4 - " for each match, in the order shown; "-" where it is not graded.
    std::string shown(const std::string& address, const std::string& as) {
        const Answer matches(desk.get(address + "/matches", as));
        std::string text;
        for (const auto item : matches.items()) {
            const auto grade = item.object().find("your_grade");
            text += (grade ? std::to_string(grade->integer()) : "-") + " ";
        }
        return text;
    }
    std::size_t listed(const std::string& address, const std::string& as) {
        return Answer(desk.get(address + "/grades", as)).items().size();
    }

    Desk desk;
    const std::string need = desk.publish("needs", "buyer", listing("求购石墨烯散热膜"));
    const std::string film = desk.publish("achievements", "owner", listing("石墨烯散热膜制备方法"));
    const std::string other_film =
        desk.publish("achievements", "owner", listing("石墨烯散热膜回收工艺"));
    const std::string of_need = "/api/v1/needs/" + need;
    const std::string of_film = "/api/v1/achievements/" + film;
};

TEST_F(GradeRoutes, ASideGradesAndIsShownItsOwnGradesWhereTheMatchesAre) {
    const auto given = put(for_need(film), "buyer", graded(4));
    ASSERT_EQ(given.status, 200) << given.body;
    EXPECT_EQ(Answer(given).text("achievement_id"), film);
    EXPECT_EQ((*Answer(given)).integer("grade"), 4);
    EXPECT_EQ(put(for_need(film), "buyer", graded(4)).body, given.body);
    EXPECT_EQ(put(for_need(other_film), "buyer", graded(1)).status, 200);
    EXPECT_EQ(put(for_film(need), "owner", graded(2)).status, 200);
    for (const auto* as : {"buyer", "operator"}) {
        const auto grades = shown(of_need, as);
        EXPECT_TRUE(grades == "4 1 " || grades == "1 4 ") << as << ": " << grades;
        EXPECT_EQ(listed(of_need, as), 2U);
    }
    EXPECT_EQ(shown(of_film, "owner"), "2 ");
    EXPECT_EQ(listed(of_film, "owner"), 1U);
    // For everyone else it is as if nobody had graded.
    for (const auto* as : {"", "stranger", "owner"})
        EXPECT_EQ(shown(of_need, as), "- - ") << as;
    for (const auto* as : {"", "stranger", "buyer", "operator"})
        EXPECT_EQ(shown(of_film, as), "- ") << as;
    for (const auto* as : {"stranger", "owner"})
        EXPECT_EQ(problem_of(desk.get(of_need + "/grades", as)), "not_permitted");
    EXPECT_EQ(problem_of(desk.get(of_film + "/grades", "operator")), "not_permitted");
    EXPECT_EQ(desk.get(of_need + "/matches", "stranger").body, desk.get(of_need + "/matches").body);
}

TEST_F(GradeRoutes, TakingBackIsHarmlessAndTheOtherSidesStays) {
    put(for_need(film), "buyer", graded(3));
    put(for_film(need), "owner", graded(3));
    EXPECT_EQ(problem_of(desk.remove(for_need(film), "owner")), "not_permitted");
    EXPECT_EQ(problem_of(desk.remove(for_need(film), "stranger")), "not_permitted");
    EXPECT_EQ(listed(of_need, "buyer"), 1U);
    EXPECT_EQ(desk.remove(for_need(film), "buyer").status, 204);
    EXPECT_EQ(desk.remove(for_need(film), "buyer").status, 204);
    EXPECT_EQ(listed(of_need, "buyer"), 0U);
    EXPECT_EQ(listed(of_film, "owner"), 1U);
    EXPECT_EQ(shown(of_need, "buyer"), "- - ");
}

TEST_F(GradeRoutes, AGradeIsAWholeNumberFromOneToFour) {
    const std::pair<std::string, std::string> bodies[] = {
        {R"({"grade":0})", "/grade too_small"},
        {R"({"grade":-1})", "/grade too_small"},
        {R"({"grade":5})", "/grade too_large"},
        {R"({"grade":"4"})", "/grade wrong_type"},
        {R"({"grade":2.5})", "/grade wrong_type"},
        {R"({"grade":true})", "/grade wrong_type"},
        {R"({"grade":null})", "/grade wrong_type"},
        {R"({})", "/grade missing"},
        {R"({"grade":4,"side":"need"})", "/side unknown"},
    };
    for (const auto& [body, problem] : bodies)
        EXPECT_EQ(problem_of(put(for_need(film), "buyer", body)), problem) << body;
    const auto refused = put(for_need(film), "buyer", graded(5));
    EXPECT_NE(refused.body.find("过大，至多为 4"), std::string::npos) << refused.body;
    EXPECT_NE(refused.body.find("is too large; at most 4"), std::string::npos);
    EXPECT_EQ(listed(of_need, "buyer"), 0U);
    for (const int grade : {1, 2, 3, 4})
        EXPECT_EQ(put(for_need(film), "buyer", graded(grade)).status, 200) << grade;
}

TEST_F(GradeRoutes, WhatIsNoPairIsNotFound) {
    const auto unknown = market::ListingId{market::ListingKind::achievement, {9}}.text();
    const auto draft = *desk.post("/api/v1/achievements", "owner", listing("未公开的散热膜工艺"))
                            .header("Location");
    for (const auto& other :
         {unknown, need, std::string("x"), draft.substr(draft.rfind('/') + 1), film + "0"})
        EXPECT_EQ(problem_of(put(for_need(other), "buyer", graded(4))), "not_found") << other;
    const auto of_kind = [&](const std::string& address) {
        return problem_of(put(address, "buyer", graded(4)));
    };
    EXPECT_EQ(of_kind("/api/v1/needs/" + film + "/grades/" + need), "not_found");
    EXPECT_EQ(of_kind("/api/v1/needs/" + film + "/grades/" + film), "not_found");
    EXPECT_EQ(problem_of(desk.get("/api/v1/needs/" + film + "/grades", "owner")), "not_found");
    EXPECT_EQ(problem_of(put(for_need(film), "owner", graded(4))), "not_permitted");
    const auto own = desk.publish("achievements", "buyer", listing("自有石墨烯散热膜"));
    EXPECT_EQ(problem_of(put(for_need(own), "buyer", graded(4))), "own_listing");
}

TEST_F(GradeRoutes, EventsTellTheOwnOrganisationAlone) {
    put(for_need(film), "buyer", graded(4));
    put(for_need(film), "buyer", graded(4));
    const auto told = [&](const std::string& as) {
        const Answer events(desk.get("/api/v1/events", as));
        int count = 0;
        for (const auto event : events.items())
            count += event.object().text("name") == "match.grade";
        return count;
    };
    EXPECT_EQ(told("buyer"), 1);
    for (const auto* as : {"owner", "stranger", "operator"})
        EXPECT_EQ(told(as), 0) << as;
}

TEST_F(GradeRoutes, ATwoHundredAndFirstIsRefused) {
    const auto id = *market::ListingId::parse(need);
    for (std::size_t i = 1; i < market::grades_per_listing_max; ++i) {
        market::MatchGrade given{
            .pair = {id, {market::ListingKind::achievement, desk.books.new_id()}}, .grade = 2};
        desk.books.feedback.put(given);
    }
    EXPECT_EQ(put(for_need(film), "buyer", graded(4)).status, 200);
    const auto refused = put(for_need(other_film), "buyer", graded(4));
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(problem_of(refused), "limit_reached");
    EXPECT_EQ(listed(of_need, "buyer"), market::grades_per_listing_max);
}

} // namespace
} // namespace jishi::protocol::test
