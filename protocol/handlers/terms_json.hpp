// The terms of an offer or a contract as JSON. One shape asked and answered: what is shown may be
// sent back.
#pragma once

#include "market/terms.hpp"
#include "protocol/handlers/common.hpp"

namespace jishi::protocol {

inline constexpr std::array instalment_fields{
    json::required("label", json::text(1, 60), "款项名称", "What it is paid for"),
    json::required("amount_fen", json::integer(1, market::fen_max), "金额（分）", "Amount in fen"),
    json::optional("due_on", json::date().or_null(), "应付日期", "When it is due"),
};
inline constexpr json::Schema instalment_schema = json::object("Instalment", instalment_fields);

inline constexpr std::array terms_fields{
    json::required(
        "mode", json::one_of(market::names_of<market::CooperationMode>()), "合作方式", "The right"
    ),
    json::required("price", money_schema, "固定价款", "The fixed part of the price"),
    json::required(
        "payment_mode",
        json::one_of(market::names_of<market::PaymentMode>()),
        "支付方式",
        "How it is paid"
    ),
    json::optional(
        "instalments",
        json::array(instalment_schema, 0, 36),
        "分期，合计等于固定价款",
        "They sum to the fixed part"
    ),
    json::optional(
        "royalty_bp",
        json::integer(1, 10'000).or_null(),
        "提成（万分比）",
        "Royalty in basis points"
    ),
    json::optional(
        "royalty_base",
        json::one_of(market::names_of<market::RoyaltyBase>()).or_null(),
        "提成基数",
        "Of what"
    ),
    json::optional(
        "territory", json::text(0, 200), "地域，空为不限", "Territory; empty: everywhere"
    ),
    json::optional(
        "field_of_use", json::text(0, 200), "使用领域，空为不限", "Field of use; empty: any"
    ),
    json::optional("valid_to", json::date().or_null(), "期限", "Until when"),
    json::required("deliverables", json::paragraphs(1, 2'000), "交付内容", "What is delivered"),
    json::required("acceptance", json::paragraphs(1, 2'000), "验收标准", "How it is accepted"),
};
inline constexpr json::Schema terms_schema = json::object("Terms", terms_fields);

market::Terms decode_terms(const json::Object& object);
void write_terms(json::Writer& out, std::string_view name, const market::Terms& terms);

} // namespace jishi::protocol
