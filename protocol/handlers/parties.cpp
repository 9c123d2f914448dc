// Organisations and their verification.
#include "market/access.hpp"
#include "protocol/handlers/party_json.hpp"
#include "protocol/secrets.hpp"

namespace jishi::protocol {

namespace {

using market::Books;
using market::Result;

constexpr std::array registered_fields{
    json::required("organisation", organisation_schema),
    json::required("member", member_schema),
};
constexpr json::Schema registered_schema = json::object("Registered", registered_fields);

constexpr auto organisation_list_fields = list_fields(organisation_schema);
constexpr json::Schema organisation_list_schema =
    json::object("OrganisationList", organisation_list_fields);
constexpr std::array organisation_query{
    state_query<market::VerificationState>(), limit_query, cursor_query};

constexpr std::array verification_fields{
    action_field(action_names<market::small_rows::verification>), reason_field};
constexpr json::Schema verification_schema =
    json::object("VerificationAction", verification_fields);

Reply organisation_reply(const market::Caller& caller, const market::Organisation& organisation) {
    json::Writer out;
    write_organisation(out, caller, organisation);
    return ok(out.take(), make_etag(organisation.version));
}

// The new member as it will be once it has signed in: the answer tells what it may do next.
market::Caller caller_of(const market::Registered& registered) {
    return {
        .session = {},
        .member = registered.member.id,
        .organisation = registered.organisation.id,
        .kind = registered.organisation.kind,
        .verification = registered.organisation.state,
        .roles = registered.member.roles,
        .scopes = market::all_scopes,
    };
}

Result<Reply> register_organisation(const Services& services, const Request& request) {
    const auto member = request.object().object("member");
    const auto password = member.text("password");
    if (const auto weak = check_password("/member/password", password, member.text("login")))
        return market::refuse_field(weak->pointer, weak->reason, weak->bound);
    auto first = decode_member(member);
    first.password_hash = hash_password(password);
    const auto draft = decode_organisation(request.object().object("organisation"));
    return once_with_password(services, request, [&](Books& books) -> Result<Reply> {
        const auto registered = market::register_organisation(books, draft, first);
        if (!registered) return registered.refusal();
        json::Writer out;
        out.begin_object().key("organisation");
        write_organisation(out, caller_of(*registered), registered->organisation);
        out.key("member");
        write_member(out, registered->member);
        out.end_object();
        const auto location = "/api/v1/organisations/" + registered->organisation.id.text();
        return created(location, out.take(), make_etag(registered->organisation.version));
    });
}

Result<Reply> list_organisations(const Services& services, const Request& request) {
    if (const auto permitted = market::permit(*request.caller, market::Action::review_market);
        !permitted)
        return permitted.refusal();
    const auto page = page_of(services, request);
    if (!page) return page.refusal();
    const auto state = query_enum<market::VerificationState>(request, "state");
    return services.in_unit([&](Books& books) -> Result<Reply> {
        const auto found = books.parties.list_organisations(state, *page);
        return page_reply(
            services,
            *page,
            found,
            [&](json::Writer& out, const market::Organisation& each) {
                write_organisation(out, *request.caller, each);
            }
        );
    });
}

Result<Reply> get_organisation(const Services& services, const Request& request) {
    const auto id = path_id<market::OrganisationId>(request);
    if (!id) return id.refusal();
    return services.in_unit([&](Books& books) -> Result<Reply> {
        const auto organisation = books.parties.find_organisation(*id);
        if (!organisation || !market::may_see(*request.caller, *organisation))
            return market::RefusalCode::not_found;
        return organisation_reply(*request.caller, *organisation);
    });
}

Result<Reply> act_on_organisation(const Services& services, const Request& request) {
    const auto id = path_id<market::OrganisationId>(request);
    if (!id) return id.refusal();
    const auto event = enum_of<market::VerificationEvent>(request.object().text("action"));
    return once(services, request, [&](Books& books) -> Result<Reply> {
        const auto changed = market::fire_verification(
            books, *request.caller, *id, event, reason_of(request), expected_version(request)
        );
        if (!changed) return changed.refusal();
        return organisation_reply(*request.caller, *changed);
    });
}

} // namespace

std::vector<Route> party_routes(const Services& services) {
    using market::Scope;
    return {
        {.method = Method::post,
         .pattern = "/api/v1/organisations",
         .operation = "register_organisation",
         .handler = bound(services, register_organisation),
         .auth = Auth::none,
         .needs_idempotency_key = true,
         .request = &registration_schema,
         .response = &registered_schema,
         .success = 201,
         .tag = "organisations",
         .summary_zh = "注册机构及其管理员",
         .summary_en = "Register an organisation and its administrator"},
        {.method = Method::get,
         .pattern = "/api/v1/organisations",
         .operation = "list_organisations",
         .handler = bound(services, list_organisations),
         .scope = Scope::operate,
         .query = organisation_query,
         .response = &organisation_list_schema,
         .tag = "organisations",
         .summary_zh = "机构列表（运营方）",
         .summary_en = "Organisations, for the operator"},
        {.method = Method::get,
         .pattern = "/api/v1/organisations/{id}",
         .operation = "get_organisation",
         .handler = bound(services, get_organisation),
         .scope = Scope::read,
         .response = &organisation_schema,
         .tag = "organisations",
         .summary_zh = "查看机构",
         .summary_en = "An organisation"},
        // No one scope fits: submitting needs admin, answering needs operate; the rows of the
        // process ask for it.
        {.method = Method::post,
         .pattern = "/api/v1/organisations/{id}/actions",
         .operation = "act_on_organisation",
         .handler = bound(services, act_on_organisation),
         .needs_idempotency_key = true,
         .needs_if_match = true,
         .request = &verification_schema,
         .response = &organisation_schema,
         .tag = "organisations",
         .summary_zh = "提交、通过、驳回、暂停或恢复认证",
         .summary_en = "Submit, approve, reject, suspend or restore the verification"},
    };
}

} // namespace jishi::protocol
