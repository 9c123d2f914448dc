// The books of the market: what the use-cases need from storage. Every call runs inside the one
// unit of work that handed the books out; nothing is visible to others before it commits.
// Infrastructure failures throw and undo the whole unit. `take_...` locks the row until the unit
// ends and reads the newest state. Lock order: listings (achievement before need, then by id), then
// deal, then contract. `put` inserts when version is 0, else compares-and-sets on version; it
// raises `version` in the object. A lost race - a stale version, a duplicate key that a use-case
// has just looked for - throws and the whole unit is run again, so that the use-case sees what the
// other wrote and refuses by rule.
#pragma once

#include "market/contract.hpp"
#include "market/deal.hpp"
#include "market/event.hpp"
#include "market/grade.hpp"
#include "market/match.hpp"
#include "market/party.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jishi::market {

// Newest first by id (ids are time-ordered): the objects older than `before`, at most `limit`.
struct PageRequest {
    std::optional<IdBytes> before{};
    std::uint32_t limit = 20; // 1..100
};

class PartyBook {
public:
    virtual ~PartyBook() = default;
    virtual std::optional<Organisation> find_organisation(OrganisationId id) = 0;
    // The one that holds the code: a rejected organisation does not.
    virtual std::optional<Organisation> find_organisation_by_uscc(std::string_view uscc) = 0;
    virtual std::optional<Organisation> take_organisation(OrganisationId id) = 0;
    virtual void put_organisation(Organisation& organisation) = 0;
    virtual std::vector<Organisation>
    list_organisations(std::optional<VerificationState> state, const PageRequest& page) = 0;

    virtual std::optional<Member> find_member(MemberId id) = 0;
    virtual std::optional<Member> find_member_by_login(std::string_view login) = 0;
    virtual std::vector<Member> members_of(OrganisationId id) = 0;
    virtual void put_member(Member& member) = 0;

    virtual std::optional<Credential> take_credential(MemberId id) = 0;
    virtual void put_credential(const Credential& credential) = 0; // inserts or replaces

    // The session with its member and organisation as they are now, for authentication.
    struct Authenticated {
        Session session{};
        Member member{};
        Organisation organisation{};
    };
    virtual std::optional<Authenticated> find_session(std::string_view secret_hash) = 0;
    virtual void add_session(const Session& session) = 0;
    virtual std::vector<Session>
    sessions_of(MemberId id, SessionKind kind) = 0; // not revoked, not expired
    virtual bool
    revoke_session(SessionId id, MemberId member, Instant at) = 0; // false: no such live session
    virtual void revoke_sessions_of(MemberId id, Instant at, std::optional<SessionId> except) = 0;
};

class ListingBook {
public:
    virtual ~ListingBook() = default;
    virtual std::optional<Listing> find(ListingId id) = 0;
    virtual std::optional<Listing> take(ListingId id) = 0;
    virtual std::optional<Listing>
    find_by_source(ListingKind kind, OrganisationId owner, std::string_view source_id) = 0;
    virtual void put(Listing& listing) = 0;
    virtual void add_revision(const ListingRevision& revision) = 0;
    virtual std::optional<ListingRevision> find_revision(ListingId id, std::uint32_t number) = 0;
    virtual std::vector<Listing> list_of_owner(
        OrganisationId owner,
        std::optional<ListingKind> kind,
        std::optional<ListingState> state,
        const PageRequest& page
    ) = 0;
    virtual std::vector<Listing>
    list_for_review(std::optional<ListingKind> kind, const PageRequest& page) = 0;
    // Live listings in id order after `after`, with their live revisions: for exports.
    struct Live {
        Listing listing{};
        ListingRevision revision{};
    };
    virtual std::vector<Live>
    live_after(ListingKind kind, const IdBytes& after, std::uint32_t limit) = 0;
    // The same, of each no more than an index is made of: of its content only what is found or
    // ranked by, and that is public.
    struct Shown {
        ListingId id{};
        OrganisationId owner{};
        std::uint32_t revision = 0;
        std::optional<Instant> published_at{};
        Instant created_at{};
        ListingContent content{};
    };
    virtual std::vector<Shown>
    shown_after(ListingKind kind, const IdBytes& after, std::uint32_t limit) = 0;
    virtual std::vector<ListingId>
    due_before(Instant now, std::uint32_t limit) = 0; // published and expires_at <= now
};

class MatchBook {
public:
    virtual ~MatchBook() = default;
    virtual std::optional<Match> find(MatchId id) = 0;
    virtual std::optional<Match> take(MatchId id) = 0;
    virtual bool add_if_new(Match& match) = 0; // false: this pair was told before
    virtual void put(Match& match) = 0;
    virtual std::vector<Match> list_of_owner(
        OrganisationId owner,
        std::optional<ListingId> listing,
        bool pending_only,
        const PageRequest& page
    ) = 0;

    virtual void add_saved_search(SavedSearch& search) = 0;
    virtual std::optional<SavedSearch> find_saved_search(SavedSearchId id) = 0;
    virtual bool remove_saved_search(SavedSearchId id, MemberId member) = 0;
    virtual std::vector<SavedSearch> saved_searches_of(MemberId member) = 0;
    virtual std::vector<SavedSearch> all_saved_searches() = 0;
    // False: this search was told of this listing before.
    virtual bool add_search_hit(SavedSearchId search, ListingId listing, Instant at) = 0;
};

// What people say of pairs and what they do with them. A lost race in `put` throws as elsewhere.
class FeedbackBook {
public:
    virtual ~FeedbackBook() = default;
    virtual std::optional<MatchGrade> find(const Pair& pair, ListingKind side) = 0;
    virtual void put(MatchGrade& grade) = 0;
    virtual void remove(const Pair& pair, ListingKind side) = 0;
    // Given for the listing's own side, by the counterpart's id.
    virtual std::vector<MatchGrade> grades_of(ListingId listing) = 0;

    // The pairs of which anything is known: graded, answered or with an offer made. In the order
    // of Pair; those of one listing, and of the whole market those after one, 1..1 000 at once.
    virtual std::vector<PairFeedback> pairs_of(ListingId listing) = 0;
    virtual std::vector<PairFeedback> pairs_after(const Pair& after, std::uint32_t limit) = 0;
};

class DealBook {
public:
    virtual ~DealBook() = default;
    virtual std::optional<Deal> find(DealId id) = 0;
    virtual std::optional<Deal> take(DealId id) = 0;
    virtual void put(Deal& deal) = 0;
    virtual std::vector<Deal> list_of_party(
        OrganisationId party, std::optional<DealState> state, const PageRequest& page
    ) = 0;
    virtual std::vector<DealId> open_deals_on(ListingId listing) = 0; // in id order
    // An open deal between these two on exactly these listings.
    virtual std::optional<DealId> find_open_between(
        OrganisationId buyer,
        OrganisationId seller,
        const std::optional<ListingId>& achievement,
        const std::optional<ListingId>& need
    ) = 0;
    virtual std::vector<DealId> due_before(Instant now, std::uint32_t limit) = 0;

    virtual void add_offer(const Offer& offer) = 0;
    virtual std::optional<Offer> find_offer(OfferId id) = 0;
    virtual std::vector<Offer> offers_of(DealId id) = 0; // in number order

    virtual std::optional<Mandate> find_mandate(MandateId id) = 0;
    virtual std::optional<Mandate> take_mandate(MandateId id) = 0;
    virtual void put_mandate(Mandate& mandate) = 0;
    virtual std::vector<Mandate>
    mandates_of(OrganisationId organisation, const PageRequest& page) = 0; // either side
    virtual std::optional<Mandate> accepted_mandate(ListingId listing, MemberId broker) = 0;
    virtual std::optional<Mandate>
    open_mandate(ListingId listing, MemberId broker) = 0; // offered or accepted
};

class ContractBook {
public:
    virtual ~ContractBook() = default;
    virtual std::optional<Contract> find(ContractId id) = 0; // with its signatures
    virtual std::optional<Contract> take(ContractId id) = 0;
    virtual std::optional<ContractId> find_by_deal(DealId deal) = 0; // that is not cancelled
    virtual void put(Contract& contract) = 0;                        // without the signatures
    virtual void
    add_signature(ContractId id, const Signature& signature) = 0; // a second one of a side throws
    virtual std::vector<Contract> list_of_party(
        OrganisationId party, std::optional<ContractState> state, const PageRequest& page
    ) = 0;
};

class EventBook {
public:
    virtual ~EventBook() = default;
    virtual void append(const Event& event) = 0;
    virtual std::vector<Event> history_of(std::string_view object
    ) = 0; // in the order they happened
};

// The answer that was given to a request with an Idempotency-Key.
struct StoredAnswer {
    std::string request_hash{}; // of method, path and body
    int status = 0;
    std::string headers{}; // as the protocol wrote them
    std::string body{};
};

class AnswerBook {
public:
    virtual ~AnswerBook() = default;
    virtual std::optional<StoredAnswer> find(std::string_view scope, std::string_view key) = 0;
    virtual void
    add(std::string_view scope, std::string_view key, const StoredAnswer& answer, Instant at) = 0;
    virtual void forget_before(Instant at) = 0;
};

// A rule that is data: its value on a day. Keys are listed in rules.hpp.
class RuleBook {
public:
    virtual ~RuleBook() = default;
    virtual std::optional<std::int64_t> value_on(std::string_view key, Date day) = 0;
};

struct Books {
    PartyBook& parties;
    ListingBook& listings;
    MatchBook& matches;
    FeedbackBook& feedback;
    DealBook& deals;
    ContractBook& contracts;
    EventBook& events;
    AnswerBook& answers;
    RuleBook& rules;
    Instant now{}; // of this unit of work

    virtual IdBytes new_id() = 0;        // UUIDv7, increasing within the process
    virtual IdBytes new_random_id() = 0; // tells neither when it was made nor beside what
    virtual std::string sha256_hex(std::string_view text) = 0;

    template<class IdType>
    IdType new_id_of() {
        return IdType{new_id()};
    }

protected:
    ~Books() = default;
    Books(const Books&) = default;
    Books(
        PartyBook& p,
        ListingBook& l,
        MatchBook& m,
        FeedbackBook& f,
        DealBook& d,
        ContractBook& c,
        EventBook& e,
        AnswerBook& a,
        RuleBook& r,
        Instant at
    )
        : parties(p), listings(l), matches(m), feedback(f), deals(d), contracts(c), events(e),
          answers(a), rules(r), now(at) {}
};

} // namespace jishi::market
