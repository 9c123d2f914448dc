#include "protocol/json/reader.hpp"
#include "protocol/openapi.hpp"
#include "protocol/routes.hpp"
#include "tests/protocol/running_server.hpp"

#include <gtest/gtest.h>

namespace jishi::protocol {
namespace {

Route route(Method method, std::string_view pattern, std::string_view operation) {
    return {.method = method, .pattern = pattern, .operation = operation, .auth = Auth::none};
}

RouteTable table() {
    return RouteTable({
        route(Method::get, "/needs", "list"),
        route(Method::post, "/needs", "post"),
        route(Method::get, "/needs/{id}", "get"),
        route(Method::get, "/needs/mine", "mine"),
        route(Method::get, "/needs/{id}/matches/{match}", "match"),
        route(Method::remove, "/needs/mine/all", "clear"),
    });
}

std::string found(Method method, std::string_view target) {
    static const auto routes = table();
    const auto match = routes.find(method, *parse_target(target));
    if (!match)
        return std::string(market::refusal_text(match.refusal().code).name) +
               (match.refusal().about.empty() ? "" : ": " + match.refusal().about);
    if (!match->route) return "allow " + match->allow;
    std::string out(match->route->operation);
    for (const auto& [name, value] : match->path_values)
        out += " " + std::string(name) + "=" + value;
    return out;
}

TEST(Routes, FindByPathAndMethodAndTakePathParameters) {
    EXPECT_EQ(found(Method::get, "/needs"), "list");
    EXPECT_EQ(found(Method::post, "/needs"), "post");
    EXPECT_EQ(found(Method::get, "/needs/need_1"), "get id=need_1");
    EXPECT_EQ(found(Method::get, "/needs/mine"), "mine");
    EXPECT_EQ(found(Method::get, "/needs/a/matches/b%20c"), "match id=a match=b c");
    EXPECT_EQ(found(Method::get, "/needs/mine/matches/x"), "match id=mine match=x");
}

TEST(Routes, TellAnUnknownAddressFromAnUnknownMethod) {
    EXPECT_EQ(found(Method::get, "/"), "route_not_found");
    EXPECT_EQ(found(Method::get, "/needsx"), "route_not_found");
    EXPECT_EQ(found(Method::get, "/needs/a/matches"), "route_not_found");
    EXPECT_EQ(found(Method::get, "/needs/a/matches/b/c"), "route_not_found");
    EXPECT_EQ(found(Method::put, "/needs"), "method_not_allowed: GET, HEAD, OPTIONS, POST");
}

TEST(Routes, AnswerHeadAsGetAndOptionsWithTheMethods) {
    EXPECT_EQ(found(Method::head, "/needs"), "list");
    EXPECT_EQ(found(Method::options, "/needs/a"), "allow GET, HEAD, OPTIONS");
    EXPECT_EQ(found(Method::options, "/needs/mine/all"), "allow DELETE, OPTIONS");
}

TEST(Routes, RefuseATableThatContradictsItself) {
    EXPECT_THROW(
        RouteTable({route(Method::get, "/a/{x}", "one"), route(Method::get, "/a/{y}", "two")}),
        std::logic_error
    );
    EXPECT_THROW(
        RouteTable({route(Method::get, "/a", "one"), route(Method::get, "/b", "one")}),
        std::logic_error
    );
    EXPECT_THROW(RouteTable({route(Method::get, "a", "one")}), std::logic_error);
}

std::string query_faults(const std::vector<QueryValue>& query) {
    static constexpr json::Schema tag = json::text(1, 3);
    static constexpr std::array parameters{
        json::required("q", json::text(1, 5)),
        json::optional("limit", json::integer(1, 100)),
        json::optional("tag", json::array(tag, 0, 2)),
    };
    auto row = route(Method::get, "/a", "a");
    row.query = parameters;
    std::string all;
    for (const auto& wrong : check_query(row, query))
        (all += all.empty() ? "" : "; ") +=
            wrong.pointer + " " + std::string(market::field_reason_text(wrong.reason).name);
    return all;
}

TEST(Routes, HoldTheQueryAgainstTheTable) {
    EXPECT_EQ(query_faults({{"q", "a"}, {"limit", "100"}, {"tag", "x"}, {"tag", "y"}}), "");
    EXPECT_EQ(query_faults({}), "?q missing");
    EXPECT_EQ(query_faults({{"q", "a"}, {"q", "b"}}), "?q duplicate");
    EXPECT_EQ(query_faults({{"q", "a"}, {"x", "1"}}), "?x unknown");
    EXPECT_EQ(query_faults({{"q", "a"}, {"limit", "101"}}), "?limit too_large");
    EXPECT_EQ(
        query_faults({{"q", "a"}, {"tag", "x"}, {"tag", "y"}, {"tag", "z"}}), "?tag too_many"
    );
    EXPECT_EQ(query_faults({{"q", "a"}, {"tag", "long"}}), "?tag too_long");
}

TEST(OpenApi, NamesEveryRouteAndEverySchemaItRefersTo) {
    constexpr std::array parameters{json::optional("limit", json::integer(1, 100))};
    auto change = route(Method::patch, "/notes/{id}", "change_note");
    change.needs_if_match = true;
    change.needs_idempotency_key = true;
    change.request = change.response = &test::note;
    change.auth = Auth::required;
    change.scope = market::Scope::write;
    change.query = parameters;
    const RouteTable routes({change, route(Method::get, "/notes", "list_notes")});

    const auto text = openapi_document(routes, "技市", "1.0");
    const auto document = json::parse(text);
    ASSERT_TRUE(document) << document.refusal().about;
    const auto root = document->object();
    EXPECT_EQ(root.text("openapi"), "3.1.0");
    const auto operation = root.object("paths").object("/notes/{id}").object("patch");
    EXPECT_EQ(operation.text("operationId"), "change_note");
    EXPECT_EQ(
        root.object("paths").object("/notes").object("get").text("operationId"), "list_notes"
    );
    std::string parameters_named;
    for (const auto parameter : operation.array("parameters"))
        parameters_named += std::string(parameter.object().text("name")) + " ";
    EXPECT_EQ(parameters_named, "id limit If-Match Idempotency-Key ");
    EXPECT_EQ(
        operation.object("requestBody")
            .object("content")
            .object("application/json")
            .object("schema")
            .text("$ref"),
        "#/components/schemas/Note"
    );
    for (const std::string_view name : {"Note", "Problem", "FieldError"})
        EXPECT_TRUE(root.object("components").object("schemas").has(name)) << name;
    const auto title = root.object("components")
                           .object("schemas")
                           .object("Note")
                           .object("properties")
                           .object("title");
    EXPECT_EQ(title.integer("maxLength"), 20);
    EXPECT_EQ(title.text("description"), "标题 / Title");
}

} // namespace
} // namespace jishi::protocol
