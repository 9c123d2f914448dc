#include "market/grades.hpp"
#include "tests/storage/market_fixture.hpp"

#include <atomic>
#include <thread>

namespace jishi::storage {
namespace {

using namespace jishi::testing;
using namespace jishi::market;

TEST(GradingAtOnce, TheLastPlaceOfAListingIsGivenOnce) {
    Market m;
    const auto owner = some_id<OrganisationId>();
    const auto publish = [&](ListingId id, OrganisationId by) {
        auto listing = full_listing(id, by);
        m.books.listings.put(listing);
        return id;
    };
    const auto need = publish(some_need(), owner);
    std::vector<ListingId> counterparts;
    for (int i = 0; i < 4; ++i)
        counterparts.push_back(publish(some_achievement(), some_id<OrganisationId>()));
    m.store.run([&](UnitOfWork& books) {
        for (std::size_t i = 1; i < grades_per_listing_max; ++i) {
            auto grade = full_grade({need, some_achievement()}, ListingKind::need);
            books.feedback.put(grade);
        }
    });
    const Caller caller{
        .member = some_id<MemberId>(),
        .organisation = owner,
        .verification = VerificationState::verified,
        .roles = {Role::deal_maker},
        .scopes = all_scopes};
    std::atomic<int> given = 0, refused = 0;
    {
        std::vector<std::jthread> people;
        for (const auto& counterpart : counterparts)
            people.emplace_back([&] {
                const auto done = m.store.run([&](Books& books) {
                    return give_grade(books, caller, {need, counterpart}, ListingKind::need, 4);
                });
                ++(done ? given : refused);
                if (!done) {
                    EXPECT_EQ(done.refusal().code, RefusalCode::limit_reached);
                }
            });
    }
    EXPECT_EQ(given, 1);
    EXPECT_EQ(refused, 3);
    EXPECT_EQ(m.books.feedback.grades_of(need).size(), grades_per_listing_max);
    EXPECT_EQ(m.number("SELECT COUNT(*) FROM event"), 1);
}

} // namespace
} // namespace jishi::storage
