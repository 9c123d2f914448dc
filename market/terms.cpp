#include "market/terms.hpp"

#include "market/canonical.hpp"

namespace jishi::market {

namespace {

constexpr bool has_royalty(PaymentMode mode) {
    return mode == PaymentMode::royalty || mode == PaymentMode::entry_fee_plus_royalty;
}

std::optional<FieldRefusal> check_sum(const Terms& terms, const std::string& at) {
    Fen sum = 0;
    for (const auto& part : terms.instalments) {
        const auto next = add_fen(sum, part.amount_fen);
        if (!next)
            return FieldRefusal{
                at + "/instalments", FieldReason::sum_mismatch, std::to_string(terms.price_fen)};
        sum = *next;
    }
    if (sum != terms.price_fen)
        return FieldRefusal{
            at + "/instalments", FieldReason::sum_mismatch, std::to_string(terms.price_fen)};
    return {};
}

} // namespace

std::vector<FieldRefusal> check_terms(const Terms& terms, std::string_view pointer) {
    const std::string at(pointer);
    std::vector<FieldRefusal> wrong;
    const auto refuse = [&](std::string_view field, FieldReason reason, std::string bound) {
        wrong.push_back({at + std::string(field), reason, std::move(bound)});
    };
    const auto parts = terms.instalments.size();
    switch (terms.payment_mode) {
    case PaymentMode::lump_sum:
        if (parts != 1)
            refuse("/instalments", parts == 0 ? FieldReason::too_few : FieldReason::too_many, "1");
        break;
    case PaymentMode::instalment:
        if (parts < 2) refuse("/instalments", FieldReason::too_few, "2");
        break;
    case PaymentMode::royalty:
        if (parts != 0) refuse("/instalments", FieldReason::too_many, "0");
        if (terms.price_fen != 0) refuse("/price/amount_fen", FieldReason::too_large, "0");
        break;
    case PaymentMode::entry_fee_plus_royalty:
        if (parts < 1) refuse("/instalments", FieldReason::too_few, "1");
        break;
    }
    if (terms.payment_mode != PaymentMode::royalty && terms.price_fen <= 0)
        refuse("/price/amount_fen", FieldReason::too_small, "1");
    if (has_royalty(terms.payment_mode)) {
        if (!terms.royalty_bp) refuse("/royalty_bp", FieldReason::missing, "");
        if (!terms.royalty_base) refuse("/royalty_base", FieldReason::missing, "");
    } else if (terms.royalty_bp || terms.royalty_base) {
        refuse("/royalty_bp", FieldReason::inconsistent, "payment_mode");
    }
    for (std::size_t i = 0; i < parts; ++i)
        if (terms.instalments[i].amount_fen <= 0)
            refuse(
                "/instalments/" + std::to_string(i) + "/amount_fen", FieldReason::too_small, "1"
            );
    if (wrong.empty())
        if (auto sum = check_sum(terms, at)) wrong.push_back(std::move(*sum));
    return wrong;
}

std::string terms_text(const Terms& terms) {
    CanonicalText text("terms.1");
    text.add("mode", name_of(terms.mode));
    text.add("price_fen", terms.price_fen);
    text.add("payment_mode", name_of(terms.payment_mode));
    for (const auto& part : terms.instalments) {
        text.add("instalment.label", part.label);
        text.add("instalment.amount_fen", part.amount_fen);
        text.add("instalment.due_on", part.due_on ? format_date(*part.due_on) : "");
    }
    text.add("royalty_bp", terms.royalty_bp ? std::to_string(*terms.royalty_bp) : "");
    text.add(
        "royalty_base", terms.royalty_base ? name_of(*terms.royalty_base) : std::string_view{}
    );
    text.add("territory", terms.territory);
    text.add("field_of_use", terms.field_of_use);
    text.add("valid_to", terms.valid_to ? format_date(*terms.valid_to) : "");
    text.add("deliverables", terms.deliverables);
    text.add("acceptance", terms.acceptance);
    return text.take();
}

} // namespace jishi::market
