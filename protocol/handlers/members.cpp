// The members of the own organisation.
#include "market/access.hpp"
#include "protocol/handlers/party_json.hpp"
#include "protocol/secrets.hpp"

namespace jishi::protocol {

namespace {

using market::Books;
using market::Result;

constexpr auto member_list_fields = list_fields(member_schema, market::members_max);
constexpr json::Schema member_list_schema = json::object("MemberList", member_list_fields);
constexpr std::array member_change_fields{
    json::optional("roles", roles_schema),
    json::optional("status", json::one_of(market::names_of<market::MemberStatus>())),
};
constexpr json::Schema member_change_schema = json::object("MemberChange", member_change_fields);

std::string member_body(const market::Member& member) {
    json::Writer out;
    write_member(out, member);
    return out.take();
}

Result<Reply> list_members(const Services& services, const Request& request) {
    return services.in_unit([&](Books& books) -> Result<Reply> {
        return whole_list_reply(
            books.parties.members_of(request.caller->organisation), write_member
        );
    });
}

Result<Reply> add_member(const Services& services, const Request& request) {
    if (const auto permitted = market::permit(*request.caller, market::Action::manage_members);
        !permitted)
        return permitted.refusal(); // before the slow hash
    const auto password = request.object().text("password");
    if (const auto weak = check_password("/password", password, request.object().text("login")))
        return market::refuse_field(weak->pointer, weak->reason, weak->bound);
    auto draft = decode_member(request.object());
    draft.password_hash = hash_password(password);
    return once_with_password(services, request, [&](Books& books) -> Result<Reply> {
        const auto member = market::add_member(books, *request.caller, draft);
        if (!member) return member.refusal();
        return created(
            "/api/v1/members/" + member->id.text(), member_body(*member), make_etag(member->version)
        );
    });
}

Result<Reply> change_member(const Services& services, const Request& request) {
    const auto id = path_id<market::MemberId>(request);
    if (!id) return id.refusal();
    const auto body = request.object();
    std::optional<market::Roles> roles;
    if (body.has("roles")) roles = set_of<market::Role>(body.array("roles"));
    std::optional<market::MemberStatus> status;
    if (body.has("status")) status = enum_of<market::MemberStatus>(body.text("status"));
    auto reply = services.in_unit([&](Books& books) -> Result<Reply> {
        const auto member = market::change_member(
            books, *request.caller, *id, roles, status, expected_version(request)
        );
        if (!member) return member.refusal();
        return ok(member_body(*member), make_etag(member->version));
    });
    // Its sockets were opened with the old roles.
    if (reply) services.end_live(*id);
    return reply;
}

} // namespace

std::vector<Route> member_routes(const Services& services) {
    using market::Scope;
    return {
        {.method = Method::get,
         .pattern = "/api/v1/members",
         .operation = "list_members",
         .handler = bound(services, list_members),
         .scope = Scope::read,
         .response = &member_list_schema,
         .tag = "members",
         .summary_zh = "本机构成员",
         .summary_en = "The members of the own organisation"},
        {.method = Method::post,
         .pattern = "/api/v1/members",
         .operation = "add_member",
         .handler = bound(services, add_member),
         .scope = Scope::admin,
         .needs_idempotency_key = true,
         .request = &member_draft_schema,
         .response = &member_schema,
         .success = 201,
         .tag = "members",
         .summary_zh = "添加成员",
         .summary_en = "Add a member"},
        {.method = Method::patch,
         .pattern = "/api/v1/members/{id}",
         .operation = "change_member",
         .handler = bound(services, change_member),
         .scope = Scope::admin,
         .needs_if_match = true,
         .request = &member_change_schema,
         .response = &member_schema,
         .tag = "members",
         .summary_zh = "更改成员的角色或状态",
         .summary_en = "Change a member's roles or status"},
    };
}

} // namespace jishi::protocol
