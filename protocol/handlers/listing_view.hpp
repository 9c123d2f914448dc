// A listing as one caller sees it: which revision, whose name, which texts and figures of its life.
#pragma once

#include "market/books.hpp"
#include "protocol/handlers/listing_fields.hpp"
#include "protocol/json/writer.hpp"
#include "protocol/listing_json.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jishi::protocol {

// Owner and operator are insiders: they see drafts and how the review stands, and the newest
// revision where everyone else sees the live one.
struct ListingView {
    market::Listing listing{};
    market::ListingRevision revision{};
    bool insider = false;
    std::optional<market::Organisation> owner{}; // absent while the caller may not see it
    std::vector<std::string_view> actions{};
};

bool is_insider(const market::Caller* caller, const market::Listing& listing);

// Refuses not_found: the caller may not see the listing, or nothing of it has ever been shown to
// the public.
market::Result<ListingView>
view_of(market::Books& books, const market::Caller* caller, const market::Listing& listing);

extern const json::Schema achievement_schema, need_schema, listing_summary_list_schema;
extern const json::Schema achievement_revision_schema, need_revision_schema;

std::string listing_json(const ListingView& view);
void write_listing_summary(
    json::Writer& out, const ListingView& view
); // without the texts, for lists
std::string revision_json(const market::Listing& listing, const market::ListingRevision& revision);

} // namespace jishi::protocol
