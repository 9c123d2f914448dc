// Grades in their table, and what matches and deals tell of the same pairs.
#pragma once

#include "market/books.hpp"
#include "storage/connection.hpp"

namespace jishi::storage {

class FeedbackBook final : public market::FeedbackBook {
public:
    explicit FeedbackBook(Connection& connection) : connection_(connection) {}

    std::optional<market::MatchGrade>
    find(const market::Pair& pair, market::ListingKind side) override;
    // A second grade of a side for a pair is a duplicate (the primary key).
    void put(market::MatchGrade& grade) override;
    void remove(const market::Pair& pair, market::ListingKind side) override;
    std::vector<market::MatchGrade> grades_of(market::ListingId listing) override;

    std::vector<market::PairFeedback> pairs_of(market::ListingId listing) override;
    std::vector<market::PairFeedback>
    pairs_after(const market::Pair& after, std::uint32_t limit) override;

private:
    Connection& connection_;
};

} // namespace jishi::storage
