// The members of a listing's content in JSON: one flat object for each kind. Requests leave out
// what is not known yet; answers state everything, but the confidential text only to those who may
// see it.
#pragma once

#include "market/listing.hpp"
#include "protocol/handlers/common.hpp"

#include <array>
#include <string_view>

namespace jishi::protocol::listing_fields {

using json::optional;
using json::required;

// What a request may leave out an answer always states.
template<std::size_t count>
constexpr auto all_required(std::array<json::Field, count> fields) {
    for (auto& field : fields)
        field.required = true;
    return fields;
}

inline constexpr json::Schema keyword = json::text(1, 40);
inline constexpr json::Schema technology_field =
    json::one_of(market::names_of<market::TechnologyField>());
inline constexpr json::Schema mode = json::one_of(market::names_of<market::CooperationMode>());
inline constexpr json::Schema patent_number = json::text(1, 40);

inline constexpr json::Schema technology_fields =
    json::array(technology_field, 0, market::names_of<market::TechnologyField>().size())
        .all_distinct();
inline constexpr json::Schema modes =
    json::array(mode, 0, market::names_of<market::CooperationMode>().size()).all_distinct();

inline constexpr std::array price_fields{
    optional(
        "min_fen", json::integer(0, market::fen_max).or_null(), "下限（分）", "Lower end, fen"
    ),
    optional(
        "max_fen", json::integer(0, market::fen_max).or_null(), "上限（分）", "Upper end, fen"
    ),
};
inline constexpr json::Schema price = json::object("PriceRange", price_fields);

inline constexpr std::array<std::string_view, 5> metric_operators{"<", "<=", "=", ">=", ">"};
inline constexpr std::array metric_fields{
    required("name", json::text(1, 60), "指标", "What is measured"),
    required("op", json::one_of(metric_operators), "比较", "Comparison"),
    required("value", json::decimal(), "数值", "Decimal number"),
    optional("unit", json::text(0, 30), "单位", "Unit"),
};
inline constexpr json::Schema metric = json::object("TargetMetric", metric_fields);

inline constexpr std::array public_fields{
    required("title", json::text(2, 200), "名称", "Title"),
    optional("summary", json::paragraphs(0, 20'000), "公开介绍", "Public text"),
    optional("keywords", json::array(keyword, 0, 20), "关键词", "Keywords"),
    optional("fields", technology_fields, "技术领域", "Technology fields; 1..3 to be published"),
    optional("industry", json::text(0, 5), "行业 GB/T 4754", "Industry, GB/T 4754"),
    optional("division", json::text(0, 6), "行政区划 GB/T 2260", "Division, GB/T 2260"),
    optional(
        "trl", json::integer(1, 9).or_null(), "技术成熟度", "Readiness level; of a need: at least"
    ),
    optional(
        "trl_basis",
        json::one_of(market::names_of<market::TrlBasis>()),
        "成熟度依据",
        "Who assessed it"
    ),
    optional("modes", modes, "合作方式", "Ways of cooperation, offered or accepted"),
    optional("price", price.or_null(), "价格或预算", "Price asked, or budget"),
    optional(
        "confidentiality",
        json::one_of(market::names_of<market::Confidentiality>()),
        "身份公开方式",
        "Whether the owner shows"
    ),
};
inline constexpr std::array confidential_fields{
    optional(
        "confidential",
        json::paragraphs(0, 20'000),
        "保密内容",
        "For the owner and the operator, and for the other party once the contract is in force"
    ),
};
inline constexpr json::Schema patent_numbers = json::array(patent_number, 0, 50);
inline constexpr std::array achievement_fields{
    optional("problem_solved", json::paragraphs(0, 2'000), "解决的问题", "The problem it solves"),
    optional("incumbent_solution", json::paragraphs(0, 2'000), "现有方案", "What is used today"),
    optional("advantage", json::paragraphs(0, 2'000), "优势", "What is better"),
    optional("patent_numbers", patent_numbers, "专利号", "Patent numbers, check digits verified"),
    optional(
        "price_mode",
        json::one_of(market::names_of<market::PriceMode>()),
        "定价方式",
        "How it is priced"
    ),
    optional(
        "price_kind",
        json::one_of(market::names_of<market::PriceKind>()),
        "价格类型",
        "Kind of price"
    ),
    optional("service_achievement", json::boolean(), "职务科技成果", "Made on the unit's task"),
};
inline constexpr json::Schema target_metrics = json::array(metric, 0, 20);
inline constexpr std::array need_fields{
    optional("material", json::paragraphs(0, 1'000), "材料", "Material"),
    optional("method", json::paragraphs(0, 1'000), "方法", "Method"),
    optional("efficacy", json::paragraphs(0, 1'000), "功效", "Effect"),
    optional("product", json::paragraphs(0, 1'000), "产品", "Product"),
    optional("application", json::paragraphs(0, 1'000), "应用", "Application"),
    optional("current_state", json::paragraphs(0, 2'000), "现状", "Present state"),
    optional("target_metrics", target_metrics, "目标指标", "Measurable targets"),
    optional("deadline", json::date().or_null(), "截止日期", "Last day for offers"),
};

// Of a request.
inline constexpr auto achievement_content =
    joined(joined(public_fields, confidential_fields), achievement_fields);
inline constexpr auto need_content =
    joined(joined(public_fields, confidential_fields), need_fields);

// Of an answer.
inline constexpr auto common_shown = joined(all_required(public_fields), confidential_fields);
inline constexpr auto achievement_shown = joined(common_shown, all_required(achievement_fields));
inline constexpr auto need_shown = joined(common_shown, all_required(need_fields));

} // namespace jishi::protocol::listing_fields
