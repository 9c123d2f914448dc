#include "protocol/search_query.hpp"

#include "market/industry.hpp"
#include "protocol/handlers/common.hpp"
#include "protocol/handlers/listing_fields.hpp"
#include "protocol/routes.hpp"
#include "protocol/target.hpp"

#include <algorithm>
#include <charconv>

namespace jishi::protocol {

namespace {

using market::FieldReason;
using matching::SearchQuery;

bool is_division_prefix(std::string_view text) {
    return (text.size() == 2 || text.size() == 4 || text.size() == 6) &&
           text.find_first_not_of("0123456789") == text.npos;
}
constexpr json::Format division_prefix{"division", "33, 3301, 330100", is_division_prefix};
constexpr json::Format industry_prefix{"industry", "C, C39, C3985", [](std::string_view text) {
                                           return !text.empty() &&
                                                  !market::check_industry({}, text);
                                       }};

constexpr json::Schema trl = json::integer(1, 9);
constexpr json::Schema fen = json::integer(0, market::fen_max);

constexpr std::array parameters_table{
    json::optional(
        "q",
        json::text(0, 1'000),
        "检索词、\"短语\"、-排除词",
        "Words, \"phrases\" and -excluded words"
    ),
    json::optional(
        "field",
        listing_fields::technology_fields,
        "技术领域，任一",
        "Technology field; any of them"
    ),
    json::optional(
        "mode", listing_fields::modes, "合作方式，任一", "Way of cooperation; any of them"
    ),
    json::optional(
        "industry", json::formatted(industry_prefix), "行业代码前缀", "Prefix of an industry code"
    ),
    json::optional(
        "division",
        json::formatted(division_prefix),
        "行政区划，含下级",
        "Division and all within it"
    ),
    json::optional("trl_min", trl, "最低成熟度", "Lowest readiness level"),
    json::optional("trl_max", trl, "最高成熟度", "Highest readiness level"),
    json::optional("price_min_fen", fen, "价格下限（分）", "Lower end of the price, fen"),
    json::optional("price_max_fen", fen, "价格上限（分）", "Upper end of the price, fen"),
    json::optional("owner", json::id("org"), "发布机构", "Owner, where it shows"),
    json::optional("published_since", json::instant(), "此后发布", "Published since"),
    json::optional("sort", json::one_of(market::names_of<matching::SortBy>()), "排序", "Order"),
    json::optional(
        "plain",
        json::boolean(),
        "不标命中，不给正文片段，答得更快",
        "Without hits marked and pieces of the text: faster"
    ),
    limit_query,
    cursor_query,
};

// "330100" is a place with all that lies in it: 3301.
std::string within(std::string_view division) {
    while (division.size() > 2 && division.ends_with("00"))
        division.remove_suffix(2);
    return std::string(division);
}

class Parameters {
public:
    explicit Parameters(const std::vector<QueryValue>& values) : values_(values) {}

    std::optional<std::string_view> text(std::string_view name) const {
        const auto found = std::ranges::find(values_, name, &QueryValue::name);
        if (found == values_.end()) return {};
        return found->value;
    }

    template<class Number>
    std::optional<Number> number(std::string_view name) const {
        const auto digits = text(name);
        if (!digits) return {};
        Number value{};
        std::from_chars(digits->data(), digits->data() + digits->size(), value);
        return value;
    }

    template<class Enum>
    market::Set<Enum> set(std::string_view name) const {
        market::Set<Enum> all;
        for (const auto& entry : values_)
            if (entry.name == name) all.add(enum_of<Enum>(entry.value));
        return all;
    }

private:
    const std::vector<QueryValue>& values_;
};

template<class Number>
void refuse_reversed(
    const std::optional<Number>& min,
    const std::optional<Number>& max,
    std::string_view pointer,
    std::vector<market::FieldRefusal>& wrong
) {
    if (min && max && *max < *min)
        wrong.push_back({std::string(pointer), FieldReason::too_small, std::to_string(*min)});
}

market::Refusal query_refused(std::string about) {
    auto refusal = market::refuse_field("/query", FieldReason::bad_format, "q=...&field=...");
    refusal.about = std::move(about);
    return refusal;
}

market::Refusal query_refused(const std::vector<market::FieldRefusal>& wrong) {
    std::string about;
    for (const auto& field : wrong)
        about += (about.empty() ? "" : ", ") + field.pointer + " " +
                 std::string(market::field_reason_text(field.reason).name);
    return query_refused(std::move(about));
}

} // namespace

std::span<const json::Field> search_parameters() {
    return parameters_table;
}

market::Result<SearchQuery>
parse_search(market::ListingKind kind, const std::vector<QueryValue>& parameters) {
    const Parameters given(parameters);
    SearchQuery query{
        .kind = kind,
        .text = std::string(given.text("q").value_or("")),
        .filters = {},
        .cursor = {}};
    auto& filters = query.filters;
    filters.fields = given.set<market::TechnologyField>("field");
    filters.modes = given.set<market::CooperationMode>("mode");
    filters.industry_prefix = given.text("industry").value_or("");
    filters.division_prefix = within(given.text("division").value_or(""));
    filters.trl_min = given.number<std::uint8_t>("trl_min");
    filters.trl_max = given.number<std::uint8_t>("trl_max");
    filters.price = {
        given.number<market::Fen>("price_min_fen"), given.number<market::Fen>("price_max_fen")};
    if (const auto owner = given.text("owner"))
        filters.owner = *market::OrganisationId::parse(*owner);
    if (const auto since = given.text("published_since"))
        filters.published_since_us = market::parse_instant(*since)->us;
    if (const auto sort = given.text("sort")) query.sort = enum_of<matching::SortBy>(*sort);
    query.plain = given.text("plain") == "true";
    query.limit = given.number<std::size_t>("limit").value_or(page_limit_default);

    std::vector<market::FieldRefusal> wrong;
    refuse_reversed(filters.trl_min, filters.trl_max, "?trl_max", wrong);
    refuse_reversed(filters.price.min_fen, filters.price.max_fen, "?price_max_fen", wrong);
    if (wrong.empty()) return query;
    return market::Refusal{.code = market::RefusalCode::invalid_fields, .fields = std::move(wrong)};
}

market::Result<SearchQuery>
parse_saved_query(market::ListingKind kind, std::string_view query_string) {
    const auto target = parse_target("/?" + std::string(query_string));
    if (!target) return query_refused(target.refusal().about);
    Route route;
    route.query = parameters_table;
    if (const auto wrong = check_query(route, target->query); !wrong.empty())
        return query_refused(wrong);
    auto query = parse_search(kind, target->query);
    if (!query) return query_refused(query.refusal().fields);
    return query;
}

} // namespace jishi::protocol
