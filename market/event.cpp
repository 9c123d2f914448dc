#include "market/event.hpp"

#include "market/canonical.hpp"

namespace jishi::market {

std::string chain_text(const Event& event, std::string_view previous_hash) {
    CanonicalText text("event.1");
    text.add("previous", previous_hash);
    text.add("id", event.id.text());
    text.add("object", event.object);
    text.add("object_version", static_cast<std::int64_t>(event.object_version));
    text.add("name", event.name);
    text.add("from", event.from);
    text.add("to", event.to);
    text.add("member", event.member ? event.member->text() : "");
    text.add("reason", event.reason);
    for (const auto& [name, value] : event.facts)
        text.add("fact." + name, value);
    for (const auto& organisation : event.audience)
        text.add("audience", organisation.text());
    text.add("operators_told", std::int64_t{event.operators_told});
    text.add("everyone_told", std::int64_t{event.everyone_told});
    text.add("at_us", event.at.us);
    return text.take();
}

} // namespace jishi::market
