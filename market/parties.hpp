// Joining the market: organisations and their verification, members, sign-in, tokens.
#pragma once

#include "market/books.hpp"

namespace jishi::market {

struct MemberDraft {
    std::string login{}, name{};
    Roles roles{};
    std::string password_hash{}; // Argon2id text; the password itself never comes here
};

struct OrganisationDraft {
    std::string uscc{}, name{}, division{}, industry{};
    OrganisationKind kind = OrganisationKind::enterprise;
};

struct Registered {
    Organisation organisation{};
    Member member{};
};

// Anyone may register. The first member administers the organisation and holds every role that its
// kind may hold. Refuses invalid_fields, duplicate_login, duplicate_uscc. A government organisation
// cannot be registered this way: `by_house` is for the operator of the machine (jishi user, demo
// data).
Result<Registered> register_organisation(
    Books& books, const OrganisationDraft& typed, const MemberDraft& first, bool by_house = false
);

// Fires a row of the verification process. Refuses not_found, version_stale and what find_row
// refuses.
Result<Organisation> fire_verification(
    Books& books,
    const Caller& caller,
    OrganisationId id,
    VerificationEvent event,
    std::string_view reason,
    std::optional<std::uint32_t> expected_version
);

// By an administrator of the organisation. Refuses not_permitted, invalid_fields (roles the kind
// cannot hold), duplicate_login, limit_reached (200 members).
Result<Member> add_member(Books& books, const Caller& caller, const MemberDraft& draft);
inline constexpr std::size_t members_max = 200;

// Roles and status. Refuses to leave an organisation without an active administrator
// (event_not_allowed). Disabling ends the member's sessions.
Result<Member> change_member(
    Books& books,
    const Caller& caller,
    MemberId id,
    std::optional<Roles> roles,
    std::optional<MemberStatus> status,
    std::optional<std::uint32_t> expected_version
);

// Sign-in is two units of work around the slow hash. The first counts the attempt as failed before
// anything is checked, so that parallel guesses count too. Refuses account_locked; an unknown login
// gives no credential, and the caller must hash anyway, so that time tells nothing.
struct SignInAttempt {
    std::optional<Credential> credential{};
    std::optional<Member> member{};
};
Result<SignInAttempt> begin_sign_in(Books& books, std::string_view login);
// After the password was right. Refuses account_disabled.
Result<Session>
finish_sign_in(Books& books, const SignInAttempt& attempt, std::string_view secret_hash);

struct TokenDraft {
    std::string label{};
    Scopes scopes{};
    std::uint32_t days = 30;
    std::string secret_hash{};
};
// Scopes beyond the caller's own are refused. At most 20 live tokens a member.
Result<Session> issue_token(Books& books, const Caller& caller, const TokenDraft& draft);
inline constexpr std::size_t tokens_max = 20;

// Who stands behind a bearer secret. Refuses session_expired, account_disabled.
Result<Caller> authenticate(Books& books, std::string_view secret_hash);

// Replaces the hash and ends every other session of the member.
void change_password(
    Books& books, MemberId member, std::string_view password_hash, std::optional<SessionId> keep
);

} // namespace jishi::market
