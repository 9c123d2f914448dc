#include "matching/document.hpp"

namespace jishi::matching {

namespace {

void add_line(std::string& body, const std::string& text) {
    if (text.empty()) return;
    if (!body.empty()) body += '\n';
    body += text;
}

std::string public_text(const market::ListingContent& content) {
    std::string body;
    add_line(body, content.summary);
    const auto& a = content.achievement;
    for (const auto* text : {&a.problem_solved, &a.incumbent_solution, &a.advantage})
        add_line(body, *text);
    const auto& n = content.need;
    for (const auto* text :
         {&n.material, &n.method, &n.efficacy, &n.product, &n.application, &n.current_state})
        add_line(body, *text);
    for (const auto& metric : n.target_metrics)
        add_line(body, metric.name + " " + metric.op + " " + metric.value + " " + metric.unit);
    return body;
}

} // namespace

Document document_of(
    market::ListingId id,
    std::uint32_t revision,
    const market::ListingContent& content,
    market::OrganisationId owner,
    market::Instant published_at
) {
    Document out;
    out.id = id;
    out.revision = revision;
    out.title = content.title;
    out.body = public_text(content);
    out.keywords = content.keywords;
    out.fields = content.fields;
    out.industry = content.industry;
    out.division = content.division;
    out.trl = content.trl;
    out.price = content.price;
    out.modes = content.modes;
    if (content.need.deadline) out.deadline_day = market::days_since_epoch(*content.need.deadline);
    if (content.confidentiality == market::Confidentiality::anonymous) {
        // To the microsecond it would tell what else was published in that moment, and so by whom.
        published_at = market::shanghai_midnight(market::shanghai_date(published_at));
    } else {
        out.owner = owner;
    }
    out.published_at_us = published_at.us;
    out.sealed_owner = SealedOwner(owner);
    return out;
}

} // namespace jishi::matching
