// The content of a listing between JSON and the market, for the API and for files of listings
// alike.
#pragma once

#include "market/listings.hpp"
#include "protocol/json/reader.hpp"
#include "protocol/json/schema.hpp"
#include "protocol/json/writer.hpp"

namespace jishi::protocol {

const json::Schema& content_schema(market::ListingKind kind);
const json::Schema& draft_schema(market::ListingKind kind
); // the content and, perhaps, a "source_id"

// REQUIRES: the object fits the schema. What is left out is empty.
market::ListingContent decode_content(market::ListingKind kind, const json::Object& object);
market::ListingDraft decode_draft(market::ListingKind kind, const json::Object& object);

// The content's members, into the open object.
enum class Confidential : bool { withheld, shown };
void write_content(
    json::Writer& out,
    market::ListingKind kind,
    const market::ListingContent& content,
    Confidential confidential
);

// "price":{"min_fen":..|null,"max_fen":..|null}
void write_price(json::Writer& out, const market::PriceRange& price);

} // namespace jishi::protocol
