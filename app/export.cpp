#include "app/commands.hpp"
#include "app/csv.hpp"
#include "app/database.hpp"
#include "protocol/json/writer.hpp"
#include "protocol/listing_json.hpp"
#include "storage/store.hpp"

#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>

namespace jishi::app {

namespace {

using protocol::json::Kind;
using protocol::json::Value;
using protocol::json::Writer;

constexpr std::uint32_t page = 500;

// An exported row is importable again. The owner of an anonymous need is in no export.
std::string row_json(const market::ListingBook::Live& live, const std::string& owner_uscc) {
    Writer out;
    out.begin_object().field("id", live.listing.id.text());
    if (live.revision.content.confidentiality == market::Confidentiality::open) {
        out.field("owner_uscc", owner_uscc);
        if (!live.listing.source_id.empty()) out.field("source_id", live.listing.source_id);
    }
    protocol::write_content(
        out, live.listing.id.kind, live.revision.content, protocol::Confidential::withheld
    );
    out.end_object();
    return out.take();
}

// The columns of a kind: its fields in the schema's order, nested ones with a dot.
std::vector<std::string> columns_of(market::ListingKind kind) {
    std::vector<std::string> columns{"id", "owner_uscc"};
    for (const auto& field : protocol::draft_schema(kind).members()) {
        if (field.name == "confidential") continue;
        if (field.schema.kind != Kind::object) {
            columns.emplace_back(field.name);
            continue;
        }
        for (const auto& member : field.schema.members())
            columns.push_back(std::string(field.name) + "." + std::string(member.name));
    }
    return columns;
}

void write_object(Writer& out, const Value& value) {
    const auto object = value.object();
    out.begin_object();
    for (std::size_t i = 0; i < object.size(); ++i)
        out.field(object.key(i), object.value(i).text());
    out.end_object();
}

std::string cell_of(const Value& value) {
    if (value.is_text()) return std::string(value.text());
    if (value.is_integer()) return std::to_string(value.integer());
    if (value.is_boolean()) return value.boolean() ? "true" : "false";
    if (!value.is_array()) return {};
    const auto array = value.array();
    if (!array.empty() && array[0].is_object()) {
        Writer out;
        out.begin_array();
        for (const auto entry : array)
            write_object(out, entry);
        out.end_array();
        return out.take();
    }
    std::string cell;
    for (const auto entry : array)
        cell += (cell.empty() ? "" : ";") + cell_of(entry);
    return cell;
}

std::string row_csv(const std::string& json, const std::vector<std::string>& columns) {
    const auto document = protocol::json::parse(json);
    std::string line;
    for (const auto& column : columns) {
        const auto dot = column.find('.');
        auto value = document->object().find(column.substr(0, dot));
        if (value && dot != std::string::npos) value = value->object().find(column.substr(dot + 1));
        line +=
            (&column == &columns.front() ? "" : ",") + csv_cell(value ? cell_of(*value) : "", true);
    }
    return line;
}

} // namespace

int export_listings(const Settings& settings, const ExportRequest& request) {
    const auto kind = *market::parse_name<market::ListingKind>(request.kind);
    const bool csv = is_csv(request.file);
    std::ofstream file;
    if (request.file != "-") {
        file.open(request.file, std::ios::binary);
        if (!file) throw std::runtime_error("cannot write " + request.file);
    }
    std::ostream& out = request.file == "-" ? std::cout : file;
    const auto columns = columns_of(kind);
    if (csv) {
        out << "\xef\xbb\xbf"; // spreadsheets then know that it is UTF-8
        for (const auto& column : columns)
            out << (&column == &columns.front() ? "" : ",") << column;
        out << "\r\n";
    }
    Database database(settings, Schema::check);
    storage::Store store(database.pool());
    std::map<market::OrganisationId, std::string> uscc_of;
    market::IdBytes after{};
    std::uint64_t rows = 0;
    for (bool more = true; more;) {
        const auto lives = store.read([&](market::Books& books) {
            auto found = books.listings.live_after(kind, after, page);
            for (const auto& live : found)
                if (!uscc_of.contains(live.listing.owner))
                    uscc_of[live.listing.owner] =
                        books.parties.find_organisation(live.listing.owner)->uscc;
            return found;
        });
        for (const auto& live : lives) {
            const auto json = row_json(live, uscc_of[live.listing.owner]);
            out << (csv ? row_csv(json, columns) + "\r\n" : json + "\n");
            after = live.listing.id.bytes;
        }
        rows += lives.size();
        more = lives.size() == page;
    }
    out.flush();
    if (!out) throw std::runtime_error("writing " + request.file + " failed");
    std::fprintf(stderr, "%llu listings written\n", static_cast<unsigned long long>(rows));
    return 0;
}

} // namespace jishi::app
