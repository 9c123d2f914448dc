#pragma once

#include "tests/support/model_table.hpp"

namespace jishi::tests {

class ModelPartyBook : public market::PartyBook {
public:
    ModelPartyBook(WriteCount& count, const market::Instant& now)
        : organisations(count), members(count), writes_(count), now_(now) {}

    ModelTable<market::Organisation> organisations;
    ModelTable<market::Member> members;
    std::map<market::MemberId, market::Credential> credentials;
    std::vector<market::Session> sessions;

    std::optional<market::Organisation> find_organisation(market::OrganisationId id) override {
        return organisations.find(id);
    }
    std::optional<market::Organisation> find_organisation_by_uscc(std::string_view uscc) override {
        return organisations.first([&](const auto& row) {
            return row.uscc == uscc && row.state != market::VerificationState::rejected;
        });
    }
    std::optional<market::Organisation> take_organisation(market::OrganisationId id) override {
        return organisations.find(id);
    }
    void put_organisation(market::Organisation& organisation) override {
        if (const auto other = find_organisation_by_uscc(organisation.uscc))
            if (other->id != organisation.id &&
                organisation.state != market::VerificationState::rejected)
                throw LostRace("uscc twice");
        organisations.put(organisation);
    }
    std::vector<market::Organisation> list_organisations(
        std::optional<market::VerificationState> state, const market::PageRequest& page
    ) override {
        return organisations.page(page, [&](const auto& row) {
            return !state || row.state == *state;
        });
    }

    std::optional<market::Member> find_member(market::MemberId id) override {
        return members.find(id);
    }
    std::optional<market::Member> find_member_by_login(std::string_view login) override {
        return members.first([&](const auto& row) { return row.login == login; });
    }
    std::vector<market::Member> members_of(market::OrganisationId id) override {
        return members.all([&](const auto& row) { return row.organisation == id; });
    }
    void put_member(market::Member& member) override {
        if (const auto other = find_member_by_login(member.login))
            if (other->id != member.id) throw LostRace("login twice");
        members.put(member);
    }

    std::optional<market::Credential> take_credential(market::MemberId id) override {
        const auto found = credentials.find(id);
        return found == credentials.end() ? std::nullopt : std::optional(found->second);
    }
    void put_credential(const market::Credential& credential) override {
        credentials.insert_or_assign(credential.member, credential);
        ++writes_;
    }

    std::optional<Authenticated> find_session(std::string_view secret_hash) override {
        for (const auto& session : sessions)
            if (session.secret_hash == secret_hash) {
                const auto member = members.find(session.member);
                return Authenticated{session, *member, *organisations.find(member->organisation)};
            }
        return {};
    }
    void add_session(const market::Session& session) override {
        sessions.push_back(session);
        ++writes_;
    }
    std::vector<market::Session>
    sessions_of(market::MemberId id, market::SessionKind kind) override {
        std::vector<market::Session> live;
        for (const auto& session : sessions)
            if (session.member == id && session.kind == kind && is_live(session))
                live.push_back(session);
        return live;
    }
    bool
    revoke_session(market::SessionId id, market::MemberId member, market::Instant at) override {
        for (auto& session : sessions)
            if (session.id == id && session.member == member && is_live(session)) {
                session.revoked_at = at;
                ++writes_;
                return true;
            }
        return false;
    }
    void revoke_sessions_of(
        market::MemberId id, market::Instant at, std::optional<market::SessionId> except
    ) override {
        for (auto& session : sessions)
            if (session.member == id && session.id != except && is_live(session))
                session.revoked_at = at;
        ++writes_;
    }

private:
    bool is_live(const market::Session& session) const {
        return !session.revoked_at && session.expires_at > now_;
    }

    WriteCount& writes_;
    const market::Instant& now_;
};

} // namespace jishi::tests
