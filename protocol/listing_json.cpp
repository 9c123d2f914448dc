#include "protocol/listing_json.hpp"

#include "protocol/handlers/common.hpp"
#include "protocol/handlers/listing_fields.hpp"

namespace jishi::protocol {

namespace {

using market::ListingContent;
using market::ListingKind;

constexpr std::array source_fields{
    json::optional(
        "source_id", json::text(0, 100), "自有编号", "The owner's own number, unique per owner"
    ),
};
constexpr auto achievement_draft = joined(listing_fields::achievement_content, source_fields);
constexpr auto need_draft = joined(listing_fields::need_content, source_fields);

constexpr json::Schema achievement_content_schema =
    json::object("AchievementContent", listing_fields::achievement_content);
constexpr json::Schema need_content_schema =
    json::object("NeedContent", listing_fields::need_content);
constexpr json::Schema achievement_draft_schema =
    json::object("AchievementDraft", achievement_draft);
constexpr json::Schema need_draft_schema = json::object("NeedDraft", need_draft);

template<class Enum>
void read_name(const json::Object& object, std::string_view name, Enum& into) {
    if (const auto text = object.optional_text(name)) into = enum_of<Enum>(*text);
}

std::vector<std::string> read_texts(const json::Array& array) {
    std::vector<std::string> texts;
    for (const auto entry : array)
        texts.emplace_back(entry.text());
    return texts;
}

market::PriceRange read_price(const json::Object& object) {
    return {
        .min_fen = object.optional_integer("min_fen"),
        .max_fen = object.optional_integer("max_fen")};
}

market::AchievementPart read_achievement(const json::Object& object) {
    market::AchievementPart part;
    part.problem_solved = object.text("problem_solved");
    part.incumbent_solution = object.text("incumbent_solution");
    part.advantage = object.text("advantage");
    part.patent_numbers = read_texts(object.array("patent_numbers"));
    read_name(object, "price_mode", part.price_mode);
    read_name(object, "price_kind", part.price_kind);
    part.service_achievement = object.boolean("service_achievement");
    return part;
}

market::NeedPart read_need(const json::Object& object) {
    market::NeedPart part;
    part.material = object.text("material");
    part.method = object.text("method");
    part.efficacy = object.text("efficacy");
    part.product = object.text("product");
    part.application = object.text("application");
    part.current_state = object.text("current_state");
    for (const auto entry : object.array("target_metrics")) {
        const auto metric = entry.object();
        part.target_metrics.push_back(
            {.name = text_of(metric, "name"),
             .op = text_of(metric, "op"),
             .value = text_of(metric, "value"),
             .unit = text_of(metric, "unit")}
        );
    }
    part.deadline = date_of(object, "deadline");
    return part;
}

void write_texts(json::Writer& out, std::string_view name, const std::vector<std::string>& texts) {
    out.key(name).begin_array();
    for (const auto& text : texts)
        out.value(text);
    out.end_array();
}

void write_achievement(json::Writer& out, const market::AchievementPart& part) {
    out.field("problem_solved", part.problem_solved)
        .field("incumbent_solution", part.incumbent_solution)
        .field("advantage", part.advantage);
    write_texts(out, "patent_numbers", part.patent_numbers);
    out.field("price_mode", market::name_of(part.price_mode))
        .field("price_kind", market::name_of(part.price_kind))
        .field("service_achievement", part.service_achievement);
}

void write_need(json::Writer& out, const market::NeedPart& part) {
    out.field("material", part.material)
        .field("method", part.method)
        .field("efficacy", part.efficacy)
        .field("product", part.product)
        .field("application", part.application)
        .field("current_state", part.current_state);
    out.key("target_metrics").begin_array();
    for (const auto& metric : part.target_metrics)
        out.begin_object()
            .field("name", metric.name)
            .field("op", metric.op)
            .field("value", metric.value)
            .field("unit", metric.unit)
            .end_object();
    out.end_array().field("deadline", shown(part.deadline));
}

} // namespace

const json::Schema& content_schema(ListingKind kind) {
    return kind == ListingKind::achievement ? achievement_content_schema : need_content_schema;
}

const json::Schema& draft_schema(ListingKind kind) {
    return kind == ListingKind::achievement ? achievement_draft_schema : need_draft_schema;
}

ListingContent decode_content(ListingKind kind, const json::Object& object) {
    ListingContent content;
    content.title = object.text("title");
    content.summary = object.text("summary");
    content.confidential = object.text("confidential");
    content.keywords = read_texts(object.array("keywords"));
    content.fields = set_of<market::TechnologyField>(object.array("fields"));
    content.industry = object.text("industry");
    content.division = object.text("division");
    if (const auto trl = object.optional_integer("trl"))
        content.trl = static_cast<std::uint8_t>(*trl);
    read_name(object, "trl_basis", content.trl_basis);
    content.modes = set_of<market::CooperationMode>(object.array("modes"));
    if (const auto price = object.optional_object("price")) content.price = read_price(*price);
    read_name(object, "confidentiality", content.confidentiality);
    if (kind == ListingKind::achievement)
        content.achievement = read_achievement(object);
    else
        content.need = read_need(object);
    return content;
}

market::ListingDraft decode_draft(ListingKind kind, const json::Object& object) {
    return {
        .kind = kind,
        .content = decode_content(kind, object),
        .source_id = text_of(object, "source_id")};
}

void write_content(
    json::Writer& out, ListingKind kind, const ListingContent& content, Confidential confidential
) {
    out.field("title", content.title).field("summary", content.summary);
    write_texts(out, "keywords", content.keywords);
    write_set(out, "fields", content.fields);
    out.field("industry", content.industry)
        .field("division", content.division)
        .field("trl", content.trl)
        .field("trl_basis", market::name_of(content.trl_basis));
    write_set(out, "modes", content.modes);
    write_price(out, content.price);
    out.field("confidentiality", market::name_of(content.confidentiality));
    if (confidential == Confidential::shown) out.field("confidential", content.confidential);
    if (kind == ListingKind::achievement)
        write_achievement(out, content.achievement);
    else
        write_need(out, content.need);
}

void write_price(json::Writer& out, const market::PriceRange& price) {
    out.key("price").begin_object();
    out.field("min_fen", price.min_fen).field("max_fen", price.max_fen).end_object();
}

} // namespace jishi::protocol
