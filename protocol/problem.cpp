#include "protocol/problem.hpp"

#include "protocol/json/writer.hpp"
#include "protocol/text.hpp"

namespace jishi::protocol {

namespace {

constexpr std::string_view retry_after_s = "2";
constexpr std::string_view lock_retry_after_s = "60";

std::string fill(std::string_view pattern, std::string_view bound) {
    std::string text(pattern);
    if (const auto hole = text.find("{}"); hole != text.npos) text.replace(hole, 2, bound);
    return text;
}

void write_field(json::Writer& out, const market::FieldRefusal& field, Language language) {
    const auto& text = market::field_reason_text(field.reason);
    const auto zh = fill(text.text_zh, field.bound);
    const auto en = fill(text.text_en, field.bound);
    out.begin_object().field("pointer", field.pointer).field("reason", text.name);
    if (!field.bound.empty()) out.field("bound", field.bound);
    out.field("detail", language == Language::zh ? zh : en)
        .field("detail_zh", zh)
        .field("detail_en", en)
        .end_object();
}

Reply write(
    const HttpProblem& kind,
    const std::vector<market::FieldRefusal>& fields,
    std::string_view detail,
    Language language,
    std::string_view request_id
) {
    json::Writer out;
    out.begin_object()
        .field("type", "/problems/" + std::string(kind.name))
        .field("title", language == Language::zh ? kind.title_zh : kind.title_en)
        .field("title_zh", kind.title_zh)
        .field("title_en", kind.title_en)
        .field("status", kind.http_status);
    if (!detail.empty()) out.field("detail", detail);
    out.field("instance", request_id);
    if (!fields.empty()) {
        out.key("errors").begin_array();
        for (const auto& field : fields)
            write_field(out, field, language);
        out.end_array();
    }
    out.end_object();

    Reply reply{
        .status = kind.http_status, .content_type = "application/problem+json", .body = out.take()};
    reply.with("Content-Language", language_tag(language));
    if (kind.http_status == 503 || kind.http_status == 429)
        reply.with("Retry-After", retry_after_s);
    if (kind.http_status == 423) reply.with("Retry-After", lock_retry_after_s);
    if (kind.http_status == 401) reply.with("WWW-Authenticate", "Bearer");
    return reply;
}

} // namespace

const std::string* Reply::header(std::string_view name) const {
    for (const auto& [key, value] : headers)
        if (same_word(key, name)) return &value;
    return nullptr;
}

Reply problem(const market::Refusal& refusal, Language language, std::string_view request_id) {
    const auto& text = market::refusal_text(refusal.code);
    const HttpProblem kind{text.name, text.http_status, text.title_zh, text.title_en};
    return write(kind, refusal.fields, refusal.about, language, request_id);
}

Reply problem(
    const HttpProblem& kind, Language language, std::string_view request_id, std::string_view detail
) {
    return write(kind, {}, detail, language, request_id);
}

} // namespace jishi::protocol
