#include "market/result.hpp"
#include "tests/storage/market_fixture.hpp"

#include <latch>
#include <thread>

namespace jishi::storage {
namespace {

using namespace jishi::testing;
using namespace jishi::market;

std::int64_t organisations(Market& m) {
    return m.number("SELECT COUNT(*) FROM organisation");
}

void add_organisation(Books& books) {
    auto organisation = full_organisation();
    books.parties.put_organisation(organisation);
}

TEST(Store, AResultCommitsUnlessItIsARefusal) {
    Market m;
    const auto kept = m.store.run([](Books& books) -> Result<int> {
        add_organisation(books);
        return 7;
    });
    EXPECT_EQ(*kept, 7);
    const auto refused = m.store.run([](Books& books) -> Result<int> {
        add_organisation(books);
        return RefusalCode::not_permitted;
    });
    EXPECT_EQ(refused.refusal().code, RefusalCode::not_permitted);
    EXPECT_EQ(organisations(m), 1);
}

TEST(Store, AnOutcomeDecidesForItself) {
    Market m;
    const auto refused_but_kept = m.store.run([](Books& books) {
        add_organisation(books);
        return Outcome<Verdict>{.keep = true, .value = RefusalCode::not_permitted};
    });
    EXPECT_FALSE(refused_but_kept.ok());
    const std::string undone = m.store.run([](Books& books) {
        add_organisation(books);
        return Outcome<std::string>{.keep = false, .value = "undone"};
    });
    EXPECT_EQ(undone, "undone");
    m.store.run([](Books& books) { add_organisation(books); });
    EXPECT_EQ(organisations(m), 2);
}

TEST(Store, AReadLeavesNothingBehind) {
    Market m;
    EXPECT_EQ(
        m.store.read([](Books& books) {
            add_organisation(books);
            return books.parties.list_organisations({}, {}).size();
        }),
        1U
    );
    EXPECT_EQ(organisations(m), 0);
}

TEST(Store, AnExceptionUndoesTheUnitAndPassesThrough) {
    Market m;
    EXPECT_THROW(
        m.store.run([](Books& books) {
            add_organisation(books);
            throw std::runtime_error("broken");
        }),
        std::runtime_error
    );
    EXPECT_EQ(organisations(m), 0);
}

TEST(Store, AUnitThatLostARaceRunsAgainAndSeesWhatTheOtherWrote) {
    Market m;
    auto organisation = full_organisation();
    m.books.parties.put_organisation(organisation);
    int runs = 0;
    m.store.run([&](Books& books) {
        auto mine = *books.parties.find_organisation(organisation.id);
        if (++runs == 1) {
            organisation.industry = "A";
            m.books.parties.put_organisation(organisation); // another connection
        }
        mine.industry += "B";
        books.parties.put_organisation(mine);
    });
    EXPECT_EQ(runs, 2);
    EXPECT_EQ(m.books.parties.find_organisation(organisation.id)->industry, "AB");
}

TEST(Store, AnUnexpectedDuplicateRunsTheUnitAgain) {
    Market m;
    auto rival = full_organisation();
    int runs = 0;
    const auto told = m.store.run([&](Books& books) -> Result<int> {
        ++runs;
        if (books.parties.find_organisation_by_uscc(rival.uscc)) return RefusalCode::not_permitted;
        m.books.parties.put_organisation(rival);
        auto mine = full_organisation();
        mine.uscc = rival.uscc;
        books.parties.put_organisation(mine);
        return 0;
    });
    EXPECT_EQ(runs, 2);
    EXPECT_FALSE(told.ok());
}

TEST(Store, ADuplicateThatStaysEndsAsAConflictThatNamesItsKey) {
    Market m;
    Store impatient(
        m.pool, wall_clock_now, {.attempts_max = 3, .first_pause_ms = 1, .longest_pause_ms = 1}
    );
    auto rival = full_organisation();
    m.books.parties.put_organisation(rival);
    int runs = 0;
    const auto error = error_of([&] {
        impatient.run([&](Books& books) {
            ++runs;
            auto mine = full_organisation();
            mine.uscc = rival.uscc;
            books.parties.put_organisation(mine);
        });
    });
    EXPECT_EQ(runs, 3);
    EXPECT_EQ(error.kind, Kind::conflict);
    EXPECT_EQ(error.constraint, "uq_organisation_open_uscc");
}

TEST(Store, ATakenRowIsRefusedToOthersUntilTheUnitEnds) {
    Market m;
    auto organisation = full_organisation();
    auto listing = full_listing(some_need(), organisation.id);
    auto match = full_match();
    auto deal = full_deal();
    auto mandate = full_mandate();
    auto contract = full_contract();
    const Credential credential{some_id<MemberId>(), "hash", 0, {}};
    m.books.parties.put_organisation(organisation);
    m.books.parties.put_credential(credential);
    m.books.listings.put(listing);
    m.books.matches.put(match);
    m.books.deals.put(deal);
    m.books.deals.put_mandate(mandate);
    m.books.contracts.put(contract);
    const std::vector<std::function<bool(Books&)>> takes{
        [&](Books& b) { return b.parties.take_organisation(organisation.id).has_value(); },
        [&](Books& b) { return b.parties.take_credential(credential.member).has_value(); },
        [&](Books& b) { return b.listings.take(listing.id).has_value(); },
        [&](Books& b) { return b.matches.take(match.id).has_value(); },
        [&](Books& b) { return b.deals.take(deal.id).has_value(); },
        [&](Books& b) { return b.deals.take_mandate(mandate.id).has_value(); },
        [&](Books& b) { return b.contracts.take(contract.id).has_value(); },
    };
    auto other = m.another();
    other.execute("SET SESSION innodb_lock_wait_timeout = 0");
    UnitOfWork others(other, test_now);
    for (std::size_t i = 0; i < takes.size(); ++i) {
        {
            Transaction transaction(m.connection);
            ASSERT_TRUE(takes[i](m.books)) << i;
            Transaction waiting(other);
            EXPECT_EQ(kind_of_error([&] { takes[i](others); }), Kind::conflict) << i;
        }
        Transaction free(other);
        EXPECT_TRUE(takes[i](others)) << i;
    }
}

TEST(Store, EightWhoCountOneRowUpLoseNothing) {
    Market m;
    auto organisation = full_organisation();
    organisation.division = "0";
    m.books.parties.put_organisation(organisation);
    std::latch start(8);
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 8; ++t)
            threads.emplace_back([&] {
                start.arrive_and_wait();
                for (int i = 0; i < 10; ++i)
                    m.store.run([&](Books& books) {
                        auto mine = *books.parties.take_organisation(organisation.id);
                        mine.division = std::to_string(std::stoi(mine.division) + 1);
                        books.parties.put_organisation(mine);
                    });
            });
    }
    EXPECT_EQ(m.books.parties.find_organisation(organisation.id)->division, "80");
}

TEST(UnitOfWork, MakesIdsThatGrowAndHashes) {
    Market m;
    const auto first = m.books.new_id_of<DealId>(), second = m.books.new_id_of<DealId>();
    EXPECT_LT(first, second);
    EXPECT_EQ(m.books.sha256_hex("abc"), sha256_hex("abc"));
    EXPECT_EQ(m.store.read([](Books& books) { return books.now; }), test_now);
}

} // namespace
} // namespace jishi::storage
