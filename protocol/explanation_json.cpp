#include "protocol/explanation_json.hpp"

#include "protocol/handlers/highlight_json.hpp"

namespace jishi::protocol {

namespace {

void write_side(
    json::Writer& out, const matching::Document& document, const matching::SharedRanges& shared
) {
    out.begin_object().key("title");
    write_ranges(out, document.title, shared.title);
    out.key("fragments");
    write_fragments(out, pieces_around(document.body, shared.body));
    out.end_object();
}

} // namespace

void write_explanation(
    json::Writer& out, const matching::Document& asked, const matching::Match& found
) {
    const bool from_need = asked.id.kind == market::ListingKind::need;
    const auto& need = from_need ? asked : *found.document;
    const auto& achievement = from_need ? *found.document : asked;
    out.field("score", found.score.score)
        .field("raw", found.score.raw)
        .field("summary_zh", found.why.summary_zh)
        .field("summary_en", found.why.summary_en);
    out.key("contributions").begin_array();
    for (const auto& contribution : found.why.contributions)
        out.begin_object()
            .field("kind", market::name_of(contribution.kind))
            .field("label_zh", contribution.label_zh)
            .field("label_en", contribution.label_en)
            .field("value", contribution.value)
            .end_object();
    out.end_array().key("highlights").begin_object().key("need");
    write_side(out, need, found.why.in_need);
    out.key("achievement");
    write_side(out, achievement, found.why.in_achievement);
    out.end_object();
}

std::string explanation_json(const matching::Document& asked, const matching::Match& found) {
    json::Writer out;
    out.begin_object();
    write_explanation(out, asked, found);
    out.end_object();
    return out.take();
}

} // namespace jishi::protocol
