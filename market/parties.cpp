#include "market/parties.hpp"

#include "market/access.hpp"
#include "market/division.hpp"
#include "market/industry.hpp"
#include "market/record.hpp"
#include "market/rules.hpp"
#include "market/text.hpp"
#include "market/uscc.hpp"

#include <algorithm>

namespace jishi::market {

namespace {

Roles roles_of_kind(OrganisationKind kind) {
    switch (kind) {
    case OrganisationKind::government:
        return {Role::org_admin, Role::market_operator};
    case OrganisationKind::intermediary:
        return {
            Role::org_admin, Role::listing_editor, Role::deal_maker, Role::signer, Role::broker};
    default:
        return {Role::org_admin, Role::listing_editor, Role::deal_maker, Role::signer};
    }
}

std::vector<FieldRefusal> check_organisation(const OrganisationDraft& draft, bool by_house) {
    std::vector<FieldRefusal> wrong;
    if (auto refused = check_uscc("/organisation/uscc", draft.uscc))
        wrong.push_back(std::move(*refused));
    if (auto refused = check_division("/organisation/division", draft.division))
        wrong.push_back(std::move(*refused));
    if (!draft.industry.empty())
        if (auto refused = check_industry("/organisation/industry", draft.industry))
            wrong.push_back(std::move(*refused));
    if (draft.kind == OrganisationKind::government && !by_house)
        wrong.push_back(
            {"/organisation/kind",
             FieldReason::not_one_of,
             "university, institute, enterprise, intermediary"}
        );
    return wrong;
}

void record_organisation(
    Books& books,
    const Organisation& organisation,
    VerificationEvent event,
    VerificationState from,
    const Caller* caller,
    std::string_view reason
) {
    record(
        books,
        {.object = organisation.id.text(),
         .object_version = organisation.version,
         .name = "organisation." + std::string(name_of(event)),
         .from = name_of(from),
         .to = name_of(organisation.state),
         .caller = caller,
         .reason = reason,
         .audience = {organisation.id},
         .operators_told = true}
    );
}

void record_member(Books& books, const Member& member, std::string name, const Caller* caller) {
    record(
        books,
        {.object = member.id.text(),
         .object_version = member.version,
         .name = std::move(name),
         .to = name_of(member.status),
         .caller = caller,
         .audience = {member.organisation}}
    );
}

Member make_member(Books& books, OrganisationId organisation, const MemberDraft& draft) {
    Member member{
        .id = books.new_id_of<MemberId>(),
        .organisation = organisation,
        .login = draft.login,
        .name = draft.name,
        .roles = draft.roles,
        .created_at = books.now};
    books.parties.put_member(member);
    books.parties.put_credential({.member = member.id, .password_hash = draft.password_hash});
    return member;
}

bool keeps_an_admin(const std::vector<Member>& members, const Member& changed) {
    return std::any_of(members.begin(), members.end(), [&](const Member& member) {
        const auto& now = member.id == changed.id ? changed : member;
        return now.status == MemberStatus::active && now.roles.has(Role::org_admin);
    });
}

} // namespace

Result<Registered> register_organisation(
    Books& books, const OrganisationDraft& typed, const MemberDraft& first, bool by_house
) {
    auto draft = typed;
    draft.uscc = normalise_identifier(typed.uscc);
    if (auto wrong = check_organisation(draft, by_house); !wrong.empty())
        return Refusal{.code = RefusalCode::invalid_fields, .fields = std::move(wrong)};
    if (books.parties.find_member_by_login(first.login)) return RefusalCode::duplicate_login;
    if (books.parties.find_organisation_by_uscc(draft.uscc)) return RefusalCode::duplicate_uscc;

    Organisation organisation{
        .id = books.new_id_of<OrganisationId>(),
        .uscc = draft.uscc,
        .name = draft.name,
        .kind = draft.kind,
        .division = draft.division,
        .industry = draft.industry,
        .state = VerificationState::unverified,
        .created_at = books.now};
    books.parties.put_organisation(organisation);
    record_organisation(
        books,
        organisation,
        VerificationEvent::register_organisation,
        VerificationState::none,
        nullptr,
        {}
    );
    MemberDraft admin = first;
    admin.roles = by_house && !first.roles.empty() ? first.roles : roles_of_kind(draft.kind);
    const auto member = make_member(books, organisation.id, admin);
    record_member(books, member, "member.join", nullptr);
    return Registered{std::move(organisation), member};
}

Result<Organisation> fire_verification(
    Books& books,
    const Caller& caller,
    OrganisationId id,
    VerificationEvent event,
    std::string_view reason,
    std::optional<std::uint32_t> expected_version
) {
    auto organisation = books.parties.take_organisation(id);
    if (!organisation || !may_see(caller, *organisation)) return RefusalCode::not_found;
    const auto row = find_row(
        small_rows::verification,
        organisation->state,
        event,
        actors_of(caller, relations_of(*organisation)),
        {},
        reason
    );
    if (!row) return row.refusal();
    if (is_stale(expected_version, organisation->version)) return RefusalCode::version_stale;
    // A rejected organisation has let its code go; somebody else may have registered under it.
    if (row->from == VerificationState::rejected &&
        books.parties.find_organisation_by_uscc(organisation->uscc))
        return RefusalCode::duplicate_uscc;

    organisation->state = row->to;
    organisation->state_reason = reason;
    books.parties.put_organisation(*organisation);
    record_organisation(books, *organisation, event, row->from, &caller, reason);
    return *organisation;
}

Result<Member> add_member(Books& books, const Caller& caller, const MemberDraft& draft) {
    if (const auto permitted = permit(caller, Action::manage_members); !permitted)
        return permitted.refusal();
    if (!draft.roles.without(roles_of_kind(caller.kind)).empty())
        return refuse_field("/roles", FieldReason::inconsistent, "organisation.kind");
    if (books.parties.find_member_by_login(draft.login)) return RefusalCode::duplicate_login;
    books.parties.take_organisation(caller.organisation
    ); // so that members who join at once are all counted
    if (books.parties.members_of(caller.organisation).size() >= members_max)
        return Refusal{.code = RefusalCode::limit_reached, .about = std::to_string(members_max)};

    const auto member = make_member(books, caller.organisation, draft);
    record_member(books, member, "member.join", &caller);
    return member;
}

Result<Member> change_member(
    Books& books,
    const Caller& caller,
    MemberId id,
    std::optional<Roles> roles,
    std::optional<MemberStatus> status,
    std::optional<std::uint32_t> expected_version
) {
    // The organisation's row is the lock: two administrators who remove each other are told apart.
    books.parties.take_organisation(caller.organisation);
    auto member = books.parties.find_member(id);
    if (!member || member->organisation != caller.organisation) return RefusalCode::not_found;
    if (const auto permitted = permit(caller, Action::manage_members); !permitted)
        return permitted.refusal();
    if (roles && !roles->without(roles_of_kind(caller.kind)).empty())
        return refuse_field("/roles", FieldReason::inconsistent, "organisation.kind");
    if (is_stale(expected_version, member->version)) return RefusalCode::version_stale;
    if (roles) member->roles = *roles;
    if (status) member->status = *status;
    if (!keeps_an_admin(books.parties.members_of(caller.organisation), *member))
        return Refusal{.code = RefusalCode::event_not_allowed, .about = "last org_admin"};

    books.parties.put_member(*member);
    if (member->status == MemberStatus::disabled)
        books.parties.revoke_sessions_of(id, books.now, {});
    record_member(books, *member, "member.change", &caller);
    return *member;
}

Result<SignInAttempt> begin_sign_in(Books& books, std::string_view login) {
    SignInAttempt attempt{.credential = {}, .member = books.parties.find_member_by_login(login)};
    if (!attempt.member) return attempt;
    attempt.credential = books.parties.take_credential(attempt.member->id);
    if (!attempt.credential) return attempt;
    auto& credential = *attempt.credential;
    if (credential.locked_until && books.now < *credential.locked_until)
        return Refusal{
            .code = RefusalCode::account_locked, .about = format_instant(*credential.locked_until)};

    credential.failures += 1;
    const auto allowed = rules::value(books, rules::password_failures_before_lock);
    if (credential.failures % static_cast<std::uint32_t>(allowed) == 0)
        credential.locked_until =
            books.now + rules::value(books, rules::password_lock_minutes) * minute_us;
    books.parties.put_credential(credential);
    return attempt;
}

Result<Session>
finish_sign_in(Books& books, const SignInAttempt& attempt, std::string_view secret_hash) {
    const auto member = books.parties.find_member(attempt.member->id);
    if (!member || member->status != MemberStatus::active) return RefusalCode::account_disabled;
    auto credential = books.parties.take_credential(member->id);
    if (!credential || credential->password_hash != attempt.credential->password_hash)
        return RefusalCode::credentials_wrong; // the password was changed meanwhile
    credential->failures = 0;
    credential->locked_until.reset();
    books.parties.put_credential(*credential);
    const Session session{
        .id = books.new_id_of<SessionId>(),
        .member = member->id,
        .kind = SessionKind::login,
        .label = {},
        .secret_hash = std::string(secret_hash),
        .scopes = all_scopes,
        .created_at = books.now,
        .expires_at = books.now + rules::value(books, rules::session_login_hours) * hour_us,
        .revoked_at = {}};
    books.parties.add_session(session);
    return session;
}

Result<Session> issue_token(Books& books, const Caller& caller, const TokenDraft& draft) {
    if (const auto permitted = permit(caller, Action::manage_own_tokens); !permitted)
        return permitted.refusal();
    if (!draft.scopes.without(caller.scopes).empty())
        return refuse_field("/scopes", FieldReason::inconsistent, "session.scopes");
    const auto days_max = rules::value(books, rules::token_days_max);
    if (draft.days < 1) return refuse_field("/days", FieldReason::too_small, "1");
    if (draft.days > days_max)
        return refuse_field("/days", FieldReason::too_large, std::to_string(days_max));
    if (books.parties.sessions_of(caller.member, SessionKind::api_token).size() >= tokens_max)
        return Refusal{.code = RefusalCode::limit_reached, .about = std::to_string(tokens_max)};

    const Session session{
        .id = books.new_id_of<SessionId>(),
        .member = caller.member,
        .kind = SessionKind::api_token,
        .label = draft.label,
        .secret_hash = draft.secret_hash,
        .scopes = draft.scopes,
        .created_at = books.now,
        .expires_at = books.now + std::int64_t{draft.days} * day_us,
        .revoked_at = {}};
    books.parties.add_session(session);
    return session;
}

Result<Caller> authenticate(Books& books, std::string_view secret_hash) {
    const auto found = books.parties.find_session(secret_hash);
    if (!found || found->session.revoked_at || found->session.expires_at <= books.now)
        return RefusalCode::session_expired;
    if (found->member.status != MemberStatus::active) return RefusalCode::account_disabled;
    return Caller{
        .session = found->session.id,
        .member = found->member.id,
        .organisation = found->organisation.id,
        .kind = found->organisation.kind,
        .verification = found->organisation.state,
        .roles = found->member.roles,
        .scopes = found->session.scopes,
        .session_ends = found->session.expires_at};
}

void change_password(
    Books& books, MemberId member, std::string_view password_hash, std::optional<SessionId> keep
) {
    books.parties.put_credential({.member = member, .password_hash = std::string(password_hash)});
    books.parties.revoke_sessions_of(member, books.now, keep);
    if (const auto found = books.parties.find_member(member))
        record_member(books, *found, "member.change_password", nullptr);
}

} // namespace jishi::market
