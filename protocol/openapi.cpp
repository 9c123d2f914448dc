#include "protocol/openapi.hpp"

#include "protocol/json/writer.hpp"
#include "protocol/text.hpp"

#include <array>
#include <map>

namespace jishi::protocol {

namespace {

using json::Kind;
using json::Schema;
using json::Writer;

// Named object schemas are written once, under components.
using Components = std::map<std::string_view, const Schema*>;

constexpr std::array error_fields{
    json::required(
        "pointer",
        json::text(0, 1'000),
        "JSON 指针，或以 ? 开头的查询参数",
        "JSON pointer, or ?parameter"
    ),
    json::required("reason", json::text(1, 60), "原因", "Reason"),
    json::optional(
        "bound", json::text(0, 2'000), "界限、格式或允许取值", "Limit, form or allowed values"
    ),
    json::required("detail", json::text(1, 4'000)),
    json::required("detail_zh", json::text(1, 4'000)),
    json::required("detail_en", json::text(1, 4'000)),
};
constexpr Schema error_schema = json::object("FieldError", error_fields);
constexpr std::array problem_fields{
    json::required("type", json::text(1, 200), "问题类型", "Problem type, stable"),
    json::required("title", json::text(1, 200)),
    json::required("title_zh", json::text(1, 200)),
    json::required("title_en", json::text(1, 200)),
    json::required("status", json::integer(400, 599)),
    json::optional("detail", json::text(0, 4'000)),
    json::required("instance", json::text(1, 64), "请求编号", "Request id"),
    json::optional("errors", json::array(error_schema, 0, 200)),
};
constexpr Schema problem_schema = json::object("Problem", problem_fields);

std::string both(std::string_view zh, std::string_view en) {
    return std::string(zh) + (zh.empty() || en.empty() ? "" : " / ") + std::string(en);
}

class SchemaWriter {
public:
    SchemaWriter(Writer& out, Components& components) : out_(out), components_(components) {}

    void reference(const Schema& schema, std::string_view about = {}) {
        const bool component = schema.kind == Kind::object && !schema.name.empty();
        if (!component) return write(schema, about);
        components_.emplace(schema.name, &schema);
        out_.begin_object();
        describe(about);
        if (schema.nullable) out_.key("anyOf").begin_array().begin_object();
        out_.field("$ref", "#/components/schemas/" + std::string(schema.name));
        if (schema.nullable)
            out_.end_object().begin_object().field("type", "null").end_object().end_array();
        out_.end_object();
    }

    void write(const Schema& schema, std::string_view about = {}) {
        out_.begin_object();
        describe(about);
        switch (schema.kind) {
        case Kind::anything:
            break;
        case Kind::object:
            write_object(schema);
            break;
        case Kind::map:
            write_map(schema);
            break;
        case Kind::array:
            write_array(schema);
            break;
        case Kind::integer:
            write_integer(schema);
            break;
        case Kind::number:
            type(schema, "number");
            break;
        case Kind::boolean:
            type(schema, "boolean");
            break;
        default:
            write_string(schema);
            break;
        }
        out_.end_object();
    }

private:
    void describe(std::string_view about) {
        if (!about.empty()) out_.field("description", about);
    }

    void type(const Schema& schema, std::string_view name) {
        out_.key("type");
        if (schema.nullable)
            out_.begin_array().value(name).value("null").end_array();
        else
            out_.value(name);
    }

    void write_object(const Schema& schema) {
        type(schema, "object");
        out_.field("additionalProperties", false).key("properties").begin_object();
        for (const auto& field : schema.members()) {
            out_.key(field.name);
            reference(field.schema, both(field.about_zh, field.about_en));
        }
        out_.end_object().key("required").begin_array();
        for (const auto& field : schema.members())
            if (field.required) out_.value(field.name);
        out_.end_array();
    }

    void write_map(const Schema& schema) {
        type(schema, "object");
        out_.field("maxProperties", schema.max).key("additionalProperties");
        reference(*schema.item);
    }

    void write_array(const Schema& schema) {
        type(schema, "array");
        out_.field("minItems", schema.min).field("maxItems", schema.max);
        if (schema.distinct) out_.field("uniqueItems", true);
        out_.key("items");
        reference(*schema.item);
    }

    void write_integer(const Schema& schema) {
        type(schema, "integer");
        out_.field("format", "int64").field("minimum", schema.min).field("maximum", schema.max);
    }

    void write_string(const Schema& schema) {
        type(schema, "string");
        if (schema.kind == Kind::one_of) {
            out_.key("enum").begin_array();
            for (const auto name : schema.names)
                out_.value(name);
            if (schema.nullable) out_.null();
            out_.end_array();
        } else if (schema.kind == Kind::id) {
            out_.field("pattern", "^(" + std::string(schema.name) + ")_[0-9a-z]{26}$");
        } else if (schema.kind == Kind::formatted) {
            out_.field("format", schema.format->name);
        } else {
            out_.field("minLength", schema.min).field("maxLength", schema.max);
        }
    }

    Writer& out_;
    Components& components_;
};

class DocumentWriter {
public:
    std::string write(const RouteTable& routes, std::string_view title, std::string_view version) {
        out_.begin_object().field("openapi", "3.1.0").key("info").begin_object();
        out_.field("title", title)
            .field("version", version)
            .end_object()
            .key("paths")
            .begin_object();
        std::map<std::string_view, std::vector<const Route*>> by_path;
        for (const auto& route : routes.all())
            by_path[route.pattern].push_back(&route);
        for (const auto& [path, methods] : by_path) {
            out_.key(path).begin_object();
            for (const auto* route : methods)
                write_operation(*route);
            out_.end_object();
        }
        out_.end_object();
        write_components();
        out_.end_object();
        return out_.take();
    }

private:
    void write_operation(const Route& route) {
        std::string method(method_name(route.method));
        std::ranges::transform(method, method.begin(), lower);
        out_.key(method).begin_object().field("operationId", route.operation);
        if (!route.tag.empty()) out_.key("tags").begin_array().value(route.tag).end_array();
        out_.field("summary", both(route.summary_zh, route.summary_en));
        write_security(route);
        write_parameters(route);
        write_body(route);
        write_responses(route);
        out_.end_object();
    }

    void write_security(const Route& route) {
        out_.key("security").begin_array();
        if (route.auth == Auth::optional) out_.begin_object().end_object();
        if (route.auth != Auth::none) {
            out_.begin_object().key("bearer").begin_array();
            if (route.scope) out_.value(market::name_of(*route.scope));
            out_.end_array().end_object();
        }
        out_.end_array();
    }

    void begin_parameter(
        std::string_view name, std::string_view where, bool required, std::string_view about
    ) {
        out_.begin_object().field("name", name).field("in", where).field("required", required);
        if (!about.empty()) out_.field("description", about);
        out_.key("schema");
    }

    void
    write_text_parameter(std::string_view name, std::string_view where, std::string_view about) {
        begin_parameter(name, where, true, about);
        schemas_.write(json::text(1, 128));
        out_.end_object();
    }

    void write_parameters(const Route& route) {
        out_.key("parameters").begin_array();
        for (const auto part : split(route.pattern, '/'))
            if (part.starts_with('{'))
                write_text_parameter(part.substr(1, part.size() - 2), "path", {});
        for (const auto& field : route.query) {
            begin_parameter(
                field.name, "query", field.required, both(field.about_zh, field.about_en)
            );
            schemas_.reference(field.schema);
            out_.end_object();
        }
        if (route.needs_if_match)
            write_text_parameter("If-Match", "header", "ETag of the version that is changed");
        if (route.needs_idempotency_key)
            write_text_parameter(
                "Idempotency-Key", "header", "A retry with the same key and body changes nothing"
            );
        out_.end_array();
    }

    void write_body(const Route& route) {
        if (!route.request && route.consumes.empty()) return;
        out_.key("requestBody")
            .begin_object()
            .field("required", true)
            .key("content")
            .begin_object();
        out_.key(route.request ? "application/json" : route.consumes).begin_object();
        if (route.request) {
            out_.key("schema");
            schemas_.reference(*route.request);
        }
        out_.end_object().end_object().end_object();
    }

    void write_responses(const Route& route) {
        out_.key("responses").begin_object().key(std::to_string(route.success)).begin_object();
        out_.field("description", both(route.summary_zh, route.summary_en));
        if (route.response || !route.produces.empty()) {
            out_.key("content").begin_object();
            out_.key(route.response ? "application/json" : route.produces).begin_object();
            if (route.response) {
                out_.key("schema");
                schemas_.reference(*route.response);
            }
            out_.end_object().end_object();
        }
        out_.end_object().key("default").begin_object();
        out_.field("$ref", "#/components/responses/Problem").end_object().end_object();
    }

    void write_components() {
        out_.key("components")
            .begin_object()
            .key("securitySchemes")
            .begin_object()
            .key("bearer")
            .begin_object();
        out_.field("type", "http").field("scheme", "bearer").end_object().end_object();
        out_.key("responses").begin_object().key("Problem").begin_object();
        out_.field("description", "RFC 9457")
            .key("content")
            .begin_object()
            .key("application/problem+json");
        out_.begin_object().key("schema");
        schemas_.reference(problem_schema);
        out_.end_object().end_object().end_object().end_object().key("schemas").begin_object();
        // Writing one may name others, so the list grows while it is walked.
        Components written;
        while (written.size() < components_.size())
            for (const auto& [name, schema] : Components(components_))
                if (written.emplace(name, schema).second) {
                    out_.key(name);
                    auto plain = *schema;
                    plain.nullable = false;
                    schemas_.write(plain);
                }
        out_.end_object().end_object();
    }

    Writer out_;
    Components components_;
    SchemaWriter schemas_{out_, components_};
};

} // namespace

std::string
openapi_document(const RouteTable& routes, std::string_view title, std::string_view version) {
    return DocumentWriter().write(routes, title, version);
}

} // namespace jishi::protocol
