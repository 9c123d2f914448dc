// The market's books over one connection, for the length of one transaction.
#pragma once

#include "storage/answer_book.hpp"
#include "storage/contract_book.hpp"
#include "storage/deal_book.hpp"
#include "storage/event_book.hpp"
#include "storage/feedback_book.hpp"
#include "storage/listing_book.hpp"
#include "storage/match_book.hpp"
#include "storage/party_book.hpp"
#include "storage/rule_book.hpp"

namespace jishi::storage {

// A base, so that the books stand before market::Books takes references to them.
struct OwnedBooks {
    OwnedBooks(Connection& connection, market::Instant now);

    PartyBook parties_;
    ListingBook listings_;
    MatchBook matches_;
    FeedbackBook feedback_;
    DealBook deals_;
    ContractBook contracts_;
    EventBook events_;
    AnswerBook answers_;
    RuleBook rules_;
};

// NOLINTNEXTLINE(cppcoreguidelines-virtual-class-destructor): nothing is derived from it
class UnitOfWork final : private OwnedBooks, public market::Books {
public:
    UnitOfWork(Connection& connection, market::Instant at);
    UnitOfWork(const UnitOfWork&) = delete;
    UnitOfWork& operator=(const UnitOfWork&) = delete;

    market::IdBytes new_id() override;
    market::IdBytes new_random_id() override;
    std::string sha256_hex(std::string_view text) override;

    // For what belongs into the same transaction but to no book: a consumer's position, a gap-free
    // number.
    Connection& connection() { return connection_; }

private:
    Connection& connection_;
};

} // namespace jishi::storage
