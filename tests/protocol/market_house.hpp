// The handlers over real books, without a socket: every answer is held against its route's schema.
#pragma once

#include "market/listings.hpp"
#include "market/parties.hpp"
#include "market/uscc.hpp"
#include "protocol/authenticate.hpp"
#include "protocol/dispatch.hpp"
#include "protocol/etag.hpp"
#include "protocol/handlers/common.hpp"
#include "protocol/secrets.hpp"
#include "storage/migration.hpp"
#include "storage/store.hpp"
#include "tests/support/test_database.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jishi::protocol::house {

struct Answer {
    int status = 0;
    std::string body{}, etag{}, location{};
    bool replayed = false;
    json::Document document{};

    // The member at a JSON pointer, written as JSON would spell a text, a whole number or a
    // boolean; "null" when it is null or absent, "[...]" the texts of an array.
    std::string at(std::string_view pointer) const;
    bool mentions(std::string_view text) const { return body.find(text) != std::string::npos; }
    // "404 not_found", and for refused fields " /pointer reason"; "201" of a success.
    std::string outcome() const;
};

// Somebody signed in.
struct Person {
    std::string token{}, organisation{}, member{};
};

class MarketHouse {
public:
    MarketHouse();

    struct Sending {
        std::string body{}, etag{}, key{}; // an empty key: a fresh one
    };
    Answer send(
        std::string_view method,
        std::string_view target,
        const std::string& token,
        const Sending& sending
    );
    Answer get(std::string_view target, const Person& who) {
        return send("GET", target, who.token, {});
    }
    Answer post(std::string_view target, const Person& who, const std::string& body) {
        return send("POST", target, who.token, {.body = body});
    }
    // On the version that a GET shows at this moment.
    Answer act(const std::string& thing, const Person& who, const std::string& body);

    // An organisation with its administrator, signed in; verified where asked.
    Person join(market::OrganisationKind kind, const std::string& login, bool verified = true);
    Person operate(); // the government organisation that runs the market
    std::string
    registration(const std::string& login, std::string_view kind, const std::string& password);
    Person sign_in(const std::string& login);

    // A published listing.
    std::string publish(
        const Person& owner,
        market::ListingKind kind,
        market::Confidentiality confidentiality = market::Confidentiality::open
    );

    // Behind the protocol's back.
    template<class Work>
    auto unit(Work work) {
        return store_.run([&](market::Books& books) { return work(books); });
    }

    std::vector<market::MemberId> ended; // whose live sockets were ended
    market::Instant now = storage::wall_clock_now();

private:
    std::string fresh_uscc();
    market::Caller caller_of(const Person& person);

    storage::DatabaseOptions where_ = jishi::testing::TestDatabase::fresh_schema();
    storage::Pool pool_{where_};
    storage::Store store_{pool_, [this] { return now; }};
    Services services_;
    RouteTable routes_;
    Callbacks callbacks_;
    int keys_ = 0, usccs_ = 0;
    std::optional<Person> operator_;
};

inline constexpr std::string_view good_password = "correct horse battery";

} // namespace jishi::protocol::house
