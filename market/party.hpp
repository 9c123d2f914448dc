// Who trades: organisations, their members, and the caller of a request.
#pragma once

#include "market/ids.hpp"
#include "market/small_processes.hpp"
#include "market/time.hpp"

#include <optional>
#include <string>

namespace jishi::market {

#define JISHI_ORGANISATION_KINDS(X)                                                                \
    X(university) X(institute) X(enterprise) X(intermediary) X(government)
JISHI_VOCABULARY(OrganisationKind, JISHI_ORGANISATION_KINDS);

// What a member may do for the own organisation. `broker` exists in intermediaries,
// `market_operator` in the government organisation that runs the market.
#define JISHI_ROLES(X)                                                                             \
    X(org_admin) X(listing_editor) X(deal_maker) X(signer) X(broker) X(market_operator)
JISHI_VOCABULARY(Role, JISHI_ROLES);
using Roles = Set<Role>;

// What a token may be used for. A login session holds all of them.
#define JISHI_SCOPES(X) X(read) X(write) X(sign) X(operate) X(admin)
JISHI_VOCABULARY(Scope, JISHI_SCOPES);
using Scopes = Set<Scope>;
inline constexpr Scopes all_scopes{
    Scope::read, Scope::write, Scope::sign, Scope::operate, Scope::admin};

struct Organisation {
    OrganisationId id{};
    std::string uscc{}; // unified social credit code, 18 characters, checked
    std::string name{}; // 2..100 characters
    OrganisationKind kind = OrganisationKind::enterprise;
    std::string division{}; // GB/T 2260
    std::string industry{}; // GB/T 4754 or empty
    VerificationState state = VerificationState::none;
    std::string state_reason{}; // why it was rejected or suspended
    Instant created_at{};
    std::uint32_t version = 0; // 0: not stored yet
};

#define JISHI_MEMBER_STATUSES(X) X(active) X(disabled)
JISHI_VOCABULARY(MemberStatus, JISHI_MEMBER_STATUSES);

struct Member {
    MemberId id{};
    OrganisationId organisation{};
    std::string login{}; // 3..64 of a-z 0-9 . _ - @, unique in the market
    std::string name{};  // 1..60 characters
    Roles roles{};
    MemberStatus status = MemberStatus::active;
    Instant created_at{};
    std::uint32_t version = 0;
};

// What guards a login. The hash is Argon2id in libsodium's text form.
struct Credential {
    MemberId member{};
    std::string password_hash{};
    std::uint32_t failures = 0; // since the last success
    std::optional<Instant> locked_until{};
};

#define JISHI_SESSION_KINDS(X) X(login) X(api_token)
JISHI_VOCABULARY(SessionKind, JISHI_SESSION_KINDS);

// A bearer secret that was handed out; only its SHA-256 is kept.
struct Session {
    SessionId id{};
    MemberId member{};
    SessionKind kind = SessionKind::login;
    std::string label{};       // of an API token, 0..60 characters
    std::string secret_hash{}; // 64 hex digits
    Scopes scopes{};
    Instant created_at{}, expires_at{};
    std::optional<Instant> revoked_at{};
};

// Who asks, as the session and the member's row say at this moment.
struct Caller {
    SessionId session{};
    MemberId member{};
    OrganisationId organisation{};
    OrganisationKind kind = OrganisationKind::enterprise;
    VerificationState verification = VerificationState::none;
    Roles roles{};
    Scopes scopes{};
    Instant session_ends{};

    bool is_operator() const {
        return roles.has(Role::market_operator) && kind == OrganisationKind::government;
    }
    bool is_verified() const { return verification == VerificationState::verified; }
};

} // namespace jishi::market
