// The common beginnings of the scenarios: people, listings, a deal on its way, as JSON over HTTP.
#pragma once

#include "tests/support/person.hpp"
#include "tests/support/running_market.hpp"

#include <memory>
#include <string>

namespace jishi::test {

inline constexpr const char* password = "a-long-password-for-tests";

// A verified organisation with one member who may do everything its kind may.
struct Organisation {
    std::string id;
    Person person;
};

// Codes with right check digits, made up: "uscc(7)".
std::string uscc(int number);

Organisation join(std::uint16_t port, Person& bureau, const std::string& kind, int number);

// An open market with an operator; `bureau` is signed in.
struct Opened {
    std::filesystem::path data;
    std::unique_ptr<RunningMarket> market;
    std::unique_ptr<Person> bureau;
};
Opened open_market(const std::string& name, const std::vector<std::string>& more_arguments = {});

std::string achievement_json(
    const std::string& title,
    const std::string& summary,
    const std::string& modes = R"("exclusive_licence","transfer")"
);
std::string
need_json(const std::string& title, const std::string& summary, const std::string& more = {});

// Posts, submits and publishes; the id.
std::string
publish(Person& owner, Person& bureau, const std::string& path, const std::string& json);

std::string offer_json(std::int64_t price_fen, const std::string& mode = "exclusive_licence");
std::string contract_json(
    const std::string& deal_id,
    const std::string& kind = "licence",
    const std::string& sub_kind = "know_how_licence"
);

// A deal that is agreed and whose contract waits for two signatures.
struct Signing {
    std::string deal, contract, document_hash;
};
Signing bring_to_signing(
    Person& buyer,
    Person& seller,
    const std::string& achievement,
    std::int64_t price_fen,
    const std::string& mode = "exclusive_licence"
);

Answer sign(Person& signer, const Signing& signing, const std::string& key = {});

// Waits until `holds` says so; the test fails after 20 s.
template<class Holds>
bool eventually(Holds holds);

} // namespace jishi::test

#include <chrono>
#include <thread>

template<class Holds>
bool jishi::test::eventually(Holds holds) {
    for (const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
         std::chrono::steady_clock::now() < end;) {
        if (holds()) return true;
        std::this_thread::yield();
    }
    return false;
}
