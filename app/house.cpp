#include "app/house.hpp"

#include <sodium.h>

namespace jishi::app {

using namespace market;

Caller house_member(const Organisation& organisation, MemberId member, Roles roles) {
    return {
        .session = {},
        .member = member,
        .organisation = organisation.id,
        .kind = organisation.kind,
        .verification = organisation.state,
        .roles = roles,
        .scopes = all_scopes};
}

Caller house_operator(MemberId member) {
    Organisation bureau;
    bureau.kind = OrganisationKind::government;
    bureau.state = VerificationState::verified;
    return house_member(bureau, member, {Role::market_operator});
}

Result<Registered>
found_organisation(Books& books, const OrganisationDraft& draft, const MemberDraft& first) {
    auto registered = register_organisation(books, draft, first, true);
    if (!registered) return registered;
    const auto& member = registered->member;
    const auto id = registered->organisation.id;
    const auto admin = house_member(registered->organisation, member.id, {Role::org_admin});
    if (const auto submitted =
            fire_verification(books, admin, id, VerificationEvent::submit, {}, {});
        !submitted)
        return submitted.refusal();
    auto verified =
        fire_verification(books, house_operator(member.id), id, VerificationEvent::approve, {}, {});
    if (!verified) return verified.refusal();
    return Registered{*std::move(verified), member};
}

std::string describe(const Refusal& refusal) {
    const auto& text = refusal_text(refusal.code);
    std::string line = std::string(text.title_zh) + " / " + std::string(text.title_en);
    if (!refusal.about.empty()) line += " (" + refusal.about + ")";
    for (const auto& field : refusal.fields) {
        auto reason = std::string(field_reason_text(field.reason).text_en);
        if (const auto hole = reason.find("{}"); hole != std::string::npos)
            reason.replace(hole, 2, field.bound);
        line += "; " + field.pointer + " " + reason;
    }
    return line;
}

std::string make_password() {
    constexpr std::string_view alphabet = "abcdefghijkmnpqrstuvwxyz23456789";
    std::string password;
    for (int i = 0; i < 24; ++i) {
        if (i > 0 && i % 6 == 0) password += '-';
        password += alphabet[randombytes_uniform(static_cast<std::uint32_t>(alphabet.size()))];
    }
    return password;
}

} // namespace jishi::app
