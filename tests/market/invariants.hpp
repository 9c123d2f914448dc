// What must hold in the market after every act, whoever acted and in whatever order.
#pragma once

#include "tests/support/market_world.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace jishi::market {

class Invariants {
public:
    explicit Invariants(tests::MarketWorld& world) : world_(world) {}

    // Looks at the events since it last looked, and at every object.
    void check() {
        for (; seen_events_ < world_.events(); ++seen_events_)
            check_event(world_.books.event_book.all[seen_events_]);
        world_.books.listing_book.listings.each([&](const Listing& listing) {
            check_listing(listing);
        });
        world_.books.deal_book.deals.each([&](const Deal& deal) { check_deal(deal); });
        world_.books.contract_book.contracts.each([&](const Contract& contract) {
            check_contract(contract);
        });
        check_exclusive_rights();
    }

private:
    // Every change of state is an event that begins where the last one ended, with a later version.
    void check_event(const Event& event) {
        auto key = event.object;
        const bool is_match = event.name.starts_with("match.");
        if (is_match && event.name != "match.propose") key += event.facts.at(3).second;
        auto& last =
            last_.try_emplace(key, Last{is_match && key != event.object ? "pending" : "", 0})
                .first->second;
        const bool has_states = !event.from.empty();
        if (has_states) {
            EXPECT_EQ(event.from, last.state.empty() ? "none" : last.state) << event.name;
            EXPECT_GT(event.object_version, last.version) << event.name;
        }
        last = {event.to, event.object_version};
        EXPECT_FALSE(is_over(event)) << event.name << " from " << event.from;
    }

    static bool is_over(const Event& event) {
        const auto in = [&](auto terminal) {
            using State = decltype(terminal);
            const auto state = parse_name<typename State::Value>(event.from);
            return state && terminal.states.has(*state);
        };
        if (event.name.starts_with("achievement."))
            return in(Terminal<ListingState>{listing_rows::achievement_terminal});
        if (event.name.starts_with("need."))
            return in(Terminal<ListingState>{listing_rows::need_terminal});
        if (event.name.starts_with("deal.")) return in(Terminal<DealState>{deal_rows::terminal});
        if (event.name.starts_with("contract."))
            return in(Terminal<ContractState>{contract_rows::terminal});
        return false;
    }
    template<class State>
    struct Terminal {
        using Value = State;
        Set<State> states;
    };

    void is_told(const std::string& object, std::string_view state, std::uint32_t version) {
        EXPECT_EQ(last_[object].state, state) << object;
        EXPECT_EQ(last_[object].version, version) << object;
    }

    void check_listing(const Listing& listing) {
        const testing::ScopedTrace trace(__FILE__, __LINE__, listing.id.text());
        is_told(listing.id.text(), name_of(listing.state), listing.version);
        const bool negotiated = !world_.books.deals.open_deals_on(listing.id).empty();
        if (listing.state == ListingState::engaged) {
            EXPECT_TRUE(negotiated);
        } else if (listing.state != ListingState::suspended) {
            EXPECT_FALSE(negotiated) << "in " << name_of(listing.state);
        }
        EXPECT_LE(listing.live_revision, listing.revision);
        EXPECT_TRUE(world_.books.listings.find_revision(listing.id, listing.revision));
        if (is_live(listing.state)) {
            EXPECT_GT(listing.live_revision, 0u);
            EXPECT_TRUE(listing.expires_at && listing.published_at);
        }
        if (listing.review_pending) {
            EXPECT_TRUE(
                listing.state == ListingState::submitted || listing.live_revision < listing.revision
            );
        }
    }

    void check_deal(const Deal& deal) {
        const testing::ScopedTrace trace(__FILE__, __LINE__, deal.id.text());
        is_told(deal.id.text(), name_of(deal.state), deal.version);
        EXPECT_EQ(deal.due_at.has_value(), is_open(deal.state)) << "no state waits for ever";
        EXPECT_NE(deal.buyer, deal.seller);
        if (deal.state == DealState::terms_agreed || deal.state == DealState::contracted) {
            EXPECT_NE(deal.related_party, RelatedParty::unset);
            EXPECT_FALSE(deal.buyer_hidden);
            EXPECT_EQ(deal.accepted_offer, deal.current_offer);
            EXPECT_EQ(
                deal.terms_hash, world_.books.deals.find_offer(*deal.accepted_offer)->terms_hash
            );
        }
        if (!is_open(deal.state) && deal.state != DealState::contracted) {
            EXPECT_FALSE(world_.books.contracts.find_by_deal(deal.id))
                << "a contract without its deal";
        }
    }

    void check_contract(const Contract& contract) {
        const testing::ScopedTrace trace(__FILE__, __LINE__, contract.id.text());
        is_told(contract.id.text(), name_of(contract.state), contract.version);
        const auto deal = world_.deal(contract.deal);
        const bool in_force = is_in_force(contract.state);
        EXPECT_EQ(contract.effective_at.has_value(), in_force);
        EXPECT_EQ(contract.signatures.size() == 2, in_force);
        if (contract.state == ContractState::cancelled) return;
        EXPECT_EQ(deal.state, in_force ? DealState::contracted : DealState::terms_agreed);
        EXPECT_EQ(world_.books.sha256_hex(terms_text(contract.content.terms)), deal.terms_hash);
        EXPECT_EQ(
            contract.document_hash, world_.books.sha256_hex(document_of(world_.books, contract))
        );
        for (const auto& signature : contract.signatures)
            EXPECT_EQ(signature.document_hash, contract.document_hash);
    }

    // One at most holds an exclusive right to an achievement, and then it is closed.
    void check_exclusive_rights() {
        std::map<ListingId, int> holders;
        world_.books.contract_book.contracts.each([&](const Contract& contract) {
            const auto deal = world_.deal(contract.deal);
            const bool stands =
                is_in_force(contract.state) && contract.state != ContractState::terminated;
            if (stands && deal.achievement && is_exclusive(contract.content.terms.mode))
                ++holders[deal.achievement->id];
        });
        for (const auto& [id, count] : holders) {
            EXPECT_EQ(count, 1) << id.text();
            EXPECT_EQ(world_.listing(id).state, ListingState::closed) << id.text();
        }
    }

    struct Last {
        std::string state;
        std::uint32_t version;
    };

    tests::MarketWorld& world_;
    std::size_t seen_events_ = 0;
    std::map<std::string, Last> last_; // by object, a match by object and side
};

} // namespace jishi::market
