// kill -9 in the middle of signings: whatever was acknowledged is there once, nothing is there by
// half, and the events agree with the tables.
#include "storage/embedded_server.hpp"
#include "storage/event_log.hpp"
#include "storage/store.hpp"
#include "tests/scenario/market_walk.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <map>
#include <random>
#include <thread>

namespace jishi::test {
namespace {

constexpr int signings = 200;
constexpr int kills = 6;

class Crash : public ::testing::Test {
protected:
    void SetUp() override {
        opened_ = open_market("crash");
        buyer_ = std::make_unique<Organisation>(join(port(), *opened_.bureau, "enterprise", 11));
        seller_ = std::make_unique<Organisation>(join(port(), *opened_.bureau, "university", 12));
        achievement_ = publish(
            seller_->person,
            *opened_.bureau,
            "/api/v1/achievements",
            achievement_json(
                "可多次许可的工艺",
                "一项可以普通许可给许多企业的表面处理工艺",
                R"("non_exclusive_licence")"
            )
        );
    }
    std::uint16_t port() const { return opened_.market->port(); }

    // Another person with the same session, for another thread or after a restart.
    Person same_as(const Person& person) const {
        Person other(port());
        other.use_token(person.token());
        return other;
    }

    Opened opened_;
    std::unique_ptr<Organisation> buyer_, seller_;
    std::string achievement_;
};

// Everything is read from the database itself.
struct Truth {
    std::map<std::string, std::string> state_of_contract, state_of_deal;
    std::map<std::string, int> signatures;
    std::map<std::string, int> effective_events;
    bool chain_unbroken = false;
};

Truth read_truth(const std::filesystem::path& data, const std::vector<Signing>& all) {
    Truth truth;
    const auto options = storage::running_embedded(data);
    storage::Pool pool(*options);
    storage::Store store(pool);
    storage::EventLog log(pool);
    while (log.stamp() > 0) {
    }
    store.read([&](market::Books& books) {
        for (const auto& signing : all) {
            const auto contract =
                books.contracts.find(*market::ContractId::parse(signing.contract));
            truth.state_of_contract[signing.contract] = market::name_of(contract->state);
            truth.signatures[signing.contract] = static_cast<int>(contract->signatures.size());
            truth.state_of_deal[signing.contract] =
                market::name_of(books.deals.find(*market::DealId::parse(signing.deal))->state);
            for (const auto& event : books.events.history_of(signing.contract))
                truth.effective_events[signing.contract] += event.to == "effective";
        }
        return true;
    });
    truth.chain_unbroken = !log.verify(1, log.last_position());
    return truth;
}

TEST_F(Crash, EveryAcknowledgedSignatureIsThereOnceAndNoneByHalf) {
    // One deal between two sides is open at a time, so each signing needs a listing of its own.
    std::vector<Signing> all;
    for (int i = 0; i < signings; ++i) {
        const auto achievement = publish(
            seller_->person,
            *opened_.bureau,
            "/api/v1/achievements",
            achievement_json(
                "工艺" + std::to_string(i),
                "一项可以普通许可给许多企业的表面处理工艺",
                R"("exclusive_licence")"
            )
        );
        all.push_back(bring_to_signing(buyer_->person, seller_->person, achievement, 1'000'000 + i)
        );
    }
    std::vector<std::string> keys_buyer, keys_seller;
    for (int i = 0; i < signings; ++i) {
        keys_buyer.push_back(fresh_key());
        keys_seller.push_back(fresh_key());
    }
    std::vector<char> acknowledged(signings, 0);
    std::mt19937 random(20'261'122);
    std::size_t next = 0;
    int crashes = 0;
    for (int kill = 0; next < all.size(); ++kill) {
        std::atomic<bool> killed = false;
        std::thread killer;
        if (kill < kills)
            killer = std::thread([&, pause = std::chrono::milliseconds(150 + random() % 250)] {
                std::this_thread::sleep_for(pause); // the random moment is the point of this test
                if (kill % 2 == 1) opened_.market->kill_database();
                opened_.market->kill();
                killed = true;
            });
        auto buyer = same_as(buyer_->person), seller = same_as(seller_->person);
        try {
            for (; next < all.size(); ++next) {
                // The same keys after a crash: done before or not, the answer is the same.
                const auto first = sign(buyer, all[next], keys_buyer[next]);
                const auto second = sign(seller, all[next], keys_seller[next]);
                if (first.status == 201 && second.status == 201)
                    acknowledged[next] = 1;
                else
                    break; // the database went first
            }
        } catch (const std::exception&) {
            // The connection broke: the program was killed.
        }
        if (killer.joinable()) killer.join();
        if (killed) opened_.market->start();
        crashes += killed;
    }
    EXPECT_GE(crashes, kills / 2) << "the signings were over before they could be interrupted";

    const auto truth = read_truth(opened_.data, all);
    for (int i = 0; i < signings; ++i) {
        const auto& id = all[static_cast<std::size_t>(i)].contract;
        EXPECT_TRUE(acknowledged[static_cast<std::size_t>(i)]);
        EXPECT_EQ(truth.state_of_contract.at(id), "effective");
        EXPECT_EQ(truth.signatures.at(id), 2);
        EXPECT_EQ(truth.state_of_deal.at(id), "contracted");
        EXPECT_EQ(truth.effective_events.at(id), 1) << id;
    }
    EXPECT_TRUE(truth.chain_unbroken);
}

TEST_F(Crash, TheDatabaseMayDieAndTheMarketGoesOn) {
    for (int round = 0; round < 3; ++round) {
        const auto before = opened_.market->database_pid();
        ASSERT_GT(before, 0);
        opened_.market->kill_database();
        auto person = same_as(buyer_->person);
        EXPECT_TRUE(eventually([&] { return person.get("/api/v1/me").status == 200; }));
        EXPECT_NE(opened_.market->database_pid(), before);
        EXPECT_EQ(Person(port()).get("/api/v1/achievements").status, 200); // from memory all along
    }
}

TEST_F(Crash, AfterKillNineTheNextStartFindsEverythingAndNoOrphanStays) {
    const auto before = buyer_->person.get("/api/v1/achievements/" + achievement_).body;
    const auto database = opened_.market->database_pid();
    opened_.market->kill();
    EXPECT_TRUE(eventually([&] { return opened_.market->database_pid() == 0; }))
        << "orphan " << database;
    opened_.market->start();
    auto person = same_as(buyer_->person);
    EXPECT_EQ(person.get("/api/v1/achievements/" + achievement_).body, before);
    EXPECT_EQ(Person(port()).get("/api/v1/achievements").integer("total"), 1);
    EXPECT_EQ(opened_.market->stop(), 0);
    EXPECT_EQ(opened_.market->database_pid(), 0);
    opened_.market->start();
    EXPECT_EQ(same_as(buyer_->person).get("/api/v1/me").status, 200);
}

} // namespace
} // namespace jishi::test
