// API tokens: bearer secrets that a member hands to a program.
#include "market/access.hpp"
#include "protocol/handlers/party_json.hpp"
#include "protocol/secrets.hpp"

namespace jishi::protocol {

namespace {

using market::Books;
using market::Result;

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
        "secret",
        secret_schema.or_null(),
        "仅显示这一次；重放的答复中为 null",
        "Shown this once; null in a replayed answer"
    )}
);
constexpr json::Schema issued_token_schema = json::object("IssuedToken", issued_token_fields);
constexpr auto token_list_fields = list_fields(token_schema, market::tokens_max);
constexpr json::Schema token_list_schema = json::object("TokenList", token_list_fields);
constexpr std::int64_t token_days_default = 30;
constexpr std::array token_draft_fields{
    json::required("label", json::text(0, 60), "用途", "What it is for"),
    json::required("scopes", scopes_schema),
    json::optional(
        "days", json::integer(1, 36'500), "有效天数，默认 30", "Days it is valid, 30 by default"
    ),
};
constexpr json::Schema token_draft_schema = json::object("TokenDraft", token_draft_fields);

void write_token(json::Writer& out, const market::Session& session) {
    out.field("id", session.id.text()).field("label", session.label);
    write_set(out, "scopes", session.scopes);
    out.field("created_at", shown(session.created_at))
        .field("expires_at", shown(session.expires_at));
}

Result<Reply> list_tokens(const Services& services, const Request& request) {
    return services.in_unit([&](Books& books) -> Result<Reply> {
        const auto tokens =
            books.parties.sessions_of(request.caller->member, market::SessionKind::api_token);
        return whole_list_reply(tokens, [](json::Writer& out, const market::Session& token) {
            out.begin_object();
            write_token(out, token);
            out.end_object();
        });
    });
}

// The answer that is kept for a repeated request must not hold the secret, so the secret is put in
// afterwards.
Result<Reply> issue_token(const Services& services, const Request& request) {
    const auto body = request.object();
    const auto secret = new_bearer_secret();
    const market::TokenDraft draft{
        .label = text_of(body, "label"),
        .scopes = set_of<market::Scope>(body.array("scopes")),
        .days =
            static_cast<std::uint32_t>(body.optional_integer("days").value_or(token_days_default)),
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
    if (const auto permitted = market::permit(*request.caller, market::Action::manage_own_tokens);
        !permitted)
        return permitted.refusal();
    const auto member = request.caller->member;
    auto reply = services.in_unit([&](Books& books) -> Result<Reply> {
        if (!books.parties.revoke_session(*id, member, books.now))
            return market::RefusalCode::not_found;
        return no_content();
    });
    if (reply) services.end_live(member);
    return reply;
}

} // namespace

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

} // namespace jishi::protocol
