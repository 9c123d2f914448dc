// Working through the matches of a need: grading what is shown, over real sockets and a restart.
#include "app/confirmed_matches.hpp"
#include "app/live_listings.hpp"
#include "market/feedback.hpp"
#include "storage/embedded_server.hpp"
#include "storage/store.hpp"
#include "tests/scenario/market_walk.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace jishi::test {
namespace {

class Grading : public ::testing::Test {
protected:
    void SetUp() override {
        opened_ = open_market("grading");
        enterprise_ = std::make_unique<Organisation>(join(port(), bureau(), "enterprise", 21));
        university_ = std::make_unique<Organisation>(join(port(), bureau(), "university", 22));
        rival_ = std::make_unique<Organisation>(join(port(), bureau(), "enterprise", 23));
        for (const auto* title :
             {"石墨烯导热膜卷对卷制备工艺", "石墨烯导热膜连续制备方法", "耐高温石墨烯导热膜"})
            films_.push_back(publish(
                university_->person,
                bureau(),
                "/api/v1/achievements",
                achievement_json(
                    title, std::string(title) + "，石墨烯导热膜连续制备工艺，耐受 320℃"
                )
            ));
        need_ = publish(
            enterprise_->person,
            bureau(),
            "/api/v1/needs",
            need_json("耐高温石墨烯导热膜制备", "需要耐受 300℃ 的石墨烯导热膜连续制备工艺")
        );
        // The matcher has told the pairs: from here on nothing moves but by what the test does.
        EXPECT_TRUE(eventually([&] { return told(enterprise_->person) == films_.size(); }));
    }
    void TearDown() override { EXPECT_EQ(opened_.market->stop(), 0) << opened_.market->log(); }

    std::uint16_t port() const { return opened_.market->port(); }
    Person& bureau() { return *opened_.bureau; }
    std::string of_need() const { return "/api/v1/needs/" + need_; }
    std::string grade_of(std::size_t film) const { return of_need() + "/grades/" + films_[film]; }
    std::size_t told(Person& who) {
        return who.get("/api/v1/matches?listing_id=" + need_).count("items");
    }
    static int grade(Person& who, const std::string& address, int value) {
        return who
            .send(
                "PUT",
                address,
                R"({"grade":)" + std::to_string(value) + "}",
                {{"Content-Type", "application/json"}}
            )
            .status;
    }
    // Grade by achievement, as the matches of the need show it; empty where there is none.
    std::map<std::string, std::string> shown(Person& who) {
        std::map<std::string, std::string> grades;
        const auto matches = who.get(of_need() + "/matches");
        for (std::size_t i = 0; i < matches.count("items"); ++i) {
            const auto at = "items/" + std::to_string(i);
            grades[matches.text(at + "/listing/id")] = matches.text(at + "/your_grade");
        }
        return grades;
    }
    template<class Work>
    auto in_store(Work work) {
        storage::Pool pool(*storage::running_embedded(opened_.data));
        storage::Store store(pool);
        return work(store);
    }
    std::vector<market::Grade> learnt() {
        return in_store([](storage::Store& store) {
            return store.read([](market::Books& books) { return market::all_grades(books); });
        });
    }
    std::vector<app::ConfirmedTexts> confirmed() {
        return in_store([](storage::Store& store) {
            return app::texts_of(store, app::confirmed_matches(store), [] { return false; });
        });
    }
    void restart() {
        opened_.market->stop();
        opened_.market->start();
        for (auto* organisation : {&enterprise_, &university_, &rival_})
            *organisation = std::make_unique<Organisation>(after_restart(**organisation));
    }
    Organisation after_restart(const Organisation& organisation) const {
        Person person(port());
        person.use_token(organisation.person.token());
        return {organisation.id, std::move(person)};
    }

    Opened opened_;
    std::unique_ptr<Organisation> enterprise_, university_, rival_;
    std::vector<std::string> films_;
    std::string need_;
};

TEST_F(Grading, WhatANeedsOwnerGradesIsItsOwnAndStaysUntilItIsTakenBack) {
    auto* buyer = &enterprise_->person;
    using Shown = std::map<std::string, std::string>;
    const Shown ungraded{{films_[0], ""}, {films_[1], ""}, {films_[2], ""}};
    const Shown graded{{films_[0], "4"}, {films_[1], "1"}, {films_[2], ""}};
    EXPECT_EQ(shown(*buyer), ungraded);
    EXPECT_EQ(grade(*buyer, grade_of(0), 4), 200);
    EXPECT_EQ(grade(*buyer, grade_of(1), 1), 200);
    EXPECT_EQ(shown(*buyer), graded);
    EXPECT_EQ(buyer->get(of_need() + "/grades").count("items"), 2u);
    for (auto* other : {&rival_->person, &university_->person}) {
        EXPECT_EQ(shown(*other), ungraded);
        EXPECT_EQ(other->get(of_need() + "/grades").code(), "not_permitted");
        EXPECT_EQ(grade(*other, grade_of(0), 1), 403);
        EXPECT_EQ(other->remove(grade_of(0)).code(), "not_permitted");
    }
    const auto before = learnt();
    EXPECT_EQ(before.size(), 2u);

    restart();
    buyer = &enterprise_->person;
    EXPECT_EQ(shown(*buyer), graded);
    EXPECT_EQ(learnt(), before);

    EXPECT_EQ(buyer->remove(grade_of(0)).status, 204);
    EXPECT_EQ(buyer->remove(grade_of(0)).status, 204);
    EXPECT_EQ(shown(*buyer).at(films_[0]), "");
    EXPECT_EQ(buyer->remove(grade_of(1)).status, 204);
    EXPECT_EQ(shown(*buyer), ungraded);
    EXPECT_TRUE(learnt().empty());
}

TEST_F(Grading, NeitherScoreNorReasonsOfAMatchTellTheOtherSideWhatWasGraded) {
    auto& buyer = enterprise_->person;
    const std::string modes = R"("transfer")"; // as the need asks for no transfer, no match yet
    const auto title = "耐高温石墨烯导热膜连续制备工艺";
    const auto film = publish(
        rival_->person, bureau(), "/api/v1/achievements", achievement_json(title, title, modes)
    );
    const auto matches_of_film = [&](Person& who) {
        return who.get("/api/v1/matches?listing_id=" + film);
    };
    EXPECT_EQ(grade(buyer, grade_of(0), 4), 200);
    const auto drafted = buyer.get(of_need());
    const auto revised = buyer.put(
        of_need(),
        R"({"title":"耐高温石墨烯导热膜制备","summary":"需要耐高温石墨烯导热膜连续制备工艺",)"
        R"("fields":["new_materials"],"modes":["transfer","exclusive_licence"]})",
        drafted.etag
    );
    ASSERT_EQ(revised.status, 200) << revised.body;
    EXPECT_EQ(bureau().act(of_need(), "approve_revision").status, 200);
    ASSERT_TRUE(eventually([&] { return matches_of_film(rival_->person).count("items") == 1; }));

    // What is shown to the own side alone counts the grade and says so.
    const auto own = buyer.get(of_need() + "/matches");
    EXPECT_NE(own.body.find("评为"), std::string::npos) << own.body;
    const auto told = matches_of_film(rival_->person);
    EXPECT_EQ(told.body.find("评为"), std::string::npos) << told.body;
    EXPECT_EQ(told.body.find("\"feedback\""), std::string::npos) << told.body;
    const auto to_everyone = rival_->person.get("/api/v1/achievements/" + film + "/matches");
    EXPECT_EQ(told.text("items/0/score"), to_everyone.text("items/0/score"));
}

TEST_F(Grading, WhatPeopleConfirmedTeachesAlsoWhenItIsSolvedAndNotOnceItIsSuspended) {
    auto& buyer = enterprise_->person;
    EXPECT_EQ(grade(buyer, grade_of(0), 3), 200);
    EXPECT_EQ(grade(buyer, grade_of(1), 4), 200);
    EXPECT_EQ(grade(buyer, grade_of(2), 2), 200);
    const auto titles = [&] {
        std::multiset<std::string> out;
        for (const auto& match : confirmed())
            out.insert(match.need.title + " / " + match.achievement.title);
        return out;
    };
    const std::string need = "耐高温石墨烯导热膜制备 / ";
    const auto first = need + "石墨烯导热膜卷对卷制备工艺",
               second = need + "石墨烯导热膜连续制备方法";
    EXPECT_EQ(titles(), (std::multiset{first, second}));
    EXPECT_EQ(buyer.act(of_need(), "solve", R"("reason":"已自行解决")").status, 200);
    EXPECT_EQ(titles(), (std::multiset{first, second}));
    const auto suspended =
        bureau().act("/api/v1/achievements/" + films_[0], "suspend", R"("reason":"权属有争议")");
    EXPECT_EQ(suspended.status, 200) << suspended.body;
    EXPECT_EQ(titles(), std::multiset{second});
}

TEST_F(Grading, TheMarketIsReadInBatchesOfWhateverSize) {
    for (const std::size_t size : {1, 3, 4, 1'000}) {
        std::vector<std::string> titles;
        in_store([&](storage::Store& store) {
            app::LiveBatches batches(store, size);
            for (auto batch = batches.next(); !batch.empty(); batch = batches.next())
                for (const auto& document : batch)
                    titles.push_back(document.title);
            EXPECT_TRUE(batches.next().empty());
            return 0;
        });
        ASSERT_EQ(titles.size(), films_.size() + 1) << size;
        EXPECT_EQ(titles.back(), "耐高温石墨烯导热膜制备");
    }
}

TEST_F(Grading, WhatIsDoneCountsAsAGradeWithoutAnyonesSayingSo) {
    auto& buyer = enterprise_->person;
    const auto matches = buyer.get("/api/v1/matches?listing_id=" + need_);
    std::map<std::string, std::string> match_of;
    for (std::size_t i = 0; i < matches.count("items"); ++i) {
        const auto at = "items/" + std::to_string(i);
        match_of[matches.text(at + "/achievement/listing/id")] =
            "/api/v1/matches/" + matches.text(at + "/id");
    }
    EXPECT_EQ(buyer.act(match_of[films_[0]], "accept").status, 200);
    EXPECT_EQ(buyer.act(match_of[films_[1]], "dismiss", R"("reason":"not_our_field")").status, 200);
    EXPECT_EQ(buyer.act(match_of[films_[2]], "dismiss", R"("reason":"too_early")").status, 200);
    const auto values = [&] {
        std::vector<double> all;
        for (const auto& one : learnt())
            all.push_back(one.value);
        return all;
    };
    EXPECT_EQ(values(), (std::vector{3.0, 1.0}));
    const auto deal = buyer.post(
        "/api/v1/deals",
        R"({"achievement_id":")" + films_[0] + R"(","need_id":")" + need_ +
            R"(","action":"make_offer",)" + offer_json(60'000'000) + "}"
    );
    EXPECT_EQ(deal.status, 201) << deal.body;
    EXPECT_EQ(values(), (std::vector{3.5, 1.0}));
    EXPECT_EQ(grade(buyer, grade_of(0), 2), 200);
    EXPECT_EQ(values(), (std::vector{2.0, 1.0}));
    const auto graded = buyer.get(match_of[films_[0]]);
    EXPECT_EQ(graded.text("your_grade"), "2");
    EXPECT_EQ(university_->person.get(match_of[films_[0]]).text("your_grade"), "");
}

} // namespace
} // namespace jishi::test
