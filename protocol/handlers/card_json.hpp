// A listing as the catalogue shows it: what is public and short.
#pragma once

#include "matching/document.hpp"
#include "matching/twins.hpp"
#include "protocol/handlers/listing_fields.hpp"
#include "protocol/json/writer.hpp"

#include <array>

namespace jishi::protocol {

inline constexpr json::Schema listing_id_schema = json::id("ach|need");

inline constexpr std::array card_fields{
    json::required("id", listing_id_schema),
    json::required("title", json::text(0, 200), "名称", "Title"),
    json::required("fields", listing_fields::technology_fields, "技术领域", "Technology fields"),
    json::required("modes", listing_fields::modes, "合作方式", "Ways of cooperation"),
    json::required("trl", json::integer(1, 9).or_null(), "技术成熟度", "Readiness level"),
    json::required("price", listing_fields::price, "价格或预算", "Price asked, or budget"),
    json::required("division", json::text(0, 6), "行政区划", "Division, GB/T 2260"),
    json::required("province", json::text(0, 60), "省级名称", "Name of the province"),
    json::required("deadline", json::date().or_null(), "截止日期", "Last day for offers"),
    json::required("published_at", json::instant()),
    json::required(
        "owner_id", json::id("org").or_null(), "发布机构", "Owner; null while it is anonymous"
    ),
};
inline constexpr json::Schema card_schema = json::object("ListingCard", card_fields);

// Beside a card that stands for several listings of one result.
inline constexpr std::array also_posted_fields{
    json::required(
        "also_posted",
        json::array(listing_id_schema, 0, matching::also_posted_ids_max),
        "同一成果或需求的其他发布，最多十条",
        "Other listings of the same result or need, at most ten"
    ),
    json::required(
        "also_posted_count", json::integer(0, 1'000'000'000), "其他发布的条数", "How many there are"
    ),
};

// The name of the province that a division, or its first two digits, lies in; empty where there is
// none.
std::string_view province_name(std::string_view division);

void write_card_fields(
    json::Writer& out, const matching::Document& document
); // into the open object
void write_card(json::Writer& out, const matching::Document& document);
void write_also_posted(json::Writer& out, const matching::AlsoPosted& others); // as the fields

} // namespace jishi::protocol
