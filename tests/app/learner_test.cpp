// When the market is learned from, and what is in force afterwards.
#include "app/learner.hpp"
#include "app/model_store.hpp"
#include "tests/matching/listings.hpp"
#include "tests/support/test_database.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <thread>

namespace jishi::app {
namespace {

using namespace matching::test;
using market::ListingKind;
using matching::Change;

class Learning : public ::testing::Test {
protected:
    // A program on the folder of the test; `change` alters its settings.
    template<class Alter>
    void start(Alter change) {
        engine_ = std::make_unique<matching::Engine>();
        metrics_ = std::make_unique<protocol::Metrics>();
        Learner::Parts parts{.engine = *engine_, .metrics = *metrics_, .file = file_};
        parts.share_percent = 50;
        parts.listings_min = 8;
        parts.pause = std::chrono::seconds(0);
        parts.rest_factor = 0;
        parts.limits.dimensions = 16;
        change(parts);
        learner_ = std::make_unique<Learner>(parts);
        learner_->load();
        bring(listings_);
    }
    void start() {
        start([](Learner::Parts&) {});
    }

    void bring(const std::vector<matching::Document>& documents) {
        engine_->apply(changes(documents));
    }
    void grow(std::uint32_t to) {
        while (listings_.size() < to) {
            const auto number = static_cast<std::uint32_t>(listings_.size());
            listings_.push_back(
                number % 3 == 2 ? need(number, draw_.text(4), draw_.text(20))
                                : achievement(number, draw_.text(4), draw_.text(20))
            );
            bring({listings_.back()});
        }
    }
    void change(std::uint32_t number) {
        ++listings_[number].revision;
        listings_[number].body += "补充说明。";
        bring({listings_[number]});
    }

    // Whether a look at the market ended in another model.
    bool learns() {
        const auto before = version();
        EXPECT_FALSE(learner_->step());
        return version() != before;
    }
    std::string version() const {
        return matching::version_name(engine_->snapshot()->model().get());
    }

    std::filesystem::path file_ = testing::fresh_folder("learner") / "model" / "current";
    Draw draw_{11};
    std::vector<matching::Document> listings_;
    std::unique_ptr<matching::Engine> engine_;
    std::unique_ptr<protocol::Metrics> metrics_;
    std::unique_ptr<Learner> learner_;
};

TEST_F(Learning, BeginsWithTheSmallestMarketThatIsWorthIt) {
    start();
    EXPECT_FALSE(learns());
    grow(7);
    EXPECT_FALSE(learns());
    EXPECT_EQ(version(), "none");
    EXPECT_EQ(learner_->listings(), 0);
    EXPECT_FALSE(std::filesystem::exists(file_));
    grow(8);
    EXPECT_TRUE(learns());
    EXPECT_EQ(learner_->listings(), 8);
    EXPECT_NE(metrics_->text().find("jishi_models_learned_total 1\n"), std::string::npos);
    EXPECT_NE(metrics_->text().find("jishi_model_listings 8\n"), std::string::npos);
    EXPECT_TRUE(std::filesystem::exists(file_));
    EXPECT_FALSE(std::filesystem::exists(file_.string() + ".new"));
    EXPECT_FALSE(learns());
}

TEST_F(Learning, IsRepeatedWhenAShareOfTheMarketHasComeChangedOrGone) {
    start();
    grow(20);
    EXPECT_TRUE(learns());
    grow(29);
    EXPECT_FALSE(learns());
    grow(30); // half of the 20
    EXPECT_TRUE(learns());
    for (std::uint32_t number = 0; number < 14; ++number)
        change(number);
    EXPECT_FALSE(learns());
    change(0); // again: it is one changed listing still
    EXPECT_FALSE(learns());
    change(14);
    EXPECT_TRUE(learns());
    for (std::uint32_t number = 0; number < 14; ++number)
        engine_->apply(std::vector<Change>{listings_[number].id});
    EXPECT_FALSE(learns());
    engine_->apply(std::vector<Change>{listings_[14].id});
    EXPECT_TRUE(learns());
    EXPECT_EQ(learner_->listings(), 15);
}

TEST_F(Learning, AsksForTheSmallestNumberWhereTheShareIsLess) {
    start([](Learner::Parts& parts) { parts.share_percent = 1; });
    grow(20);
    EXPECT_TRUE(learns());
    grow(27);
    EXPECT_FALSE(learns());
    grow(28);
    EXPECT_TRUE(learns());
}

TEST_F(Learning, WaitsForThePause) {
    start([](Learner::Parts& parts) { parts.pause = std::chrono::hours(1); });
    grow(8);
    EXPECT_TRUE(learns());
    grow(40);
    EXPECT_FALSE(learns());
}

TEST_F(Learning, RestsInProportionToWhatALookTook) {
    using std::chrono::milliseconds;
    start([](Learner::Parts& parts) {
        parts.rest_factor = 10;
        parts.confirmed = [] {
            std::this_thread::sleep_for(milliseconds(200));
            return std::vector<market::Pair>{};
        };
    });
    grow(8);
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_TRUE(learns());
    const auto took = std::chrono::steady_clock::now() - begin;
    grow(40);
    while (!learns())
        std::this_thread::sleep_for(milliseconds(10));
    EXPECT_GE(std::chrono::steady_clock::now() - begin, 5 * took);
}

TEST_F(Learning, IsKeptOverARestart) {
    start();
    grow(12);
    EXPECT_TRUE(learns());
    const auto before = version();
    start();
    EXPECT_EQ(version(), before);
    EXPECT_EQ(learner_->listings(), 12);
    EXPECT_FALSE(learns()); // it knows what it was learned from
    grow(19);
    EXPECT_FALSE(learns());
    grow(20);
    EXPECT_TRUE(learns());
}

TEST_F(Learning, OfTheSameListingsGivesTheSameModel) {
    start();
    grow(12);
    EXPECT_TRUE(learns());
    const auto before = version();
    std::filesystem::remove_all(file_.parent_path());
    std::reverse(listings_.begin(), listings_.end());
    start();
    EXPECT_EQ(version(), "none");
    EXPECT_TRUE(learns());
    EXPECT_EQ(version(), before);
}

// Between the need of one number and the achievement of the next.
market::Pair pair(std::uint32_t number) {
    return {
        listing_id(ListingKind::need, number), listing_id(ListingKind::achievement, number + 1)};
}
std::vector<market::Pair> pairs(std::uint32_t count) {
    std::vector<market::Pair> out;
    for (std::uint32_t number = 0; number < count; ++number)
        out.push_back(pair(number));
    return out;
}

TEST_F(Learning, TakesInTheMatchesThatPeopleConfirmed) {
    start();
    grow(12);
    EXPECT_TRUE(learns());
    const auto without = version();
    std::vector<std::string> versions;
    for (int again = 0; again < 2; ++again) {
        std::filesystem::remove_all(file_.parent_path());
        std::vector<market::Pair> read;
        start([&](Learner::Parts& parts) {
            parts.limits.confirmed_max = 2;
            parts.confirmed = [] { return pairs(4); };
            parts.texts_of = [&](auto some, const auto&) {
                read.assign(some.begin(), some.end());
                // A need that is gone, and an achievement.
                return std::vector<ConfirmedTexts>{{need(99, "电池回收"), listings_[0]}};
            };
        });
        EXPECT_TRUE(learns());
        EXPECT_EQ(read, (std::vector{pair(0), pair(2)})) << "no more than may be, evenly spread";
        versions.push_back(version());
    }
    EXPECT_EQ(versions[0], versions[1]);
    EXPECT_NE(versions[0], without);
}

TEST_F(Learning, IsRepeatedWhenEnoughMatchesWereConfirmedThoughNoListingChanged) {
    std::vector<market::Pair> confirmed;
    const auto begin = [&] {
        start([&](Learner::Parts& parts) {
            parts.matches_min = 3;
            parts.confirmed = [&] { return confirmed; };
            parts.texts_of = [&](auto some, const auto&) {
                std::vector<ConfirmedTexts> out;
                for (std::size_t i = 0; i < some.size(); ++i)
                    out.push_back({need(90 + static_cast<std::uint32_t>(i), "回收"), listings_[0]});
                return out;
            };
        });
    };
    begin();
    confirmed = pairs(5);
    grow(7);
    EXPECT_FALSE(learns()) << "a market too small to learn from, whatever was confirmed";
    grow(12);
    EXPECT_TRUE(learns());
    struct {
        std::uint32_t confirmed;
        bool learns;
    } const steps[] = {
        {7, false}, // the smallest number asked for less one
        {8, true},
        {11, false}, // less than half of eight
        {12, true},
        {7, false}, // taken back
        {6, true}};
    for (const auto& step : steps) {
        confirmed = pairs(step.confirmed);
        EXPECT_EQ(learns(), step.learns) << step.confirmed;
    }
    confirmed = pairs(7);
    begin(); // what was learned from is kept
    EXPECT_FALSE(learns());
    confirmed = pairs(9);
    EXPECT_TRUE(learns());
}

TEST_F(Learning, GoesOnWithoutADamagedFileAndReplacesIt) {
    start();
    grow(12);
    EXPECT_TRUE(learns());
    const auto before = version();
    {
        std::fstream file(file_, std::ios::in | std::ios::out | std::ios::binary);
        file.seekg(500);
        const auto byte = file.get();
        file.seekp(500);
        file.put(static_cast<char>(byte ^ 1));
    }
    std::string problem;
    EXPECT_FALSE(load_model(file_, problem));
    EXPECT_EQ(problem, "its checksum does not fit");
    start();
    EXPECT_EQ(version(), "none");
    EXPECT_TRUE(learns());
    EXPECT_EQ(version(), before);
    EXPECT_TRUE(load_model(file_, problem)) << problem;
}

TEST_F(Learning, ServesAModelThatCannotBeKept) {
    std::ofstream(file_.parent_path()) << "a file where the folder should be";
    start();
    grow(12);
    EXPECT_TRUE(learns());
    EXPECT_NE(version(), "none");
}

TEST_F(Learning, EndsWithNothingWhenTheProgramStops) {
    start();
    grow(12);
    learner_->stop();
    EXPECT_FALSE(learns());
    EXPECT_FALSE(std::filesystem::exists(file_));
}

TEST_F(Learning, TellsWhoeverReadsConfirmedMatchesToStop) {
    start([&](Learner::Parts& parts) {
        parts.texts_of = [&](auto, const Learner::Parts::Stopped& stopped) {
            EXPECT_FALSE(stopped());
            learner_->stop();
            EXPECT_TRUE(stopped());
            return std::vector<ConfirmedTexts>{};
        };
    });
    grow(12);
    EXPECT_FALSE(learns());
}

TEST_F(Learning, SwitchedOffKeepsTheModelThereIs) {
    start();
    grow(12);
    EXPECT_TRUE(learns());
    const auto before = version();
    start([](Learner::Parts& parts) { parts.learns = false; });
    EXPECT_EQ(version(), before);
    grow(40);
    EXPECT_FALSE(learns());
}

TEST_F(Learning, NeedsSomethingOnOffer) {
    start();
    for (std::uint32_t number = 0; number < 12; ++number)
        bring({need(number, draw_.text(4), draw_.text(20))});
    EXPECT_FALSE(learns());
}

} // namespace
} // namespace jishi::app
