// A small market to begin a test from: the bureau that runs it and verified parties, over model
// books.
#pragma once

#include "market/contracts.hpp"
#include "market/matches.hpp"
#include "tests/support/market_samples.hpp"
#include "tests/support/model_books.hpp"

#include <stdexcept>
#include <string>

namespace jishi::tests {

// The name of the refusal, or "ok".
template<class T>
std::string told(const market::Result<T>& result) {
    return result ? "ok" : std::string(market::refusal_text(result.refusal().code).name);
}

// The value. A refusal ends the test with its name and fields.
template<class T>
T must(market::Result<T> result) {
    if (result) return *std::move(result);
    auto message = "refused: " + told(result) + " " + result.refusal().about;
    for (const auto& field : result.refusal().fields)
        message += " " + field.pointer + " " + std::string(field_reason_text(field.reason).name);
    throw std::logic_error(message);
}

// "pointer reason" of every refused field, joined by " | "; empty where nothing was refused.
inline std::string fields_told(const std::vector<market::FieldRefusal>& fields) {
    std::string text;
    for (const auto& field : fields)
        text += (text.empty() ? "" : " | ") + field.pointer + " " +
                std::string(field_reason_text(field.reason).name);
    return text;
}
template<class T>
std::string fields_told(const market::Result<T>& result) {
    return result ? "" : fields_told(result.refusal().fields);
}

struct Party {
    market::Organisation organisation;
    market::Member member;
    market::Caller caller;

    market::OrganisationId id() const { return organisation.id; }
};

// A caller with other roles or scopes.
inline market::Caller as(market::Caller caller, market::Roles roles) {
    caller.roles = roles;
    return caller;
}
inline market::Caller with_scopes(market::Caller caller, market::Scopes scopes) {
    caller.scopes = scopes;
    return caller;
}

class MarketWorld {
    int joined_ = 0; // before the parties, whose joining counts it

public:
    ModelBooks books{*market::parse_instant("2026-11-22T05:00:00Z")};
    Party bureau = join(market::OrganisationKind::government, "科技局");
    Party university = verified(market::OrganisationKind::university, "浙江大学");
    Party enterprise = verified(market::OrganisationKind::enterprise, "瓯海电池厂");
    Party rival = verified(market::OrganisationKind::enterprise, "银川储能");
    Party agency = verified(market::OrganisationKind::intermediary, "温州技转");

    Party join(market::OrganisationKind kind, const std::string& name) {
        const auto serial = ++joined_;
        const auto registered = must(market::register_organisation(
            books,
            {.uscc = sample_uscc(serial),
             .name = name,
             .division = "330304",
             .industry = "",
             .kind = kind},
            {.login = "user" + std::to_string(serial),
             .name = "张三",
             .roles = {},
             .password_hash = "hash"},
            true
        ));
        return refreshed({registered.organisation, registered.member, {}});
    }
    Party verified(market::OrganisationKind kind, const std::string& name) {
        const auto party = join(kind, name);
        verify(party, market::VerificationEvent::submit, party.caller);
        verify(party, market::VerificationEvent::approve, bureau.caller);
        return refreshed(party);
    }
    void verify(
        const Party& party,
        market::VerificationEvent event,
        const market::Caller& caller,
        std::string_view reason = {}
    ) {
        must(market::fire_verification(books, caller, party.id(), event, reason, {}));
    }
    void suspend(const Party& party) {
        verify(party, market::VerificationEvent::suspend, bureau.caller, "调查中");
    }
    // The party as its rows say now.
    Party refreshed(const Party& party) {
        const auto organisation = *books.party_book.organisations.find(party.id());
        const auto member = *books.party_book.members.find(party.member.id);
        return {organisation, member, caller_of(organisation, member)};
    }
    // A colleague with these roles.
    Party colleague(const Party& party, market::Roles roles) {
        const auto login = "user" + std::to_string(++joined_);
        const auto member = must(market::add_member(
            books,
            party.caller,
            {.login = login, .name = "李四", .roles = roles, .password_hash = "hash"}
        ));
        return {party.organisation, member, caller_of(party.organisation, member)};
    }

    market::ListingId draft(const Party& owner, market::ListingKind kind) {
        return draft(owner, kind, sample_content(kind));
    }
    market::ListingId
    draft(const Party& owner, market::ListingKind kind, const market::ListingContent& content) {
        return must(market::create_listing(books, owner.caller, {kind, content, {}})).id;
    }
    void fire(
        const Party& party,
        market::ListingId id,
        market::ListingEvent event,
        std::string_view reason = {}
    ) {
        must(market::act_on_listing(books, party.caller, id, event, reason, {}));
    }
    market::ListingId
    publish(const Party& owner, market::ListingKind kind, const market::ListingContent& content) {
        const auto id = draft(owner, kind, content);
        fire(owner, id, market::ListingEvent::submit);
        fire(bureau, id, market::ListingEvent::publish);
        return id;
    }
    market::ListingId publish(const Party& owner, market::ListingKind kind) {
        return publish(owner, kind, sample_content(kind));
    }
    market::ListingId achievement() {
        return publish(university, market::ListingKind::achievement);
    }
    market::ListingId need() { return publish(enterprise, market::ListingKind::need); }
    market::ListingId anonymous_need() {
        auto content = sample_content(market::ListingKind::need);
        content.confidentiality = market::Confidentiality::anonymous;
        return publish(enterprise, market::ListingKind::need, content);
    }

    market::DealId inquire(
        const Party& who,
        std::optional<market::ListingId> achievement,
        std::optional<market::ListingId> need = {}
    ) {
        return must(market::open_deal(
                        books,
                        who.caller,
                        {.achievement = achievement,
                         .need = need,
                         .event = market::DealEvent::inquire,
                         .offer = {},
                         .message = "你好"}
                    ))
            .id;
    }
    market::Result<market::Deal>
    act(const market::Caller& caller, market::DealId id, market::DealAction action) {
        return market::act_on_deal(books, caller, id, action, {});
    }
    market::Deal offer(
        const Party& who,
        market::DealId id,
        const market::Terms& terms,
        market::DealEvent event = market::DealEvent::make_offer
    ) {
        return must(act(who.caller, id, {.event = event, .offer = sample_offer(books.now, terms)}));
    }
    void declare(const Party& who, market::DealId id) {
        must(
            act(who.caller,
                id,
                {.event = market::DealEvent::declare_related_party,
                 .related_party = market::RelatedParty::no})
        );
    }
    // An offer of the university's that nothing keeps the buyer from accepting.
    market::DealId acceptable(
        const Party& buyer,
        std::optional<market::ListingId> achievement,
        std::optional<market::ListingId> need = {},
        const market::Terms& terms = sample_terms()
    ) {
        const auto id = inquire(buyer, achievement, need);
        offer(university, id, terms);
        declare(university, id);
        return id;
    }
    market::DealId agreed(
        const Party& buyer,
        std::optional<market::ListingId> achievement,
        std::optional<market::ListingId> need = {},
        const market::Terms& terms = sample_terms()
    ) {
        const auto id = acceptable(buyer, achievement, need, terms);
        must(act(buyer.caller, id, {.event = market::DealEvent::accept}));
        return id;
    }

    // Drafted by the university.
    market::ContractId
    drafted(market::DealId deal, market::ContractContent content = sample_contract()) {
        return must(market::draft_contract(books, university.caller, deal, std::move(content))).id;
    }
    market::Contract fire(
        const Party& party,
        market::ContractId id,
        market::ContractEvent event,
        std::string_view reason = {}
    ) {
        return must(market::act_on_contract(books, party.caller, id, event, reason, {}));
    }
    market::ContractId ready_to_sign(
        const Party& buyer, market::DealId deal, market::ContractContent content = sample_contract()
    ) {
        const auto id = drafted(deal, std::move(content));
        fire(university, id, market::ContractEvent::submit);
        fire(buyer, id, market::ContractEvent::approve);
        return id;
    }
    market::Result<market::Contract> sign(const market::Caller& caller, market::ContractId id) {
        return market::sign_contract(books, caller, id, contract(id).document_hash);
    }

    market::Listing listing(market::ListingId id) { return *books.listing_book.listings.find(id); }
    market::Deal deal(market::DealId id) { return *books.deal_book.deals.find(id); }
    market::Contract contract(market::ContractId id) {
        return *books.contract_book.contracts.find(id);
    }
    market::Organisation organisation(const Party& party) {
        return *books.party_book.organisations.find(party.id());
    }
    void wait(std::int64_t us) { books.set_now(books.now + us); }

    // "name from to" of everything that happened since the given count of events, a line each.
    std::string happened_since(std::size_t count) const {
        std::string text;
        for (auto i = count; i < books.event_book.all.size(); ++i) {
            const auto& event = books.event_book.all[i];
            text += event.name + " " + event.from + " " + event.to + "\n";
        }
        return text;
    }
    std::size_t events() const { return books.event_book.all.size(); }

private:
    static market::Caller
    caller_of(const market::Organisation& organisation, const market::Member& member) {
        return {
            .session = {},
            .member = member.id,
            .organisation = organisation.id,
            .kind = organisation.kind,
            .verification = organisation.state,
            .roles = member.roles,
            .scopes = market::all_scopes};
    }
};

} // namespace jishi::tests
