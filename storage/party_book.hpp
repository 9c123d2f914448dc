// Organisations, members, credentials and sessions in their tables.
#pragma once

#include "market/books.hpp"
#include "storage/connection.hpp"

namespace jishi::storage {

class PartyBook final : public market::PartyBook {
public:
    PartyBook(Connection& connection, market::Instant now) : connection_(connection), now_(now) {}

    std::optional<market::Organisation> find_organisation(market::OrganisationId id) override;
    std::optional<market::Organisation> find_organisation_by_uscc(std::string_view uscc) override;
    std::optional<market::Organisation> take_organisation(market::OrganisationId id) override;
    void put_organisation(market::Organisation& organisation) override;
    std::vector<market::Organisation> list_organisations(
        std::optional<market::VerificationState> state, const market::PageRequest& page
    ) override;

    std::optional<market::Member> find_member(market::MemberId id) override;
    std::optional<market::Member> find_member_by_login(std::string_view login) override;
    std::vector<market::Member> members_of(market::OrganisationId id) override;
    void put_member(market::Member& member) override;

    std::optional<market::Credential> take_credential(market::MemberId id) override;
    void put_credential(const market::Credential& credential) override;

    std::optional<Authenticated> find_session(std::string_view secret_hash) override;
    void add_session(const market::Session& session) override;
    std::vector<market::Session>
    sessions_of(market::MemberId id, market::SessionKind kind) override;
    bool revoke_session(market::SessionId id, market::MemberId member, market::Instant at) override;
    void revoke_sessions_of(
        market::MemberId id, market::Instant at, std::optional<market::SessionId> except
    ) override;

private:
    Connection& connection_;
    market::Instant now_;
};

} // namespace jishi::storage
