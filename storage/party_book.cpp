#include "storage/party_book.hpp"

#include "storage/page.hpp"
#include "storage/row.hpp"

namespace jishi::storage {

namespace {

struct OrganisationMap {
    using Object = market::Organisation;
    static constexpr std::string_view table = "organisation";
    static void columns(auto& io, auto& o) {
        io("id", o.id);
        io("uscc", o.uscc);
        io.slot(
            "open_uscc",
            o.state == market::VerificationState::rejected ? std::optional<std::string>{}
                                                           : std::optional(o.uscc)
        );
        io("name", o.name);
        io("kind", o.kind);
        io("division", o.division);
        io("industry", o.industry);
        io("state", o.state);
        io("state_reason", o.state_reason);
        io("created_at", o.created_at);
        io("version", o.version);
    }
};

struct MemberMap {
    using Object = market::Member;
    static constexpr std::string_view table = "member";
    static void columns(auto& io, auto& m) {
        io("id", m.id);
        io("organisation_id", m.organisation);
        io("login", m.login);
        io("name", m.name);
        io("roles", m.roles);
        io("status", m.status);
        io("created_at", m.created_at);
        io("version", m.version);
    }
};

struct CredentialMap {
    using Object = market::Credential;
    static constexpr std::string_view table = "credential";
    static void columns(auto& io, auto& c) {
        io("member_id", c.member);
        io("password_hash", c.password_hash);
        io("failures", c.failures);
        io("locked_until", c.locked_until);
    }
};

struct SessionMap {
    using Object = market::Session;
    static constexpr std::string_view table = "session";
    static void columns(auto& io, auto& s) {
        io("id", s.id);
        io("member_id", s.member);
        io("kind", s.kind);
        io("label", s.label);
        io("secret_hash", s.secret_hash);
        io("scopes", s.scopes);
        io("created_at", s.created_at);
        io("expires_at", s.expires_at);
        io("revoked_at", s.revoked_at);
    }
};

} // namespace

std::optional<market::Organisation> PartyBook::find_organisation(market::OrganisationId id) {
    return find_one<OrganisationMap>(connection_, "WHERE id = ?", id);
}

std::optional<market::Organisation> PartyBook::find_organisation_by_uscc(std::string_view uscc) {
    return find_one<OrganisationMap>(connection_, "WHERE open_uscc = ?", uscc);
}

std::optional<market::Organisation> PartyBook::take_organisation(market::OrganisationId id) {
    return find_one<OrganisationMap>(connection_, "WHERE id = ? FOR UPDATE", id);
}

void PartyBook::put_organisation(market::Organisation& organisation) {
    put<OrganisationMap>(connection_, organisation);
}

std::vector<market::Organisation> PartyBook::list_organisations(
    std::optional<market::VerificationState> state, const market::PageRequest& page
) {
    Condition condition;
    if (state) condition.require("state = ?", market::name_of(*state));
    return newest<OrganisationMap>(connection_, {condition}, page);
}

std::optional<market::Member> PartyBook::find_member(market::MemberId id) {
    return find_one<MemberMap>(connection_, "WHERE id = ?", id);
}

std::optional<market::Member> PartyBook::find_member_by_login(std::string_view login) {
    return find_one<MemberMap>(connection_, "WHERE login = ?", login);
}

std::vector<market::Member> PartyBook::members_of(market::OrganisationId id) {
    return find_all<MemberMap>(connection_, "WHERE organisation_id = ? ORDER BY id", id);
}

void PartyBook::put_member(market::Member& member) {
    put<MemberMap>(connection_, member);
}

std::optional<market::Credential> PartyBook::take_credential(market::MemberId id) {
    return find_one<CredentialMap>(connection_, "WHERE member_id = ? FOR UPDATE", id);
}

void PartyBook::put_credential(const market::Credential& credential) {
    const auto replaced = connection_
                              .statement("UPDATE credential SET password_hash = ?, failures = ?, "
                                         "locked_until = ? WHERE member_id = ?")
                              .run(
                                  credential.password_hash,
                                  credential.failures,
                                  credential.locked_until,
                                  credential.member
                              );
    if (replaced == 0) insert<CredentialMap>(connection_, credential);
}

// One join, for it stands before every request.
std::optional<PartyBook::Authenticated> PartyBook::find_session(std::string_view secret_hash) {
    static const auto sql =
        "SELECT " + select_list<SessionMap>("s.") + ", " + select_list<MemberMap>("m.") + ", " +
        select_list<OrganisationMap>("o.") +
        " FROM session s JOIN member m ON m.id = s.member_id"
        " JOIN organisation o ON o.id = m.organisation_id WHERE s.secret_hash = ?";
    auto rows = connection_.statement(sql).query(secret_hash);
    if (!rows.next()) return {};
    ColumnReader reader(rows);
    Authenticated found;
    found.session = object_of<SessionMap>(reader);
    found.member = object_of<MemberMap>(reader);
    found.organisation = object_of<OrganisationMap>(reader);
    return found;
}

void PartyBook::add_session(const market::Session& session) {
    insert<SessionMap>(connection_, session);
}

std::vector<market::Session> PartyBook::sessions_of(market::MemberId id, market::SessionKind kind) {
    return find_all<SessionMap>(
        connection_,
        "WHERE member_id = ? AND kind = ? AND revoked_at IS NULL AND expires_at > ? ORDER BY id",
        id,
        market::name_of(kind),
        now_
    );
}

bool PartyBook::revoke_session(market::SessionId id, market::MemberId member, market::Instant at) {
    return connection_
               .statement(
                   "UPDATE session SET revoked_at = ?"
                   " WHERE id = ? AND member_id = ? AND revoked_at IS NULL AND expires_at > ?"
               )
               .run(at, id, member, at) == 1;
}

void PartyBook::revoke_sessions_of(
    market::MemberId id, market::Instant at, std::optional<market::SessionId> except
) {
    connection_
        .statement("UPDATE session SET revoked_at = ? WHERE member_id = ? AND id <> ? AND "
                   "revoked_at IS NULL")
        .run(at, id, except.value_or(market::SessionId{}));
}

} // namespace jishi::storage
