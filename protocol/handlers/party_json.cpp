#include "protocol/handlers/party_json.hpp"

#include "market/access.hpp"
#include "market/text.hpp"
#include "protocol/secrets.hpp"

#include <algorithm>

namespace jishi::protocol {

namespace {

constexpr std::array organisation_draft_fields{
    json::required("uscc", json::text(1, 40), "统一社会信用代码", "Unified social credit code"),
    json::required("name", json::text(2, 100), "机构名称", "Name"),
    json::required(
        "kind", json::one_of(market::names_of<market::OrganisationKind>()), "机构类型", "Kind"
    ),
    json::required("division", json::text(1, 12), "行政区划代码，GB/T 2260", "GB/T 2260 code"),
    json::optional("industry", json::text(0, 12), "行业代码，GB/T 4754", "GB/T 4754 code"),
};
constexpr json::Schema organisation_draft_schema =
    json::object("OrganisationDraft", organisation_draft_fields);

constexpr json::Schema new_password_schema = json::text(
    static_cast<std::int64_t>(password_length_min), static_cast<std::int64_t>(password_length_max)
);
constexpr std::array person_fields{
    json::required("login", login_schema, "登录名", "Login"),
    json::required("name", json::text(1, 60), "姓名", "Name"),
    json::required("password", new_password_schema, "口令", "Password"),
};
constexpr json::Schema first_member_schema = json::object("FirstMember", person_fields);
constexpr std::array registration_fields{
    json::required("organisation", organisation_draft_schema),
    json::required(
        "member", first_member_schema, "首位成员，即管理员", "The first member, its administrator"
    ),
};

constexpr auto member_draft_fields =
    joined(person_fields, std::array{json::required("roles", roles_schema)});

} // namespace

const json::Schema registration_schema = json::object("Registration", registration_fields);
const json::Schema member_draft_schema = json::object("MemberDraft", member_draft_fields);

bool is_login(std::string_view text) {
    return text.size() >= 3 && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
                      c == '-' || c == '@';
           });
}

void write_organisation(
    json::Writer& out, const market::Caller& caller, const market::Organisation& organisation
) {
    const bool told_reasons = caller.organisation == organisation.id || caller.is_operator();
    const auto actors = market::actors_of(caller, market::relations_of(organisation));
    out.begin_object().field("id", organisation.id.text()).field("version", organisation.version);
    out.field("state", market::name_of(organisation.state));
    out.field(
        "state_reason", told_reasons ? std::optional(organisation.state_reason) : std::nullopt
    );
    out.field("uscc", organisation.uscc).field("name", organisation.name);
    out.field("kind", market::name_of(organisation.kind));
    out.field("division", organisation.division).field("industry", organisation.industry);
    out.field("created_at", shown(organisation.created_at));
    const std::span rows(market::small_rows::verification);
    write_names(
        out, "available_actions", market::available_actions(rows, organisation.state, actors, {})
    );
    out.end_object();
}

void write_member(json::Writer& out, const market::Member& member) {
    out.begin_object().field("id", member.id.text()).field("version", member.version);
    out.field("organisation_id", member.organisation.text())
        .field("login", member.login)
        .field("name", member.name);
    write_set(out, "roles", member.roles);
    out.field("status", market::name_of(member.status))
        .field("created_at", shown(member.created_at))
        .end_object();
}

void write_party(
    json::Writer& out, std::string_view name, market::Books& books, market::OrganisationId id
) {
    const auto organisation = books.parties.find_organisation(id);
    out.key(name).begin_object().field("id", id.text());
    out.field("name", organisation ? organisation->name : std::string()).end_object();
}

market::OrganisationDraft decode_organisation(const json::Object& object) {
    return {
        .uscc = market::normalise_identifier(object.text("uscc")),
        .name = market::trim(object.text("name")),
        .division = market::normalise_identifier(object.text("division")),
        .industry = market::normalise_identifier(object.text("industry")),
        .kind = enum_of<market::OrganisationKind>(object.text("kind")),
    };
}

market::MemberDraft decode_member(const json::Object& object) {
    return {
        .login = text_of(object, "login"),
        .name = market::trim(object.text("name")),
        .roles = set_of<market::Role>(object.array("roles")),
        .password_hash = {},
    };
}

} // namespace jishi::protocol
