// A market with things of many owners in it, for tests that ask who may see and do what. "own" is
// of the university that most callers belong to, "other" of organisations that none of them belongs
// to, "public" on the market.
#pragma once

#include "tests/scenario/market_walk.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace jishi::test {

// What the {id} of an address stands for: "deal" of "/api/v1/deals/{id}/offers"; empty where there
// is none.
std::string thing_of(std::string_view pattern);

// As RFC 3339: offers may stand until then.
std::string tomorrow();

class CrowdedMarket {
public:
    CrowdedMarket(); // takes some seconds
    // Started at first use, one for the whole test program. What is "own" and "other" in it stays
    // as it is: tests add things and leave these alone.
    static CrowdedMarket& instance();

    std::uint16_t port() const { return opened_.market->port(); }
    const std::filesystem::path& data() const { return opened_.data; }
    std::string log() const { return opened_.market->log(); }

    // nobody, garbled, unknown, expired, revoked; reader, admin, editor, dealer, signer, full: of
    // the university; partner, other, seller: who made the things; rival, unverified, broker,
    // second_broker, hidden, operator.
    Person& person(const std::string& name);
    std::vector<std::string> people() const;
    // Another one with the same session: for another thread or without the listener.
    Person same_as(const std::string& name);

    // "own/deal", "other/member", "public/need", ...
    const std::string& id(const std::string& thing) const;
    // What else than {id} an address has in braces: a published counterpart, the first revision.
    std::string filled(std::string address) const;
    bool has(const std::string& thing) const { return ids_.contains(thing); }

    // Of the event log, as the operator sees it.
    std::int64_t last_position();

    // The organisation behind the anonymous need: whatever tells it apart.
    const std::vector<std::string>& hidden_marks() const { return hidden_marks_; }
    const std::vector<std::string>& leaks() const {
        return leaks_;
    } // what others than it and the operator were told

private:
    Organisation settle(const std::string& name, const std::string& kind, int number);
    void add(const std::string& name, const std::string& token);
    void admit_organisations();
    void admit_staff();
    void make_tokens();
    void make_listings();
    void make_deals();
    void make_contracts();
    void make_matches();
    std::string published(const std::string& owner, const std::string& title);
    std::string offered(const std::string& buyer, const std::string& achievement);
    std::string
    agreed(const std::string& buyer, const std::string& seller, const std::string& achievement);
    void watch(const std::string& name);

    Opened opened_;
    std::map<std::string, Person> people_;
    std::map<std::string, std::string> ids_;
    std::vector<std::string> hidden_marks_, leaks_;
    std::int64_t seen_position_ = 0;
};

} // namespace jishi::test
