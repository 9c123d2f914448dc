// What is offered and what is sought. An achievement (科技成果) and a need (技术需求) are two kinds
// of one listing: one life, one set of versions; they differ in fields and in the rows of their
// process. Source: domain 6.3 and 6.4.
#pragma once

#include "market/ids.hpp"
#include "market/listing_process.hpp"
#include "market/money.hpp"
#include "market/result.hpp"
#include "market/taxonomy.hpp"
#include "market/time.hpp"

#include <optional>
#include <string>
#include <vector>

namespace jishi::market {

// The id of either kind; shown as "ach_..." or "need_...".
struct ListingId {
    ListingKind kind = ListingKind::achievement;
    IdBytes bytes{};

    std::string text() const;
    static std::optional<ListingId> parse(std::string_view text);
    auto operator<=>(const ListingId&) const = default;
};

// A range of money in fen; both ends absent means negotiable (面议).
struct PriceRange {
    std::optional<Fen> min_fen{}, max_fen{};
    bool operator==(const PriceRange&) const = default;
};

// A measurable target of a need: "energy density >= 300 Wh/kg".
struct TargetMetric {
    std::string name{};  // 1..60 characters
    std::string op{};    // one of < <= = >= >
    std::string value{}; // a decimal number as written, 1..30 characters
    std::string unit{};  // 0..30 characters
    bool operator==(const TargetMetric&) const = default;
};

// What only an achievement says.
struct AchievementPart {
    std::string problem_solved{}, incumbent_solution{}, advantage{}; // each 0..2 000 characters
    std::vector<std::string> patent_numbers{};                       // 0..50, check digits verified
    PriceMode price_mode = PriceMode::agreed_price;
    PriceKind price_kind = PriceKind::negotiable;
    bool service_achievement = false; // made on the unit's task (职务科技成果)
    bool operator==(const AchievementPart&) const = default;
};

// What only a need says: the five elements, targets and a deadline.
struct NeedPart {
    std::string material{}, method{}, efficacy{}, product{},
        application{};                          // each 0..1 000 characters
    std::string current_state{};                // 0..2 000 characters
    std::vector<TargetMetric> target_metrics{}; // 0..20
    std::optional<Date> deadline{};
    bool operator==(const NeedPart&) const = default;
};

// What an owner writes. A revision holds one and never changes; a deal pins the revision it was
// made on.
struct ListingContent {
    std::string title{};        // 2..200 characters
    std::string summary{};      // public text, 0..20 000 characters
    std::string confidential{}; // 0..20 000; for the owner, the operator and, once a contract is in
                                // force, the other party; never indexed
    std::vector<std::string> keywords{}; // 0..20 of 1..40 characters
    Set<TechnologyField> fields{};       // 1..3 before publishing
    std::string industry{};              // GB/T 4754: a letter and 0..4 digits, or empty
    std::string division{};              // GB/T 2260: six digits, or empty
    std::optional<std::uint8_t> trl{};   // 1..9; of a need: the lowest level it accepts
    TrlBasis trl_basis = TrlBasis::self;
    Set<CooperationMode> modes{}; // offered, or accepted
    PriceRange price{};           // asked, or the budget
    Confidentiality confidentiality = Confidentiality::open;
    AchievementPart achievement{}; // empty for a need
    NeedPart need{};               // empty for an achievement
    bool operator==(const ListingContent&) const = default;
};

// The head of a listing: where it stands. Its texts are in the revisions.
struct Listing {
    ListingId id{};
    OrganisationId owner{};
    ListingState state = ListingState::none;
    std::uint32_t revision = 0;      // the newest; 1 is the first
    std::uint32_t live_revision = 0; // what the market sees; 0 before the first approval
    bool review_pending = false;     // the operator owes an answer
    std::string state_reason{};      // why it was returned, declined, suspended or closed
    std::string source_id{};         // the owner's own number, unique per owner and kind, or empty
    std::optional<Instant> published_at{}, expires_at{};
    Instant created_at{}, updated_at{};
    std::uint32_t version = 0; // of the head; 0: not stored yet
};

struct ListingRevision {
    ListingId listing{};
    std::uint32_t number = 0;
    ListingContent content{};
    std::string content_hash{}; // SHA-256 of content_text(), 64 hex digits
    MemberId written_by{};
    Instant written_at{};
};

// A listing in the revision that a match or a deal was made on.
struct PinnedListing {
    ListingId id{};
    std::uint32_t revision = 0;
    bool operator==(const PinnedListing&) const = default;
};

// The canonical text of a content: equal contents have equal texts, whatever machine wrote them.
std::string content_text(ListingKind kind, const ListingContent& content);

} // namespace jishi::market
