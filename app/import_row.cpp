#include "app/import_row.hpp"

#include "app/settings.hpp"
#include "protocol/json/writer.hpp"
#include "protocol/listing_json.hpp"

#include <algorithm>

namespace jishi::app {

namespace {

using protocol::json::Field;
using protocol::json::Kind;
using protocol::json::Schema;
using protocol::json::Value;
using protocol::json::Writer;

constexpr std::string_view owner_key = "owner_uscc";

void copy(Writer& out, const Value& value) {
    if (value.is_object()) {
        const auto object = value.object();
        out.begin_object();
        for (std::size_t i = 0; i < object.size(); ++i) {
            out.key(object.key(i));
            copy(out, object.value(i));
        }
        out.end_object();
    } else if (value.is_array()) {
        out.begin_array();
        for (const auto entry : value.array())
            copy(out, entry);
        out.end_array();
    } else if (value.is_text()) {
        out.value(value.text());
    } else if (value.is_boolean()) {
        out.value(value.boolean());
    } else if (value.is_integer()) {
        out.value(value.integer());
    } else if (value.is_number()) {
        out.value(value.number());
    } else {
        out.null();
    }
}

std::string json_of(const Value& value) {
    Writer out;
    copy(out, value);
    return out.take();
}

std::string json_of(std::string_view text) {
    Writer out;
    out.value(text);
    return out.take();
}

const Field* field_named(const Schema& schema, std::string_view name) {
    for (const auto& field : schema.members())
        if (field.name == name) return &field;
    return nullptr;
}

std::vector<std::string> split_list(std::string_view cell) {
    constexpr std::string_view wide = "；";
    std::vector<std::string> parts(1);
    for (std::size_t i = 0; i < cell.size(); ++i) {
        if (cell[i] == ';') {
            parts.emplace_back();
        } else if (cell.substr(i).starts_with(wide)) {
            parts.emplace_back();
            i += wide.size() - 1;
        } else {
            parts.back() += cell[i];
        }
    }
    std::erase_if(parts, [](const std::string& part) {
        return part.find_first_not_of(' ') == std::string::npos;
    });
    for (auto& part : parts) {
        part.erase(0, part.find_first_not_of(' '));
        part.erase(part.find_last_not_of(' ') + 1);
    }
    return parts;
}

// A cell as the JSON that its field expects; a text that is no number stays a text and is refused
// by the schema.
std::string json_of_cell(const Schema& schema, const std::string& cell) {
    const bool looks_like_json = cell[0] == '[' || cell[0] == '{';
    if (looks_like_json && (schema.kind == Kind::array || schema.kind == Kind::object) &&
        protocol::json::parse(cell))
        return cell;
    switch (schema.kind) {
    case Kind::array: {
        std::string out = "[";
        for (const auto& part : split_list(cell))
            out += (out.size() > 1 ? "," : "") + json_of_cell(*schema.item, part);
        return out + "]";
    }
    case Kind::integer:
    case Kind::number:
        return cell.size() < 20 && cell.find_first_not_of("-0123456789") == std::string::npos &&
                       protocol::json::parse(cell)
                   ? cell
                   : json_of(cell);
    case Kind::boolean:
        return cell == "true" || cell == "false" ? cell : json_of(cell);
    default:
        return json_of(cell);
    }
}

// The text that this JSON is, or empty.
std::string text_of(const std::string& json) {
    const auto all = protocol::json::parse("[" + json + "]");
    if (!all || all->root().array().size() == 0) return {};
    const auto value = all->root().array()[0];
    return value.is_text() ? std::string(value.text()) : std::string();
}

std::pair<std::string, std::string> split_pair(const std::string& text, const char* what) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
        throw SettingError(std::string(what) + ": expected FIELD=..., got " + text);
    return {text.substr(0, equals), text.substr(equals + 1)};
}

} // namespace

RowReader::RowReader(
    market::ListingKind kind,
    const std::vector<std::string>& fields,
    const std::vector<std::string>& constants
)
    : kind_(kind) {
    const auto& schema = protocol::draft_schema(kind);
    const auto known = [&](const std::string& name) {
        if (name != owner_key && !field_named(schema, name.substr(0, name.find('.'))))
            throw SettingError("no field '" + name + "' in a listing of this kind");
    };
    for (const auto& text : fields) {
        auto [field, column] = split_pair(text, "--field");
        known(field);
        column_of_field_[field] = column;
    }
    for (const auto& text : constants) {
        auto [field, json] = split_pair(text, "--set");
        known(field);
        if (!protocol::json::parse("[" + json + "]"))
            throw SettingError("--set " + field + ": not JSON: " + json);
        constants_[field] = json;
    }
}

std::string RowReader::column_of(const std::string& field) const {
    const auto renamed = column_of_field_.find(field);
    return renamed == column_of_field_.end() ? field : renamed->second;
}

RowReader::Row RowReader::read(const protocol::json::Object& row) {
    std::map<std::string, std::string> found;
    std::set<std::string> used;
    const auto take = [&](const std::string& field) {
        const auto column = column_of(field);
        const auto value = row.find(column);
        if (!value) return;
        used.insert(column);
        found[field] = json_of(*value);
    };
    take(std::string(owner_key));
    for (const auto& field : protocol::draft_schema(kind_).members())
        take(std::string(field.name));
    for (std::size_t i = 0; i < row.size(); ++i)
        if (const std::string key(row.key(i)); !used.contains(key) && row.has(key))
            ignored_.insert(key);
    return finish(found);
}

RowReader::Row
RowReader::read(const std::vector<std::string>& header, const std::vector<std::string>& cells) {
    if (cells.size() != header.size()) {
        const auto expected = std::to_string(header.size()) + " columns";
        return {{}, market::refuse_field("", market::FieldReason::bad_format, expected)};
    }
    std::map<std::string, std::string> field_of_column;
    for (const auto& [field, column] : column_of_field_)
        field_of_column[column] = field;
    std::map<std::string, std::string> found;
    std::map<std::string, std::string> nested; // field -> members so far
    const auto& schema = protocol::draft_schema(kind_);
    for (std::size_t i = 0; i < header.size(); ++i) {
        const auto renamed = field_of_column.find(header[i]);
        const auto name = renamed == field_of_column.end() ? header[i] : renamed->second;
        const auto dot = name.find('.');
        const auto* field = field_named(schema, name.substr(0, dot));
        if (name == owner_key) {
            found[name] = json_of(cells[i]);
        } else if (!field) {
            ignored_.insert(header[i]);
        } else if (cells[i].empty()) {
            continue;
        } else if (dot == std::string::npos) {
            found[name] = json_of_cell(field->schema, cells[i]);
        } else if (const auto* member = field_named(field->schema, name.substr(dot + 1))) {
            auto& members = nested[std::string(field->name)];
            members += (members.empty() ? "" : ",") + json_of(member->name) + ":" +
                       json_of_cell(member->schema, cells[i]);
        } else {
            ignored_.insert(header[i]);
        }
    }
    for (const auto& [field, members] : nested)
        found[field] = "{" + members + "}";
    return finish(found);
}

RowReader::Row RowReader::finish(const std::map<std::string, std::string>& json_of_field) {
    auto all = constants_;
    for (const auto& [field, json] : json_of_field)
        all[field] = json; // the row's own value goes before the constant
    const auto owner = all.extract(std::string(owner_key));
    std::string text = "{";
    for (const auto& [field, json] : all)
        text += (text.size() > 1 ? "," : "") + json_of(field) + ":" + json;
    text += "}";
    const auto document = protocol::json::read(text, protocol::draft_schema(kind_));
    if (!document) return {text_of(all["source_id"]), document.refusal()};
    return {
        {},
        Listing{
            owner ? text_of(owner.mapped()) : "",
            protocol::decode_draft(kind_, document->object())}};
}

} // namespace jishi::app
