#include "protocol/handlers/terms_json.hpp"

namespace jishi::protocol {

namespace {

market::Instalment decode_instalment(const json::Object& object) {
    return {
        .label = text_of(object, "label"),
        .amount_fen = object.integer("amount_fen"),
        .due_on = date_of(object, "due_on"),
    };
}

} // namespace

market::Terms decode_terms(const json::Object& object) {
    market::Terms terms{
        .mode = enum_of<market::CooperationMode>(object.text("mode")),
        .price_fen = object.object("price").integer("amount_fen"),
        .payment_mode = enum_of<market::PaymentMode>(object.text("payment_mode")),
        .territory = text_of(object, "territory"),
        .field_of_use = text_of(object, "field_of_use"),
        .valid_to = date_of(object, "valid_to"),
        .deliverables = text_of(object, "deliverables"),
        .acceptance = text_of(object, "acceptance"),
    };
    for (const auto part : object.array("instalments"))
        terms.instalments.push_back(decode_instalment(part.object()));
    if (const auto bp = object.optional_integer("royalty_bp"))
        terms.royalty_bp = static_cast<std::uint32_t>(*bp);
    if (const auto base = object.optional_text("royalty_base"))
        terms.royalty_base = enum_of<market::RoyaltyBase>(*base);
    return terms;
}

void write_terms(json::Writer& out, std::string_view name, const market::Terms& terms) {
    out.key(name).begin_object().field("mode", market::name_of(terms.mode));
    write_money(out, "price", terms.price_fen);
    out.field("payment_mode", market::name_of(terms.payment_mode)).key("instalments").begin_array();
    for (const auto& part : terms.instalments)
        out.begin_object()
            .field("label", part.label)
            .field("amount_fen", part.amount_fen)
            .field("due_on", shown(part.due_on))
            .end_object();
    out.end_array().field("royalty_bp", terms.royalty_bp).key("royalty_base");
    if (terms.royalty_base)
        out.value(market::name_of(*terms.royalty_base));
    else
        out.null();
    out.field("territory", terms.territory).field("field_of_use", terms.field_of_use);
    out.field("valid_to", shown(terms.valid_to)).field("deliverables", terms.deliverables);
    out.field("acceptance", terms.acceptance).end_object();
}

} // namespace jishi::protocol
