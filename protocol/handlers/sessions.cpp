// Signing in and out, the own account, API tokens.
#include "market/access.hpp"
#include "protocol/handlers/party_json.hpp"
#include "protocol/secrets.hpp"

namespace jishi::protocol {

namespace {

using market::Books;
using market::Result;
using market::SignInAttempt;

constexpr json::Schema given_password_schema = json::text(1, static_cast<std::int64_t>(password_length_max));
constexpr json::Schema new_password_schema =
    json::text(static_cast<std::int64_t>(password_length_min), static_cast<std::int64_t>(password_length_max));
constexpr json::Schema secret_schema = json::text(47, 47);

constexpr std::array sign_in_fields{
    json::required("login", json::text(1, 64), "登录名", "Login"),
    json::required("password", given_password_schema, "口令", "Password"),
};
constexpr json::Schema sign_in_schema = json::object("SignIn", sign_in_fields);
constexpr std::array signed_in_fields{
    json::required("token", secret_schema, "之后请求的 Bearer 令牌", "The bearer token of the requests that follow"),
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

constexpr std::array token_fields{
    json::required("id", json::id("ses")),
    json::required("label", json::text(0, 60)),
    json::required("scopes", scopes_schema),
    json::required("created_at", json::instant()),
    json::required("expires_at", json::instant()),
};
constexpr json::Schema token_schema = json::object("Token", token_fields);
constexpr auto issued_token_fields = joined(
    token_fields,
    std::array{json::required(
        "secret", secret_schema.or_null(), "仅显示这一次；重放的答复中为 null", "Shown this once; null in a replayed answer"
    )}
);
constexpr json::Schema issued_token_schema = json::object("IssuedToken", issued_token_fields);
constexpr auto token_list_fields = list_fields(token_schema, market::tokens_max);
constexpr json::Schema token_list_schema = json::object("TokenList", token_list_fields);
constexpr std::int64_t token_days_default = 30;
constexpr std::array token_draft_fields{
    json::required("label", json::text(0, 60), "用途", "What it is for"),
    json::required("scopes", scopes_schema),
    json::optional("days", json::integer(1, 36'500), "有效天数，默认 30", "Days it is valid, 30 by default"),
};
constexpr json::Schema token_draft_schema = json::object("TokenDraft", token_draft_fields);

// As slow for a login that nobody has.
bool is_right(const SignInAttempt& attempt, std::string_view password) {
    if (attempt.credential) return verify_password(attempt.credential->password_hash, password);
    verify_password(nobodys_password_hash, password);
    return false;
}

void write_signed_in(json::Writer& out, Books& books, const market::Session& session, const std::string& secret) {
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
    out.begin_object().field("token", secret).field("expires_at", shown(session.expires_at)).key("member");
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
        if (outdated) books.parties.put_credential({.member = session->member, .password_hash = fresh_hash});
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

// A guess at the old password counts as one at sign-in; a new password that is too weak is told before it counts.
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
    if (!is_right(*attempt, request.object().text("old_password"))) return market::RefusalCode::credentials_wrong;
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

void write_token(json::Writer& out, const market::Session& session) {
    out.field("id", session.id.text()).field("label", session.label);
    write_set(out, "scopes", session.scopes);
    out.field("created_at", shown(session.created_at)).field("expires_at", shown(session.expires_at));
}

Result<Reply> list_tokens(const Services& services, const Request& request) {
    return services.in_unit([&](Books& books) -> Result<Reply> {
        const auto tokens = books.parties.sessions_of(request.caller->member, market::SessionKind::api_token);
        return whole_list_reply(tokens, [](json::Writer& out, const market::Session& token) {
            out.begin_object();
            write_token(out, token);
            out.end_object();
        });
    });
}

// The answer that is kept for a repeated request must not hold the secret, so the secret is put in afterwards.
Result<Reply> issue_token(const Services& services, const Request& request) {
    const auto body = request.object();
    const auto secret = new_bearer_secret();
    const market::TokenDraft draft{
        .label = text_of(body, "label"),
        .scopes = set_of<market::Scope>(body.array("scopes")),
        .days = static_cast<std::uint32_t>(body.optional_integer("days").value_or(token_days_default)),
        .secret_hash = sha256_hex(secret),
    };
    std::string shown_once;
    auto reply = once(services, request, [&](Books& books) -> Result<Reply> {
        const auto token = market::issue_token(books, *request.caller, draft);
        if (!token) return token.refusal();
        const auto written = [&](const std::optional<std::string>& told) {
            json::Writer out;
            out.begin_object();
            write_token(out, *token);
            return out.field("secret", told).end_object().take();
        };
        shown_once = written(secret);
        return created("/api/v1/tokens/" + token->id.text(), written(std::nullopt));
    });
    if (reply && !reply->header("Idempotency-Replayed")) reply->body = std::move(shown_once);
    return reply;
}

Result<Reply> revoke_token(const Services& services, const Request& request) {
    const auto id = path_id<market::SessionId>(request);
    if (!id) return id.refusal();
    if (const auto permitted = market::permit(*request.caller, market::Action::manage_own_tokens); !permitted)
        return permitted.refusal();
    const auto member = request.caller->member;
    auto reply = services.in_unit([&](Books& books) -> Result<Reply> {
        if (!books.parties.revoke_session(*id, member, books.now)) return market::RefusalCode::not_found;
        return no_content();
    });
    if (reply) services.end_live(member);
    return reply;
}

std::vector<Route> token_routes(const Services& services) {
    using market::Scope;
    return {
        {.method = Method::get,
         .pattern = "/api/v1/tokens",
         .operation = "list_tokens",
         .handler = bound(services, list_tokens),
         .scope = Scope::admin,
         .response = &token_list_schema,
         .tag = "tokens",
         .summary_zh = "我的 API 令牌",
         .summary_en = "My API tokens"},
        {.method = Method::post,
         .pattern = "/api/v1/tokens",
         .operation = "issue_token",
         .handler = bound(services, issue_token),
         .scope = Scope::admin,
         .needs_idempotency_key = true,
         .request = &token_draft_schema,
         .response = &issued_token_schema,
         .success = 201,
         .tag = "tokens",
         .summary_zh = "签发 API 令牌",
         .summary_en = "Issue an API token"},
        {.method = Method::remove,
         .pattern = "/api/v1/tokens/{id}",
         .operation = "revoke_token",
         .handler = bound(services, revoke_token),
         .scope = Scope::admin,
         .success = 204,
         .tag = "tokens",
         .summary_zh = "撤销 API 令牌",
         .summary_en = "Revoke an API token"},
    };
}

} // namespace

std::vector<Route> session_routes(const Services& services) {
    std::vector<Route> routes{
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
    for (auto& route : token_routes(services))
        routes.push_back(std::move(route));
    return routes;
}

} // namespace jishi::protocol
