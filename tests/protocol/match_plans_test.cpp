#include "tests/protocol/desk.hpp"
#include "tests/support/table.hpp"

namespace jishi::protocol::test {
namespace {

std::string listing(const std::string& title) {
    return R"({"title":")" + title + R"(","summary":")" + title +
           R"(，性能稳定，可以批量制备，已经完成中试验证。","fields":["new_materials"],"modes":["transfer"],
               "division":"330100","trl":6})";
}

// ["need_...", ...]
std::string array_of(const std::vector<std::string>& ids) {
    std::string out;
    for (const auto& id : ids)
        out += (out.empty() ? "\"" : ",\"") + id + "\"";
    return "[" + out + "]";
}

class MatchPlans : public testing::Test {
protected:
    Reply plan(const std::string& more, const std::string& as = "operator") {
        return desk.post(
            "/api/v1/match-plans",
            as,
            R"({"need_ids":)" + array_of({film_need, foil_need}) + more + "}"
        );
    }
    std::string pairs(const Reply& reply) {
        const std::map<std::string, std::string> names{
            {film_need, "film_need"}, {foil_need, "foil_need"}, {film, "film"}, {foil, "foil"}};
        const Answer answer(reply);
        std::string out;
        for (const auto item : answer.items())
            out += (out.empty() ? "" : ", ") +
                   names.at(std::string(item.object().text("need_id"))) + " " +
                   names.at(std::string(item.object().text("achievement_id")));
        return out;
    }

    Desk desk;
    // Both needs like the film best.
    std::string film = desk.publish("achievements", "owner", listing("石墨烯散热膜")),
                foil = desk.publish("achievements", "owner", listing("石墨烯电热膜")),
                film_need = desk.publish("needs", "buyer", listing("求购石墨烯散热膜")),
                foil_need = desk.publish("needs", "buyer", listing("石墨烯散热膜或电热膜"));
};

TEST_F(MatchPlans, BringEverybodyTogetherWhomTheFewPlacesAllow) {
    const auto scarce = plan(R"(,"need_capacity":1,"achievement_capacity":1)");
    EXPECT_EQ(pairs(scarce), "film_need film, foil_need foil");
    EXPECT_EQ(pairs(plan("")), "film_need film, film_need foil, foil_need film, foil_need foil");
    const Answer answer(scarce);
    EXPECT_EQ((*answer).array("need_ids_left_out").size(), 0u);
    double sum = 0;
    for (const auto item : answer.items()) {
        sum += item.object().find("score")->number();
        EXPECT_TRUE(item.object().text("summary_en").starts_with("Shared: "));
    }
    EXPECT_DOUBLE_EQ((*answer).find("expected_matches")->number(), sum);
}

TEST_F(MatchPlans, KeepToTheAchievementsAskedForAndSayWhoIsLeftOut) {
    const auto reply =
        plan(R"(,"achievement_ids":)" + array_of({foil}) + R"(,"achievement_capacity":1)");
    EXPECT_EQ(pairs(reply), "foil_need foil");
    const Answer answer(reply);
    const auto left_out = (*answer).array("need_ids_left_out");
    ASSERT_EQ(left_out.size(), 1u);
    EXPECT_EQ(left_out[0].text(), film_need);
}

TEST_F(MatchPlans, ScoreAPairTheSameWhicheverWayItIsFound) {
    const auto among = plan(R"(,"achievement_ids":)" + array_of({foil, film}));
    EXPECT_EQ(among.body, plan("").body);
}

TEST_F(MatchPlans, LeaveOutWhatIsTooUnlikelyAndWhatIsNoCandidate) {
    EXPECT_EQ(pairs(plan(R"(,"min_score_percent":100)")), "");
    EXPECT_EQ(
        pairs(plan(R"(,"per_need_candidates":1,"achievement_capacity":1)")).size(),
        std::string("film_need film").size()
    );
}

TEST_F(MatchPlans, AreForTheOperatorAlone) {
    for (const auto* name : {"owner", "buyer", "stranger"})
        EXPECT_EQ(problem_of(plan("", name)), "not_permitted");
}

TEST_F(MatchPlans, NameEveryListingThatIsNotLive) {
    const auto nobody = [](const char* prefix, char last) {
        return prefix + std::string(25, '0') + last;
    };
    const auto body =
        R"({"need_ids":)" + array_of({nobody("need_", '1'), film_need, nobody("need_", '2')}) + "}";
    EXPECT_EQ(
        problem_of(desk.post("/api/v1/match-plans", "operator", body)),
        "/need_ids/0 not_found, /need_ids/2 not_found"
    );
    EXPECT_EQ(
        problem_of(plan(R"(,"achievement_ids":)" + array_of({nobody("ach_", '1')}))),
        "/achievement_ids/0 not_found"
    );
}

TEST_F(MatchPlans, TakeEveryNumberUpToItsLimit) {
    tests::each_row<3>(
        R"(
        need_capacity         1  20
        achievement_capacity  1  20
        per_need_candidates   1  50
        min_score_percent     0  100
        )",
        [&](const std::string& name, const std::string& least, const std::string& most) {
            const auto with = [&](int value) {
                return plan(",\"" + name + "\":" + std::to_string(value));
            };
            EXPECT_EQ(with(std::stoi(least)).status, 200);
            EXPECT_EQ(with(std::stoi(most)).status, 200);
            EXPECT_EQ(problem_of(with(std::stoi(least) - 1)), "/" + name + " too_small");
            EXPECT_EQ(problem_of(with(std::stoi(most) + 1)), "/" + name + " too_large");
        }
    );
}

TEST_F(MatchPlans, TakeOneToFiveHundredOfEitherKind) {
    const auto ids = [](const std::string& prefix, int count) {
        std::vector<std::string> all;
        for (int i = 0; i < count; ++i) {
            const auto number = std::to_string(i);
            all.push_back(prefix + std::string(26 - number.size(), '0') + number);
        }
        return array_of(all);
    };
    const auto asked = [&](int needs, int achievements) {
        return problem_of(desk.post(
            "/api/v1/match-plans",
            "operator",
            R"({"need_ids":)" + ids("need_", needs) + R"(,"achievement_ids":)" +
                ids("ach_", achievements) + "}"
        ));
    };
    EXPECT_EQ(asked(0, 1), "/need_ids too_few");
    EXPECT_EQ(asked(1, 0), "/achievement_ids too_few");
    EXPECT_EQ(asked(501, 1), "/need_ids too_many");
    EXPECT_EQ(asked(1, 501), "/achievement_ids too_many");
    const auto unknown = asked(500, 500);
    EXPECT_TRUE(unknown.starts_with("/need_ids/0 not_found"));
    EXPECT_TRUE(unknown.ends_with("/need_ids/99 not_found"));
}

} // namespace
} // namespace jishi::protocol::test
