#include "market/access.hpp"
#include "protocol/handlers/deal_json.hpp"
#include "protocol/handlers/party_json.hpp"

namespace jishi::protocol {

namespace {

using market::MandateState;

constexpr json::Schema note_schema = json::paragraphs(0, 1'000);

constexpr std::array mandate_draft_fields{
    json::required(
        "listing_id", json::id("ach|need"), "要代理的成果或需求", "What the broker wants to act for"
    ),
    json::required(
        "commission_bp",
        json::integer(0, market::whole_bp),
        "佣金（万分比）",
        "Commission in basis points"
    ),
    json::optional("note", note_schema, "说明", "A word to the owner"),
};
constexpr std::array mandate_action_fields{
    action_field(action_names<market::small_rows::mandate>), reason_field};

constexpr std::array mandate_fields{
    json::required("id", json::id("mdt")),
    json::required("version", version_schema),
    json::required("state", json::one_of(states_of<MandateState>())),
    json::required("state_reason", reason_schema),
    json::required("listing_id", json::id("ach|need")),
    json::required(
        "principal",
        party_schema.or_null(),
        "委托方；接受之前对经纪人为 null",
        "null to the broker until it accepts"
    ),
    json::required("broker_organisation", party_schema),
    json::required("broker_name", json::text(0, 60), "经纪人姓名", "The name of the broker"),
    json::required("commission_bp", json::integer(0, market::whole_bp)),
    json::required("note", note_schema),
    json::required("created_at", json::instant()),
    json::required("updated_at", json::instant()),
    available_actions_field<market::MandateEvent>(),
};
constexpr auto mandate_list_fields = list_fields(mandate_schema);

// The listing may be anonymous: only accepting tells the broker whose it is.
bool may_see_principal(const market::Caller& caller, const market::Mandate& mandate) {
    constexpr market::Set<MandateState> told{
        MandateState::accepted, MandateState::revoked, MandateState::ended};
    return told.has(mandate.state) || caller.organisation == mandate.principal ||
           caller.is_operator();
}

} // namespace

const json::Schema mandate_draft_schema = json::object("MandateDraft", mandate_draft_fields);
const json::Schema mandate_action_schema = json::object("MandateAction", mandate_action_fields);
const json::Schema mandate_schema = json::object("Mandate", mandate_fields);
const json::Schema mandate_list_schema = json::object("MandateList", mandate_list_fields);

market::MandateDraft decode_mandate_draft(const json::Object& object) {
    return {
        .listing = *market::ListingId::parse(object.text("listing_id")),
        .commission_bp = static_cast<std::uint32_t>(object.integer("commission_bp")),
        .note = text_of(object, "note"),
    };
}

void write_mandate(
    json::Writer& out,
    market::Books& books,
    const market::Caller& caller,
    const market::Mandate& mandate
) {
    const auto broker = books.parties.find_member(mandate.broker);
    out.begin_object().field("id", mandate.id.text()).field("version", mandate.version);
    out.field("state", market::name_of(mandate.state)).field("state_reason", mandate.state_reason);
    out.field("listing_id", mandate.listing.text());
    if (may_see_principal(caller, mandate))
        write_party(out, "principal", books, mandate.principal);
    else
        out.key("principal").null();
    write_party(out, "broker_organisation", books, mandate.broker_organisation);
    out.field("broker_name", broker ? broker->name : std::string());
    out.field("commission_bp", mandate.commission_bp).field("note", mandate.note);
    out.field("created_at", shown(mandate.created_at))
        .field("updated_at", shown(mandate.updated_at));
    write_names(out, "available_actions", market::available_actions(caller, mandate));
    out.end_object();
}

} // namespace jishi::protocol
