#include "protocol/json/schema.hpp"

#include "market/ids.hpp"
#include "market/text.hpp"
#include "market/time.hpp"
#include "protocol/json/reader.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <unordered_set>

namespace jishi::protocol::json {

namespace {

using market::FieldReason;
using market::FieldRefusal;

constexpr std::size_t refusals_max = 100;
constexpr std::size_t decimal_length_max = 30;

bool is_decimal(std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    const auto digits = [](std::string_view part) {
        return !part.empty() &&
               std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
    };
    const auto point = text.find('.');
    if (point == text.npos) return digits(text) && text.size() <= decimal_length_max;
    return digits(text.substr(0, point)) && digits(text.substr(point + 1)) &&
           text.size() <= decimal_length_max;
}

std::string join(std::span<const std::string_view> names) {
    std::string all;
    for (const auto name : names)
        (all += all.empty() ? "" : ", ") += name;
    return all;
}

struct Wrong {
    FieldReason reason;
    std::string bound{};
};
using MaybeWrong = std::optional<Wrong>;

MaybeWrong check_length(const Schema& schema, std::string_view text) {
    const market::TextRule rule{
        .min = static_cast<std::size_t>(schema.min),
        .max = static_cast<std::size_t>(schema.max),
        .newlines_allowed = schema.kind == Kind::paragraphs};
    const auto refused = market::check_text({}, text, rule);
    if (!refused) return {};
    return Wrong{refused->reason, refused->bound};
}

MaybeWrong check_id(std::string_view prefixes, std::string_view text) {
    const auto underscore = text.rfind('_');
    const auto head = text.substr(0, underscore);
    const bool known = underscore != text.npos && !head.empty() && head.find('|') == head.npos &&
                       ("|" + std::string(prefixes) + "|").find("|" + std::string(head) + "|") !=
                           std::string::npos;
    if (known && market::parse_id_text(text.substr(underscore + 1))) return {};
    return Wrong{FieldReason::bad_format, std::string(prefixes) + "_…"};
}

MaybeWrong check_string(const Schema& schema, std::string_view text) {
    switch (schema.kind) {
    case Kind::one_of:
        if (std::ranges::find(schema.names, text) != schema.names.end()) return {};
        return Wrong{FieldReason::not_one_of, join(schema.names)};
    case Kind::id:
        return check_id(schema.name, text);
    case Kind::formatted:
        if (schema.format->accepts(text)) return {};
        return Wrong{schema.format->reason, std::string(schema.format->expected)};
    default:
        return check_length(schema, text);
    }
}

MaybeWrong check_range(const Schema& schema, std::int64_t number) {
    if (number < schema.min) return Wrong{FieldReason::too_small, std::to_string(schema.min)};
    if (number > schema.max) return Wrong{FieldReason::too_large, std::to_string(schema.max)};
    return {};
}

std::string_view type_name(Kind kind) {
    switch (kind) {
    case Kind::object:
    case Kind::map:
        return "object";
    case Kind::array:
        return "array";
    case Kind::integer:
        return "integer";
    case Kind::number:
        return "number";
    case Kind::boolean:
        return "boolean";
    default:
        return "string";
    }
}

bool has_type(const Schema& schema, const Value& value) {
    switch (schema.kind) {
    case Kind::anything:
        return true;
    case Kind::object:
    case Kind::map:
        return value.is_object();
    case Kind::array:
        return value.is_array();
    case Kind::integer:
        return value.is_integer();
    case Kind::number:
        return value.is_number();
    case Kind::boolean:
        return value.is_boolean();
    default:
        return value.is_text();
    }
}

std::string escaped(std::string_view key) {
    std::string out;
    for (const char c : key) {
        if (c == '~')
            out += "~0";
        else if (c == '/')
            out += "~1";
        else
            out += c;
    }
    return out;
}

// One walk over a value; the pointer grows and shrinks with it.
class Checker {
public:
    std::vector<FieldRefusal> wrong;

    void check(const Schema& schema, const Value& value) {
        if (value.is_null() && schema.nullable) return;
        if (!has_type(schema, value)) return refuse_type(schema, value);
        switch (schema.kind) {
        case Kind::anything:
        case Kind::number:
        case Kind::boolean:
            return;
        case Kind::object:
            return check_object(schema, value.object());
        case Kind::map:
            return check_map(schema, value.object());
        case Kind::array:
            return check_array(schema, value.array());
        case Kind::integer:
            return note(check_range(schema, value.integer()));
        default:
            return note(check_string(schema, value.text()));
        }
    }

private:
    void note(MaybeWrong found) {
        if (found && wrong.size() < refusals_max)
            wrong.push_back(
                {.pointer = pointer_, .reason = found->reason, .bound = std::move(found->bound)}
            );
    }

    // A whole number outside 64 bits is told its range, not that it is no integer.
    void refuse_type(const Schema& schema, const Value& value) {
        if (schema.kind == Kind::integer && value.is_number()) {
            constexpr double limit = 9'223'372'036'854'775'808.0;
            if (value.number() >= limit)
                return note(Wrong{FieldReason::too_large, std::to_string(schema.max)});
            if (value.number() <= -limit)
                return note(Wrong{FieldReason::too_small, std::to_string(schema.min)});
        }
        note(Wrong{FieldReason::wrong_type, std::string(type_name(schema.kind))});
    }

    template<class Inside>
    void at(std::string_view key, Inside inside) {
        const auto length = pointer_.size();
        (pointer_ += '/') += escaped(key);
        inside();
        pointer_.resize(length);
    }

    void check_object(const Schema& schema, const Object& object) {
        for (const auto& field : schema.members())
            at(field.name, [&] {
                if (!object.names(field.name)) {
                    if (field.required) note(Wrong{FieldReason::missing});
                } else if (const auto value = object.find(field.name)) {
                    check(field.schema, *value);
                } else if (!field.schema.nullable) {
                    note(Wrong{FieldReason::wrong_type, std::string(type_name(field.schema.kind))});
                }
            });
        for (std::size_t i = 0; i < object.size(); ++i)
            if (std::ranges::find(schema.members(), object.key(i), &Field::name) ==
                schema.members().end())
                at(object.key(i), [&] { note(Wrong{FieldReason::unknown}); });
    }

    void check_map(const Schema& schema, const Object& object) {
        if (std::cmp_greater(object.size(), schema.max))
            return note(Wrong{FieldReason::too_many, std::to_string(schema.max)});
        for (std::size_t i = 0; i < object.size(); ++i)
            at(object.key(i), [&] { check(*schema.item, object.value(i)); });
    }

    void check_array(const Schema& schema, const Array& array) {
        if (std::cmp_less(array.size(), schema.min))
            note(Wrong{FieldReason::too_few, std::to_string(schema.min)});
        if (std::cmp_greater(array.size(), schema.max))
            return note(Wrong{FieldReason::too_many, std::to_string(schema.max)});
        std::unordered_set<std::string> seen;
        for (std::size_t i = 0; i < array.size(); ++i)
            at(std::to_string(i), [&] {
                check(*schema.item, array[i]);
                if (schema.distinct && !seen.insert(spelling(array[i])).second)
                    note(Wrong{FieldReason::duplicate});
            });
    }

    // Distinctness is asked of texts and whole numbers only.
    static std::string spelling(const Value& value) {
        if (value.is_text()) return "\"" + std::string(value.text());
        if (value.is_integer()) return std::to_string(value.integer());
        return {};
    }

    std::string pointer_;
};

} // namespace

const Format date_format{"date", "YYYY-MM-DD", [](std::string_view text) {
                             return market::parse_date(text).has_value();
                         }};
const Format instant_format{"date-time", "YYYY-MM-DDThh:mm:ssZ", [](std::string_view text) {
                                return market::parse_instant(text).has_value();
                            }};
const Format decimal_format{"decimal", "-12.50", is_decimal};

std::vector<FieldRefusal> check(const Schema& schema, const Value& value) {
    Checker checker;
    checker.check(schema, value);
    return std::move(checker.wrong);
}

std::optional<FieldRefusal>
check_text(const Schema& schema, std::string_view text, std::string pointer) {
    MaybeWrong wrong;
    if (schema.kind == Kind::integer) {
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        const bool whole = error == std::errc{} && end == text.data() + text.size();
        wrong = whole ? check_range(schema, number) : Wrong{FieldReason::wrong_type, "integer"};
    } else if (schema.kind == Kind::boolean) {
        if (text != "true" && text != "false") wrong = Wrong{FieldReason::wrong_type, "boolean"};
    } else {
        wrong = check_string(schema, text);
    }
    if (!wrong) return {};
    return FieldRefusal{
        .pointer = std::move(pointer), .reason = wrong->reason, .bound = std::move(wrong->bound)};
}

std::vector<std::string> fits(const Schema& schema, std::string_view json_text) {
    const auto document = parse(json_text);
    if (!document) return {document.refusal().about};
    std::vector<std::string> lines;
    for (const auto& wrong : check(schema, document->root()))
        lines.push_back(
            wrong.pointer + " " + std::string(market::field_reason_text(wrong.reason).name) + " " +
            wrong.bound
        );
    return lines;
}

} // namespace jishi::protocol::json
