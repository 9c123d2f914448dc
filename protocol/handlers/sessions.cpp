// Signing in and out, and the own account.
#include "protocol/handlers/party_json.hpp"
#include "protocol/secrets.hpp"

namespace jishi::protocol {

namespace {

using market::Books;
using market::Result;
using market::SignInAttempt;

constexpr json::Schema given_password_schema =
    json::text(1, static_cast<std::int64_t>(password_length_max));
constexpr json::Schema new_password_schema = json::text(
    static_cast<std::int64_t>(password_length_min), static_cast<std::int64_t>(password_length_max)
);

constexpr std::array sign_in_fields{
    json::required("login", json::text(1, 64), "登录名", "Login"),
    json::required("password", given_password_schema, "口令", "Password"),
};
constexpr json::Schema sign_in_schema = json::object("SignIn", sign_in_fields);
constexpr std::array signed_in_fields{
    json::required(
        "token",
        secret_schema,
        "之后请求的 Bearer 令牌",
        "The bearer token of the requests that follow"
    ),
    json::required("expires_at", json::instant()),
    json::required("member", member_schema),
    json::required("organisation", organisation_schema),
};
constexpr json::Schema signed_in_schema = json::object("SignedIn", signed_in_fields);

constexpr std::array me_fields{
    json::required("member", member_schema),
    json::required("organisation", organisation_schema),
    json::required("scopes", scopes_schema),
    json::required("roles", roles_schema),
};
constexpr json::Schema me_schema = json::object("Me", me_fields);

constexpr std::array password_fields{
    json::required("old_password", given_password_schema),
    json::required("new_password", new_password_schema),
};
constexpr json::Schema password_schema = json::object("PasswordChange", password_fields);

// As slow for a login that nobody has.
bool is_right(const SignInAttempt& attempt, std::string_view password) {
    if (attempt.credential) return verify_password(attempt.credential->password_hash, password);
    verify_password(nobodys_password_hash, password);
    return false;
}

void write_signed_in(
    json::Writer& out, Books& books, const market::Session& session, const std::string& secret
) {
    const auto found = books.parties.find_session(session.secret_hash);
    const market::Caller caller{
        .session = session.id,
        .member = found->member.id,
        .organisation = found->organisation.id,
        .kind = found->organisation.kind,
        .verification = found->organisation.state,
        .roles = found->member.roles,
        .scopes = session.scopes,
    };
    out.begin_object()
        .field("token", secret)
        .field("expires_at", shown(session.expires_at))
        .key("member");
    write_member(out, found->member);
    out.key("organisation");
    write_organisation(out, caller, found->organisation);
    out.end_object();
}

Result<Reply> sign_in(const Services& services, const Request& request) {
    const auto login = request.object().text("login");
    const auto password = request.object().text("password");
    const auto attempt = yield_from_unit<SignInAttempt>(services, [&](Books& books) {
        return market::begin_sign_in(books, login);
    });
    if (!attempt) return attempt.refusal();
    if (!is_right(*attempt, password)) return market::RefusalCode::credentials_wrong;

    const bool outdated = needs_rehash(attempt->credential->password_hash);
    const auto fresh_hash = outdated ? hash_password(password) : std::string();
    const auto secret = new_bearer_secret();
    return services.in_unit([&](Books& books) -> Result<Reply> {
        const auto session = market::finish_sign_in(books, *attempt, sha256_hex(secret));
        if (!session) return session.refusal();
        if (outdated)
            books.parties.put_credential({.member = session->member, .password_hash = fresh_hash});
        json::Writer out;
        write_signed_in(out, books, *session, secret);
        return created("/api/v1/sessions/current", out.take());
    });
}

Result<Reply> sign_out(const Services& services, const Request& request) {
    const auto& caller = *request.caller;
    auto reply = services.in_unit([&](Books& books) -> Result<Reply> {
        books.parties.revoke_session(caller.session, caller.member, books.now);
        return no_content();
    });
    if (reply) services.end_live(caller.member);
    return reply;
}

Result<Reply> get_me(const Services& services, const Request& request) {
    const auto& caller = *request.caller;
    return services.in_unit([&](Books& books) -> Result<Reply> {
        const auto member = books.parties.find_member(caller.member);
        const auto organisation = books.parties.find_organisation(caller.organisation);
        if (!member || !organisation) return market::RefusalCode::session_expired;
        json::Writer out;
        out.begin_object().key("member");
        write_member(out, *member);
        out.key("organisation");
        write_organisation(out, caller, *organisation);
        write_set(out, "scopes", caller.scopes);
        write_set(out, "roles", caller.roles);
        out.end_object();
        return ok(out.take());
    });
}

// A guess at the old password counts as one at sign-in; a new password that is too weak is told
// before it counts.
Result<SignInAttempt> begin_password_change(const Services& services, const Request& request) {
    return yield_from_unit<SignInAttempt>(services, [&](Books& books) -> Result<SignInAttempt> {
        const auto member = books.parties.find_member(request.caller->member);
        if (!member) return market::RefusalCode::session_expired;
        const auto password = request.object().text("new_password");
        if (const auto weak = check_password("/new_password", password, member->login))
            return market::refuse_field(weak->pointer, weak->reason, weak->bound);
        return market::begin_sign_in(books, member->login);
    });
}

Result<Reply> change_password(const Services& services, const Request& request) {
    const auto& caller = *request.caller;
    const auto attempt = begin_password_change(services, request);
    if (!attempt) return attempt.refusal();
    if (!is_right(*attempt, request.object().text("old_password")))
        return market::RefusalCode::credentials_wrong;
    const auto hash = hash_password(request.object().text("new_password"));
    auto reply = services.in_unit([&](Books& books) -> Result<Reply> {
        const auto credential = books.parties.take_credential(caller.member);
        if (!credential || credential->password_hash != attempt->credential->password_hash)
            return market::RefusalCode::credentials_wrong; // it was changed meanwhile
        market::change_password(books, caller.member, hash, caller.session);
        return no_content();
    });
    if (reply) services.end_live(caller.member);
    return reply;
}

} // namespace

std::vector<Route> session_routes(const Services& services) {
    return {
        {.method = Method::post,
         .pattern = "/api/v1/sessions",
         .operation = "sign_in",
         .handler = bound(services, sign_in),
         .auth = Auth::none,
         .request = &sign_in_schema,
         .response = &signed_in_schema,
         .success = 201,
         .tag = "sessions",
         .summary_zh = "登录",
         .summary_en = "Sign in"},
        {.method = Method::remove,
         .pattern = "/api/v1/sessions/current",
         .operation = "sign_out",
         .handler = bound(services, sign_out),
         .success = 204,
         .tag = "sessions",
         .summary_zh = "退出登录",
         .summary_en = "Sign out"},
        {.method = Method::get,
         .pattern = "/api/v1/me",
         .operation = "get_me",
         .handler = bound(services, get_me),
         .scope = market::Scope::read,
         .response = &me_schema,
         .tag = "sessions",
         .summary_zh = "我的账号、机构与权限",
         .summary_en = "My account, organisation and rights"},
        // No If-Match: the old password takes its place.
        {.method = Method::put,
         .pattern = "/api/v1/me/password",
         .operation = "change_password",
         .handler = bound(services, change_password),
         .scope = market::Scope::admin,
         .request = &password_schema,
         .success = 204,
         .tag = "sessions",
         .summary_zh = "修改口令，其他会话随即失效",
         .summary_en = "Change the password; other sessions end"},
    };
}

} // namespace jishi::protocol
