#include "tests/support/spoilt_bodies.hpp"

#include "market/text.hpp"

#include <rapidjson/document.h>
#include <rapidjson/pointer.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <array>
#include <limits>

namespace jishi::test {

namespace {

using market::FieldReason;
using protocol::json::Kind;
using protocol::json::Schema;
using Tree = rapidjson::Document;

constexpr std::string_view hole = "\"@here@\"";

std::string repeated(std::size_t times, std::string_view text) {
    std::string all;
    all.reserve(times * text.size());
    for (std::size_t i = 0; i < times; ++i)
        all += text;
    return all;
}

std::string quoted(std::string_view text) {
    return "\"" + std::string(text) + "\"";
}

// A day may be a login.
bool is_login(const Schema& schema) {
    return schema.kind == Kind::formatted && schema.format->name == "login";
}

std::string dumped(const Tree& tree) {
    rapidjson::StringBuffer out;
    rapidjson::Writer<rapidjson::StringBuffer> writer(out);
    tree.Accept(writer);
    return out.GetString();
}

std::string id_text(const Schema& schema, const std::string& number) {
    return std::string(schema.name.substr(0, schema.name.find('|'))) + "_" +
           std::string(26 - number.size(), '0') + number;
}

std::string fitting_text(const Schema& schema) {
    if (schema.kind == Kind::one_of) return std::string(schema.names[0]);
    if (schema.kind == Kind::id) return id_text(schema, "0");
    if (schema.kind == Kind::formatted)
        for (const char* text : {"2027-01-01", "2027-01-01T00:00:00Z", "1", "0.5", "abc"})
            if (schema.format->accepts(text)) return text;
    return repeated(static_cast<std::size_t>(schema.min), "x");
}

// JSON text.
std::string fitting(const Schema& schema);

std::string fitting_object(const Schema& schema) {
    std::string members;
    for (const auto& field : schema.members())
        members += (members.empty() ? "" : ",") + quoted(field.name) + ":" + fitting(field.schema);
    return "{" + members + "}";
}

std::string fitting_entry(const Schema& array, std::size_t index) {
    const auto& item = *array.item;
    if (array.distinct && item.kind == Kind::one_of)
        return quoted(item.names[index % item.names.size()]);
    if (array.distinct && item.kind == Kind::id)
        return quoted(id_text(item, std::to_string(index)));
    return fitting(item);
}

std::string fitting_array(const Schema& schema, std::int64_t entries) {
    std::string all;
    for (std::int64_t i = 0; i < entries; ++i)
        all += (i > 0 ? "," : "") + fitting_entry(schema, static_cast<std::size_t>(i));
    return "[" + all + "]";
}

std::string fitting(const Schema& schema) {
    switch (schema.kind) {
    case Kind::anything:
    case Kind::map:
        return "{}";
    case Kind::object:
        return fitting_object(schema);
    case Kind::array:
        return fitting_array(schema, std::max<std::int64_t>(schema.min, 1));
    case Kind::integer:
        return std::to_string(schema.min);
    case Kind::number:
        return "0";
    case Kind::boolean:
        return "false";
    default:
        return quoted(fitting_text(schema));
    }
}

class Spoiler {
public:
    explicit Spoiler(const Schema& schema) : root_(schema), whole_(fitting(schema)) {}

    std::vector<SpoiltBody> all() {
        spoil_members(root_, "");
        for (const char* root : {"[]", "\"text\"", "7", "null", "true"})
            made_.push_back(
                {.what = std::string("a body ") + root,
                 .body = root,
                 .pointer = "",
                 .reason = "wrong_type"}
            );
        return std::move(made_);
    }

private:
    // The whole body with `value` at the pointer.
    std::string with(const std::string& pointer, const std::string& value) {
        if (pointer != open_at_) {
            Tree tree;
            tree.Parse(whole_);
            rapidjson::Pointer(pointer).Set(tree, "@here@");
            opened_ = dumped(tree);
            open_at_ = pointer;
        }
        auto body = opened_;
        return body.replace(body.find(hole), hole.size(), value);
    }
    void refused(
        const std::string& pointer,
        const std::string& value,
        const std::string& reason,
        std::string told_at = {},
        std::string bound = {}
    ) {
        made_.push_back(
            {.what = pointer + " = " + value.substr(0, 60),
             .body = with(pointer, value),
             .pointer = told_at.empty() ? pointer : told_at,
             .reason = reason,
             .bound = std::move(bound)}
        );
    }
    void malformed(const std::string& pointer, const std::string& value) {
        made_.push_back(
            {.what = pointer + " = " + value.substr(0, 60),
             .body = with(pointer, value),
             .code = market::RefusalCode::malformed_json}
        );
    }
    void accepted(const std::string& pointer, const std::string& value) {
        auto body = with(pointer, value);
        body.insert(1, quoted(no_such_member) + ":1,");
        made_.push_back(
            {.what = pointer + " at its limit",
             .body = std::move(body),
             .pointer = std::string("/") + no_such_member,
             .reason = "unknown"}
        );
    }

    void spoil_members(const Schema& schema, const std::string& at) {
        for (const auto& field : schema.members()) {
            const auto pointer = at + "/" + std::string(field.name);
            spoil(field.schema, pointer);
            Tree tree;
            tree.Parse(whole_);
            rapidjson::Pointer(pointer).Erase(tree);
            if (field.required)
                made_.push_back(
                    {.what = pointer + " missing",
                     .body = dumped(tree),
                     .pointer = pointer,
                     .reason = "missing"}
                );
        }
        Tree tree;
        tree.Parse(whole_);
        rapidjson::Pointer(at + "/a~1b~0c").Set(tree, 1); // the key a/b~c
        made_.push_back(
            {.what = at + " unknown member",
             .body = dumped(tree),
             .pointer = at + "/a~1b~0c",
             .reason = "unknown"}
        );
    }

    void spoil(const Schema& schema, const std::string& at) {
        spoil_type(schema, at);
        switch (schema.kind) {
        case Kind::object:
            return spoil_members(schema, at);
        case Kind::array:
            return spoil_array(schema, at);
        case Kind::integer:
            return spoil_integer(schema, at);
        case Kind::text:
        case Kind::paragraphs:
            return spoil_text(schema, at);
        case Kind::one_of:
        case Kind::id:
        case Kind::formatted:
            return spoil_form(schema, at);
        default:
            return;
        }
    }

    void spoil_type(const Schema& schema, const std::string& at) {
        const auto kind = schema.kind;
        const bool is_text = kind == Kind::text || kind == Kind::paragraphs ||
                             kind == Kind::one_of || kind == Kind::id || kind == Kind::formatted;
        if (!is_text) refused(at, "\"text\"", "wrong_type");
        if (kind != Kind::integer && kind != Kind::number) refused(at, "7", "wrong_type");
        if (kind != Kind::boolean) refused(at, "true", "wrong_type");
        if (kind != Kind::array) refused(at, "[]", "wrong_type");
        if (kind != Kind::object && kind != Kind::map) refused(at, "{}", "wrong_type");
        if (schema.nullable)
            accepted(at, "null");
        else
            refused(at, "null", "wrong_type");
    }

    void spoil_array(const Schema& schema, const std::string& at) {
        accepted(at, fitting_array(schema, schema.max));
        refused(
            at, fitting_array(schema, schema.max + 1), "too_many", {}, std::to_string(schema.max)
        );
        if (schema.min > 0)
            refused(
                at, fitting_array(schema, schema.min - 1), "too_few", {}, std::to_string(schema.min)
            );
        if (schema.distinct) {
            const auto one = fitting(*schema.item);
            refused(at, "[" + one + "," + one + "]", "duplicate", at + "/1");
        }
        spoil(*schema.item, at + "/0");
    }

    void spoil_integer(const Schema& schema, const std::string& at) {
        accepted(at, std::to_string(schema.min));
        accepted(at, std::to_string(schema.max));
        refused(at, std::to_string(schema.min - 1), "too_small", {}, std::to_string(schema.min));
        refused(at, std::to_string(schema.max + 1), "too_large", {}, std::to_string(schema.max));
        refused(at, "-1", "too_small");
        refused(at, "9223372036854775807", "too_large");
        refused(at, "9223372036854775808", "too_large");
        refused(at, "-18446744073709551617", "too_small");
        refused(at, "18446744073709551617", "too_large");
        refused(at, "1.5", "wrong_type");
        refused(at, "1e0", "wrong_type");
        malformed(at, "1e999");
        malformed(at, "-1e999");
        malformed(at, "NaN");
        malformed(at, "0x10");
        malformed(at, "01");
        malformed(at, "+1");
        malformed(at, std::string(65, '1'));
    }

    void spoil_text(const Schema& schema, const std::string& at) {
        const auto min = static_cast<std::size_t>(schema.min),
                   max = static_cast<std::size_t>(schema.max);
        const auto accepted_padded = [&](const std::string& text) {
            if (market::count_code_points(text) + min <= max)
                accepted(at, quoted(text + repeated(min, "x")));
        };
        accepted(at, quoted(repeated(max, "测")));
        accepted(at, quoted(repeated(max, "𠀀"))); // four bytes each
        refused(at, quoted(repeated(max + 1, "测")), "too_long", {}, std::to_string(max));
        if (min > 0) {
            refused(at, "\"\"", "too_short", {}, std::to_string(min));
            refused(at, quoted(repeated(min - 1, "测")), "too_short");
            refused(at, quoted(repeated(min, " ")), "too_short");
        }
        for (const char* control :
             {R"(\u0000)",
              R"(\u0007)",
              R"(\u001b)",
              "\x7f",
              R"(\u0085)",
              R"(\u202e)",
              R"(\u2066)",
              R"(\ufeff)",
              R"(\u2028)"})
            refused(
                at, quoted(repeated(min > 1 ? min - 1 : 0, "x") + control), "control_character"
            );
        if (schema.kind == Kind::text)
            refused(at, quoted(repeated(min > 1 ? min - 1 : 0, "x") + "\\n"), "control_character");
        else
            accepted_padded("a\\n\\tb");
        for (const std::string sql :
             {"' OR 1=1 --",
              "'; DROP TABLE member; --",
              "\\\\'; --",
              "%_%",
              "${jndi:x}",
              "<script>"})
            accepted_padded(sql);
        malformed(at, "\"\xff\"");
        malformed(at, "\"\xc0\xaf\"");         // overlong
        malformed(at, "\"\xed\xa0\x80\"");     // a surrogate
        malformed(at, "\"\xf4\x90\x80\x80\""); // beyond Unicode
        malformed(at, R"("\ud800")");
        malformed(at, R"("\udc00")");
        malformed(at, "\"a\nb\""); // a line break that is not escaped
    }

    void spoil_form(const Schema& schema, const std::string& at) {
        const auto reason = schema.kind == Kind::one_of ? "not_one_of" : "bad_format";
        for (const char* text :
             {"",
              "no such form",
              "NULL",
              "'; --",
              "2026-02-30",
              "2026-13-01T00:00:00Z",
              R"(\u0000)",
              R"(a\u202e)"})
            if (!is_login(schema) || std::string_view(text) != "2026-02-30")
                refused(at, quoted(text), reason);
        if (schema.kind == Kind::id) {
            const auto right = fitting_text(schema);
            refused(at, quoted(right + "0"), reason);
            refused(at, quoted(right.substr(0, right.size() - 1)), reason);
            refused(at, quoted("mem_" + std::string(26, '0')), reason);
            refused(at, quoted(std::string(26, '0')), reason);
        }
        malformed(at, "\"\xff\"");
    }

    const Schema& root_;
    std::string whole_, opened_, open_at_ = "none";
    std::vector<SpoiltBody> made_;
};

} // namespace

std::string fitting_body(const Schema& schema) {
    return fitting(schema);
}

std::vector<SpoiltBody> spoilt_bodies(const Schema& schema) {
    return Spoiler(schema).all();
}

} // namespace jishi::test
