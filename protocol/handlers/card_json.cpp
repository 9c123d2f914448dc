#include "protocol/handlers/card_json.hpp"

#include "market/division.hpp"
#include "protocol/listing_json.hpp"

namespace jishi::protocol {

std::string_view province_name(std::string_view division) {
    if (division.size() < 2) return {};
    return market::division_name(std::string(division.substr(0, 2)) + "0000");
}

void write_card_fields(json::Writer& out, const matching::Document& document) {
    out.field("id", document.id.text()).field("title", document.title);
    write_set(out, "fields", document.fields);
    write_set(out, "modes", document.modes);
    out.field("trl", document.trl);
    write_price(out, document.price);
    std::optional<market::Date> deadline;
    if (document.deadline_day) deadline = market::date_of_days(*document.deadline_day);
    out.field("division", document.division)
        .field("province", province_name(document.division))
        .field("deadline", shown(deadline))
        .field("published_at", market::format_instant({document.published_at_us}));
    if (document.owner.is_null())
        out.key("owner_id").null();
    else
        out.field("owner_id", document.owner.text());
}

void write_card(json::Writer& out, const matching::Document& document) {
    out.begin_object();
    write_card_fields(out, document);
    out.end_object();
}

void write_also_posted(json::Writer& out, const matching::AlsoPosted& others) {
    out.key("also_posted").begin_array();
    for (const auto& id : others.ids)
        out.value(id.text());
    out.end_array().field("also_posted_count", others.count);
}

} // namespace jishi::protocol
