#include "market/timers.hpp"
#include "tests/market/invariants.hpp"

#include <gtest/gtest.h>

#include <random>

namespace jishi::market {
namespace {

using namespace tests;

// People who do what comes to their mind: mostly what they are offered, sometimes what they are
// not.
class Walk {
public:
    explicit Walk(unsigned seed) : random_(seed) {}

    void step() {
        const auto writes = world.books.writes();
        const auto outcome = act();
        ++outcomes[outcome];
        if (outcome != "ok") {
            EXPECT_EQ(world.books.writes(), writes) << "written although " << outcome;
        }
        invariants_.check();
    }

    MarketWorld world;
    std::map<std::string, int> outcomes;

private:
    std::size_t below(std::size_t bound) { return random_() % bound; }
    bool chance(unsigned percent) { return below(100) < percent; }
    template<class T>
    const T& any_of(const std::vector<T>& from) {
        return from[below(from.size())];
    }
    template<class Enum>
    Enum any() {
        return static_cast<Enum>(below(Vocabulary<Enum>::names.size()));
    }
    // Mostly one of the newest, so that things come to an end.
    template<class T>
    const T& recent(const std::vector<T>& from) {
        const auto newest = std::min<std::size_t>(from.size(), 6);
        return chance(90) ? from[from.size() - 1 - below(newest)] : any_of(from);
    }
    const Party& someone() { return any_of(people_); }
    std::string reason() { return chance(70) ? "原因" : ""; }

    std::string act() {
        const auto dice = below(100);
        if (dice < 3 || listings_.size() < 4) return create();
        if (dice < 25) return act_on_some_listing();
        if (dice < 33) return open();
        if (dice < 60) return deals_.empty() ? "ok" : act_on_some_deal();
        if (dice < 68) return deals_.empty() ? "ok" : draft();
        if (dice < 88) return contracts_.empty() ? "ok" : act_on_some_contract();
        if (dice < 92) return act_on_some_mandate();
        if (dice < 96) return act_on_some_match();
        if (dice < 98) return pass_time();
        return suspend_or_restore();
    }

    static bool ends(std::string_view event) {
        constexpr std::string_view endings[] = {
            "withdraw",
            "operator_withdraw",
            "reject",
            "operator_reject",
            "suspend",
            "solve",
            "close_unsolved",
            "cancel",
            "decline",
            "revoke",
            "end",
            "dispute",
            "return_to_owner",
            "return_to_drafter",
            "decline_revision"};
        return std::find(std::begin(endings), std::end(endings), event) != std::end(endings);
    }

    // Somebody, what is offered to them, and what they do: mostly one of these, and seldom one that
    // ends what was begun.
    template<class Enum>
    struct Try {
        Caller caller;
        std::vector<std::string_view> offered;
        Enum event;
    };
    template<class Enum, class Offer>
    Try<Enum> someone_tries(Offer offer) {
        const bool patient = chance(90);
        for (int tries = 0; tries < 20; ++tries) {
            const auto caller = someone().caller;
            const auto offered = offer(caller);
            auto tempting = offered;
            if (patient) std::erase_if(tempting, ends);
            if (tempting.empty()) continue;
            return {
                caller, offered, chance(90) ? *parse_name<Enum>(any_of(tempting)) : any<Enum>()};
        }
        const auto caller = someone().caller;
        return {caller, offer(caller), any<Enum>()};
    }

    // An event that is offered is refused only for what it is done with; one that is not is always
    // refused.
    template<class Enum>
    std::string
    judge(Enum event, const std::vector<std::string_view>& offered, std::string outcome) {
        const bool was_offered =
            std::find(offered.begin(), offered.end(), name_of(event)) != offered.end();
        const bool refused_by_table = outcome == "event_not_allowed" ||
                                      outcome == "not_permitted" || outcome == "not_found" ||
                                      outcome == "already_answered";
        EXPECT_EQ(refused_by_table, !was_offered) << name_of(event) << " gave " << outcome;
        return outcome;
    }

    std::string create() {
        const auto kind = any<ListingKind>();
        auto content = sample_content(kind);
        if (kind == ListingKind::need && chance(40))
            content.confidentiality = Confidentiality::anonymous;
        const auto listing = create_listing(world.books, someone().caller, {kind, content, {}});
        if (listing) listings_.push_back(listing->id);
        return told(listing);
    }

    // One in that state, if there is one.
    ListingId some_listing(ListingState state) {
        const auto there =
            ids_of(world.books.listing_book.listings.all([&](const Listing& listing) {
                return listing.state == state;
            }));
        return there.empty() || chance(20) ? recent(listings_) : any_of(there);
    }

    std::string act_on_some_listing() {
        const auto id = some_listing(chance(10) ? ListingState::closed : ListingState::none);
        const auto [caller, offered, event] = someone_tries<ListingEvent>([&](const Caller& who) {
            return available_actions(world.books, who, world.listing(id));
        });
        if (event != ListingEvent::revise)
            return event == ListingEvent::create
                       ? "ok"
                       : judge(
                             event,
                             offered,
                             told(act_on_listing(world.books, caller, id, event, reason(), {}))
                         );
        auto content = sample_content(id.kind);
        content.title += std::to_string(below(1'000'000));
        return judge(event, offered, told(revise_listing(world.books, caller, id, content, {})));
    }

    Terms terms() {
        constexpr CooperationMode modes[] = {
            CooperationMode::exclusive_licence,
            CooperationMode::sole_licence,
            CooperationMode::non_exclusive_licence};
        return sample_terms(modes[below(3)], static_cast<Fen>(1 + below(1'000)));
    }

    std::string open() {
        DealDraft draft;
        for (const auto id :
             {some_listing(ListingState::published), some_listing(ListingState::engaged)})
            (id.kind == ListingKind::need ? draft.need : draft.achievement) = id;
        draft.event = static_cast<DealEvent>(below(3));
        draft.offer = sample_offer(world.books.now, terms());
        const auto deal = open_deal(world.books, someone().caller, draft);
        if (deal) deals_.push_back(deal->id);
        return told(deal);
    }

    std::string act_on_some_deal() {
        const auto id = recent(deals_);
        const auto [caller, offered, event] = someone_tries<DealEvent>([&](const Caller& who) {
            return available_actions(world.books, who, world.deal(id));
        });
        return judge(
            event,
            offered,
            told(act_on_deal(
                world.books,
                caller,
                id,
                {.event = event,
                 .reason = reason(),
                 .offer = sample_offer(world.books.now, terms()),
                 .related_party = any<RelatedParty>()},
                {}
            ))
        );
    }

    std::string draft() {
        const auto agreed = ids_of(world.books.deal_book.deals.all([](const Deal& deal) {
            return deal.state == DealState::terms_agreed;
        }));
        const auto deal = !agreed.empty() && chance(80) ? any_of(agreed) : recent(deals_);
        const auto contract =
            draft_contract(world.books, someone().caller, deal, sample_contract());
        if (contract) contracts_.push_back(contract->id);
        return told(contract);
    }

    std::string act_on_some_contract() {
        const auto id = recent(contracts_);
        const auto [caller, offered, event] = someone_tries<ContractEvent>([&](const Caller& who) {
            return available_actions(who, world.contract(id));
        });
        if (event == ContractEvent::create) return "ok";
        if (event == ContractEvent::sign) return told(world.sign(caller, id));
        if (event != ContractEvent::revise)
            return judge(
                event, offered, told(act_on_contract(world.books, caller, id, event, reason(), {}))
            );
        auto content = sample_contract();
        content.project_name += std::to_string(below(1'000));
        return judge(event, offered, told(revise_contract(world.books, caller, id, content, {})));
    }

    std::string act_on_some_mandate() {
        if (mandates_.empty() || chance(30)) {
            const auto mandate = offer_mandate(
                world.books, world.agency.caller, {.listing = recent(listings_), .commission_bp = 1}
            );
            if (mandate) mandates_.push_back(mandate->id);
            return told(mandate);
        }
        const auto id = recent(mandates_);
        const auto [caller, offered, event] = someone_tries<MandateEvent>([&](const Caller& who) {
            return available_actions(who, *world.books.deals.find_mandate(id));
        });
        return judge(
            event, offered, told(act_on_mandate(world.books, caller, id, event, reason(), {}))
        );
    }

    std::string act_on_some_match() {
        const auto all = world.books.match_book.matches.all();
        if (all.empty() || chance(30)) {
            const auto a = recent(listings_), b = recent(listings_);
            const FoundMatch found[] = {
                {.need = a.kind == ListingKind::need ? a : b,
                 .achievement = a.kind == ListingKind::need ? b : a}};
            if (a.kind != b.kind) record_matches(world.books, found, "engine.1");
            return "ok";
        }
        const auto match = any_of(all);
        const auto [caller, offered, event] = someone_tries<MatchEvent>([&](const Caller& who) {
            return available_actions(who, match);
        });
        const auto why = chance(70) ? std::optional(any<DismissReason>()) : std::nullopt;
        return judge(
            event, offered, told(act_on_match(world.books, caller, match.id, event, why, {}))
        );
    }

    std::string pass_time() {
        world.wait(static_cast<std::int64_t>(below(5)) * day_us);
        expire_due(world.books, 3);
        return "ok";
    }

    std::string suspend_or_restore() {
        auto& party = people_[1 + below(people_.size() - 1)];
        const auto event =
            party.caller.is_verified() ? VerificationEvent::suspend : VerificationEvent::restore;
        if (party.caller.is_verified() && chance(90)) return "ok";
        world.verify(party, event, world.bureau.caller, "原因");
        party = world.refreshed(party);
        return "ok";
    }

    std::mt19937 random_;
    std::vector<Party> people_{
        world.bureau, world.university, world.enterprise, world.rival, world.agency};
    Invariants invariants_{world};
    std::vector<ListingId> listings_;
    std::vector<DealId> deals_;
    std::vector<ContractId> contracts_;
    std::vector<MandateId> mandates_;
};

TEST(RandomWalk, WhateverPeopleDoTheMarketStaysTrue) {
    std::map<std::string, int> outcomes, events;
    for (unsigned seed = 1; seed <= 20 && !testing::Test::HasFailure(); ++seed) {
        Walk walk(seed);
        for (int i = 0; i < 1'000 && !testing::Test::HasFailure(); ++i) {
            const testing::ScopedTrace trace(
                __FILE__, __LINE__, "seed " + std::to_string(seed) + " step " + std::to_string(i)
            );
            walk.step();
        }
        for (const auto& [outcome, count] : walk.outcomes)
            outcomes[outcome] += count;
        for (const auto& event : walk.world.books.event_book.all)
            ++events[event.name];
    }
    // The walk went everywhere that matters.
    EXPECT_GT(outcomes["ok"], 4'000);
    for (const auto* name :
         {"contract.sign",
          "contract.close_by_rival",
          "achievement.close_by_contract",
          "deal.close_by_rival",
          "deal.contract_effective",
          "deal.expire",
          "need.disengage",
          "achievement.reopen",
          "mandate.accept",
          "match.dismiss"})
        EXPECT_GT(events[name], 0) << name;
}

} // namespace
} // namespace jishi::market
