// Organisations and members as JSON.
#pragma once

#include "market/parties.hpp"
#include "protocol/handlers/common.hpp"

namespace jishi::protocol {

// 3..64 of a-z 0-9 . _ - @
bool is_login(std::string_view text);
inline constexpr json::Format login_format{"login", "3..64 of a-z 0-9 . _ - @", is_login};

inline constexpr json::Schema secret_schema = json::text(47, 47); // of a bearer
inline constexpr json::Schema login_schema = json::formatted(login_format);
inline constexpr json::Schema role_schema = json::one_of(market::names_of<market::Role>());
inline constexpr json::Schema scope_schema = json::one_of(market::names_of<market::Scope>());
inline constexpr json::Schema roles_schema =
    json::array(role_schema, 0, market::Vocabulary<market::Role>::names.size()).all_distinct();
inline constexpr json::Schema scopes_schema =
    json::array(scope_schema, 1, market::Vocabulary<market::Scope>::names.size()).all_distinct();

inline constexpr std::array organisation_fields{
    json::required("id", json::id("org")),
    json::required("version", version_schema),
    json::required(
        "state",
        json::one_of(states_of<market::VerificationState>()),
        "认证状态",
        "Verification state"
    ),
    json::required(
        "state_reason",
        reason_schema.or_null(),
        "驳回或暂停的理由；他人不可见",
        "Why rejected or suspended; not for others"
    ),
    json::required("uscc", json::text(18, 18), "统一社会信用代码", "Unified social credit code"),
    json::required("name", json::text(1, 100)),
    json::required("kind", json::one_of(market::names_of<market::OrganisationKind>())),
    json::required("division", json::text(0, 12), "行政区划代码，GB/T 2260", "GB/T 2260 code"),
    json::required("industry", json::text(0, 12), "行业代码，GB/T 4754", "GB/T 4754 code"),
    json::required("created_at", json::instant()),
    available_actions_field<market::VerificationEvent>(),
};
inline constexpr json::Schema organisation_schema =
    json::object("Organisation", organisation_fields);

inline constexpr std::array member_fields{
    json::required("id", json::id("mem")),
    json::required("version", version_schema),
    json::required("organisation_id", json::id("org")),
    json::required("login", login_schema),
    json::required("name", json::text(1, 60)),
    json::required("roles", roles_schema),
    json::required("status", json::one_of(market::names_of<market::MemberStatus>())),
    json::required("created_at", json::instant()),
};
inline constexpr json::Schema member_schema = json::object("Member", member_fields);

// An organisation as the other side of a deal sees it.
inline constexpr std::array party_fields{
    json::required("id", json::id("org")),
    json::required("name", json::text(0, 100)),
};
inline constexpr json::Schema party_schema = json::object("Party", party_fields);

void write_organisation(
    json::Writer& out, const market::Caller& caller, const market::Organisation& organisation
);
void write_member(json::Writer& out, const market::Member& member);
void write_party(
    json::Writer& out, std::string_view name, market::Books& books, market::OrganisationId id
);

// What POST /organisations takes.
extern const json::Schema registration_schema;
market::OrganisationDraft decode_organisation(const json::Object& object);

// What POST /members takes; in a registration without the roles.
extern const json::Schema member_draft_schema;
market::MemberDraft decode_member(const json::Object& object); // without the password's hash

} // namespace jishi::protocol
