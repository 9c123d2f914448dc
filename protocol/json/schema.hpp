// The shape of a JSON value, written once as a constant. Requests are checked against it, the
// OpenAPI document is written from it, and the tests hold real answers against it.
//
//     inline constexpr std::array price_fields{
//         required("min_fen", integer(0, fen_max), "下限（分）", "Lower end, in fen"),
//         optional("max_fen", integer(0, fen_max).or_null(), "上限（分）", "Upper end, in fen"),
//     };
//     inline constexpr Schema price = object("PriceRange", price_fields);
//     inline constexpr Schema prices = array(price, 0, 20);
#pragma once

#include "market/refusal.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace jishi::protocol::json {

enum class Kind : std::uint8_t {
    anything,
    object,
    map, // any keys, values of one schema
    array,
    text,       // one line
    paragraphs, // line breaks and tabs allowed
    one_of,
    id, // "need_" and 26 characters
    formatted,
    integer,
    number,
    boolean,
};

// A form of string that has its own check, as a date or a registration code.
struct Format {
    std::string_view name;     // the OpenAPI "format"
    std::string_view expected; // told to the client: "YYYY-MM-DD"
    bool (*accepts)(std::string_view text) = nullptr;
    market::FieldReason reason = market::FieldReason::bad_format;
};

struct Field;

// Refers to tables of static storage; made by the functions below.
struct Schema {
    Kind kind = Kind::anything;
    bool nullable = false;
    bool distinct = false;                     // array entries
    std::int64_t min = 0, max = 0;             // code points, entries or the value itself
    const Field* fields = nullptr;             // of an object
    std::size_t field_count = 0;               // of an object
    const Schema* item = nullptr;              // of an array or a map
    std::span<const std::string_view> names{}; // of one_of
    std::string_view name{}; // of an object: its OpenAPI component; of an id: prefixes, "ach|need"
    const Format* format = nullptr;

    constexpr Schema or_null() const {
        auto copy = *this;
        copy.nullable = true;
        return copy;
    }
    constexpr Schema all_distinct() const {
        auto copy = *this;
        copy.distinct = true;
        return copy;
    }
    std::span<const Field> members() const;
};

struct Field {
    std::string_view name;
    Schema schema;
    bool required = true;
    std::string_view about_zh{}, about_en{};
};

inline std::span<const Field> Schema::members() const {
    return {fields, field_count};
}

constexpr Field
required(std::string_view name, Schema schema, std::string_view zh = {}, std::string_view en = {}) {
    return {name, schema, true, zh, en};
}
constexpr Field
optional(std::string_view name, Schema schema, std::string_view zh = {}, std::string_view en = {}) {
    return {name, schema, false, zh, en};
}

template<std::size_t count>
constexpr Schema object(std::string_view component, const std::array<Field, count>& fields) {
    return {.kind = Kind::object, .fields = fields.data(), .field_count = count, .name = component};
}
constexpr Schema empty_object() {
    return {.kind = Kind::object};
}
constexpr Schema array(const Schema& item, std::int64_t min, std::int64_t max) {
    return {.kind = Kind::array, .min = min, .max = max, .item = &item};
}
constexpr Schema map_of(const Schema& value, std::int64_t entries_max) {
    return {.kind = Kind::map, .max = entries_max, .item = &value};
}
Schema array(Schema&&, std::int64_t, std::int64_t) = delete;
Schema map_of(Schema&&, std::int64_t) = delete;

// Lengths are code points.
constexpr Schema text(std::int64_t min, std::int64_t max) {
    return {.kind = Kind::text, .min = min, .max = max};
}
constexpr Schema paragraphs(std::int64_t min, std::int64_t max) {
    return {.kind = Kind::paragraphs, .min = min, .max = max};
}
constexpr Schema one_of(std::span<const std::string_view> names) {
    return {.kind = Kind::one_of, .names = names};
}
constexpr Schema id(std::string_view prefixes) {
    return {.kind = Kind::id, .name = prefixes};
}
constexpr Schema formatted(const Format& format) {
    return {.kind = Kind::formatted, .format = &format};
}
constexpr Schema integer(std::int64_t min, std::int64_t max) {
    return {.kind = Kind::integer, .min = min, .max = max};
}
constexpr Schema integer() {
    return integer(
        std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()
    );
}
constexpr Schema number() {
    return {.kind = Kind::number};
}
constexpr Schema boolean() {
    return {.kind = Kind::boolean};
}
constexpr Schema anything() {
    return {.kind = Kind::anything, .nullable = true};
}

extern const Format date_format;    // market::parse_date
extern const Format instant_format; // market::parse_instant
extern const Format decimal_format; // "-12.50": at most 30 characters, no exponent

constexpr Schema date() {
    return formatted(date_format);
}
constexpr Schema instant() {
    return formatted(instant_format);
}
constexpr Schema decimal() {
    return formatted(decimal_format);
}

class Value;

// Everything that is wrong with `value`, in the order of the schema, unknown fields last; at most
// 100 entries.
std::vector<market::FieldRefusal> check(const Schema& schema, const Value& value);

// What is wrong with a string that came outside JSON (a query parameter); `pointer` is put into the
// refusal. Integers and booleans are accepted in their JSON spelling.
std::optional<market::FieldRefusal>
check_text(const Schema& schema, std::string_view text, std::string pointer);

// For tests: what an answer does not keep of its schema, as "pointer reason bound" lines.
std::vector<std::string> fits(const Schema& schema, std::string_view json_text);

} // namespace jishi::protocol::json
